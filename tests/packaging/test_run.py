"""The script `run`, with a stand-in for the package installer: no network, the real shell."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from functools import partial
from pathlib import Path

import pytest

from tests.house.rules import ROOT

# Does what uv does as far as `run` can tell, and writes down each call.
UV = r"""#!/bin/sh
printf '%s\n' "$*" >>calls
case "$1 $2" in
  "venv -q")
    for folder in "$@"; do :; done
    mkdir -p "$folder/bin"
    printf '#!/bin/sh\nexit 0\n' >"$folder/bin/python"
    ;;
  "pip sync")
    folder=$5
    if [ -f slow ]; then sleep 0.3; fi
    if [ -f broken ]; then exit 1; fi
    cp product "$folder/bin/zabota"
    ;;
esac
chmod +x .venv/bin/* 2>/dev/null || :
"""
PRODUCT = r"""#!/bin/sh
echo "product: $*"
if [ "$1" = serve ] && [ -f wait ]; then
  trap 'echo stopped; exit 0' INT
  touch serving
  while :; do sleep 0.05; done
fi
"""


@pytest.fixture(params=["plain", "with a space"])
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A copy of the script in a folder whose tools are ready and whose packages are not."""
    folder = tmp_path / str(request.param)
    (folder / "requirements").mkdir(parents=True)
    shutil.copy(ROOT / "run", folder / "run")
    (folder / "pyproject.toml").write_text("first")
    for lock in ("run.txt", "test.txt", "tools.txt"):
        (folder / "requirements" / lock).write_text(lock)
    (folder / "product").write_text(PRODUCT)
    tools = folder / ".tools" / "bin"
    tools.mkdir(parents=True)
    (tools / "uv").write_text(UV)
    (tools / "python").symlink_to("/bin/true")
    (tools / "uv").chmod(0o755)
    _stamp_tools(folder)
    return folder


def _stamp_tools(folder: Path) -> None:
    # The script's own functions say what the stamp is: everything above its first action is read in.
    head = (folder / "run").read_text().split('\ncd "$here"')[0].replace("here=$(", "here=$PWD #")
    stamp = f"{head}\npython=$(find_python)\nstamp_of requirements/tools.txt"
    done = subprocess.run(["sh", "-c", stamp], cwd=folder, capture_output=True, text=True, check=True)
    (folder / ".tools" / ".stamp").write_text(done.stdout + "\n")


def _run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(place / "run"), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", timeout=30
    )


def _calls(place: Path) -> list[str]:
    return (place / "calls").read_text().splitlines() if (place / "calls").exists() else []


def test_the_first_start_prepares_and_the_second_only_starts(place: Path) -> None:
    assert _run(place, "--port", "8080").stdout == "product: serve --port 8080\n"
    assert len(_calls(place)) == 3
    assert _run(place, "zabota", "doctor").stdout == "product: doctor\n"
    assert len(_calls(place)) == 3


def test_a_new_lock_is_taken_in_without_starting_afresh(place: Path) -> None:
    _run(place, "zabota")
    (place / "requirements" / "run.txt").write_text("newer")
    assert _run(place, "zabota", "a").stdout == "product: a\n"
    assert [call.split()[0] for call in _calls(place)] == ["venv", "pip", "pip", "pip", "pip"]


def test_what_was_added_stays_added(place: Path) -> None:
    for lock in ("add-vk.txt", "add-max.txt"):
        (place / "requirements" / lock).write_text(lock)
    assert _run(place, "add", "vk").returncode == 0
    assert _run(place, "add", "vk", "max").returncode == 0
    assert (place / ".extras").read_text().split() == ["vk", "max"]
    assert _run(place, "zabota", "a").stdout == "product: a\n"
    synced = [call.split()[-1] for call in _calls(place) if call.startswith("pip sync")]
    assert synced == ["requirements/add-vk.txt", "requirements/add-max.txt"]


@pytest.mark.parametrize("names", [(), ("icq",), ("vk", "icq")])
def test_an_unknown_addition_adds_nothing_and_says_what_there_is(place: Path, names: tuple[str, ...]) -> None:
    (place / "requirements" / "add-vk.txt").write_text("vk")
    refused = _run(place, "add", *names)
    assert refused.returncode == 1
    assert "vk" in refused.stderr
    assert not (place / ".extras").exists()


def test_a_half_built_folder_is_thrown_away(place: Path) -> None:
    (place / "broken").touch()
    failed = _run(place, "zabota")
    assert failed.returncode == 1
    assert "Не получилось скачать пакеты" in failed.stderr
    (place / "broken").unlink()
    (place / ".venv" / "rubbish").touch()
    assert _run(place, "zabota", "a").stdout == "product: a\n"
    assert not (place / ".venv" / "rubbish").exists()


def test_a_failed_update_does_not_pass_for_a_whole_one(place: Path) -> None:
    _run(place, "zabota")
    (place / "requirements" / "run.txt").write_text("newer")
    (place / "broken").touch()
    assert _run(place, "zabota").returncode == 1
    (place / "broken").unlink()
    (place / "requirements" / "run.txt").write_text("run.txt")
    before = len(_calls(place))
    assert _run(place, "zabota", "a").stdout == "product: a\n"
    assert len(_calls(place)) > before


def test_a_moved_folder_is_prepared_again(place: Path) -> None:
    _run(place, "zabota")
    moved = place.with_name("moved here")
    place.rename(moved)
    _stamp_tools(moved)
    assert _run(moved, "zabota", "a").stdout == "product: a\n"
    assert len(_calls(moved)) > 3


def test_two_at_once_prepare_once(place: Path) -> None:
    (place / "slow").touch()
    both = [
        subprocess.Popen([str(place / "run"), "zabota", word], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for word in ("one", "two")
    ]
    assert [process.communicate(timeout=30)[0] for process in both] == [b"product: one\n", b"product: two\n"]
    assert len(_calls(place)) == 3


def test_ctrl_c_reaches_the_product(place: Path) -> None:
    (place / "wait").touch()
    # A job in the background inherits a SIGINT that is ignored, and a shell cannot listen to it again.
    heard = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [str(place / "run")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=heard
    )
    try:
        deadline = time.monotonic() + 20
        while not (place / "serving").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        # To the one process alone: had the shell stayed between, the product would not hear of it.
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=10)[0].endswith(b"stopped\n")
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()


def test_an_unknown_command_is_named(place: Path) -> None:
    done = _run(place, "tset")
    assert done.returncode == 1
    assert "«tset»" in done.stderr
    assert _calls(place) == []


def test_a_bench_without_a_name_lists_what_there_is(place: Path) -> None:
    (place / "benchmarks").mkdir()
    (place / "benchmarks" / "bench_turns.py").touch()
    for arguments in (("bench",), ("bench", "nothing"), ("bench", "../../etc")):
        done = _run(place, *arguments)
        assert done.returncode == 1
        assert "turns" in done.stderr


def test_without_python_one_line_says_what_is_missing(place: Path, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "dirname", "env"):
        (tools / name).symlink_to(str(shutil.which(name)))
    script = (place / "run").read_text().replace("/usr/bin/python3", "/nowhere/python3")
    (place / "run").write_text(script)
    done = subprocess.run(
        [str(place / "run"), "zabota"], env={**os.environ, "PATH": str(tools)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Нужен Python 3.11, 3.12 или 3.13. В Debian и Ubuntu: sudo apt install python3 python3-venv"
    )
