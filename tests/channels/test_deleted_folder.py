"""A messenger is its folder: nothing else names it, and without it the product starts as if it had never been built."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.port import channel_keys, load_channel
from tests.house.rules import ROOT

PRODUCT = ("bots", "console", "storage", "channels", "flows", "nlu", "handoff", "dialog", "booking", "config")
BUILT = tuple(key for key in channel_keys() if load_channel(key).messenger is not None)
ITS_TERMINAL = Path("bots/fakes.py")
"""`zabota fakes` plays one messenger's client, and is imported by that command alone."""

STARTS = """
import asyncio, sys
from pathlib import Path
from bots.assembly import assembled
from bots.embedded import application
from bots.messengers import known
from bots.options import read_options

async def main():
    async with assembled(read_options({}, data=sys.argv[1])) as parts:
        app = application(parts, with_worker=True)
        async with app.router.lifespan_context(app):
            offers = await parts.messengers.desk.offers()
            assert parts.messengers.links.title("ru") == ""
            print(sorted(known()), [offer.channel for offer in offers])

asyncio.run(main())
"""


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def without(folder: Path, *keys: str) -> Path:
    """The product with the folders of some messengers gone."""
    for name in PRODUCT:
        if name != "channels":
            (folder / name).symlink_to(ROOT / name)
    (folder / "channels").mkdir()
    for path in (ROOT / "channels").iterdir():
        if path.name not in keys:
            (folder / "channels" / path.name).symlink_to(path)
    return folder


@pytest.mark.parametrize("key", BUILT)
def test_nobody_imports_it(key: str) -> None:
    own = ROOT / "channels" / key
    found = [
        str(path.relative_to(ROOT))
        for name in PRODUCT
        for path in (ROOT / name).rglob("*.py")
        if own not in path.parents and path.relative_to(ROOT) != ITS_TERMINAL
        for module in imported(path)
        if f"{module}.".startswith(f"channels.{key}.")
    ]
    assert found == []


def test_the_product_starts_without_them(tmp_path: Path) -> None:
    place = without(tmp_path, *BUILT)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", STARTS, str(tmp_path / "data")],
        cwd=place, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[] []"
