"""Runs a benchmark or a harness as a person does, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.house.rules import ROOT

LONGEST = 200.0
"""Seconds that a short run may take on the slowest machine."""
SEEDS = range(1, 5)


@dataclass(frozen=True)
class Run:
    """How it ended and what it found."""

    code: int
    found: dict[str, Any]
    output: str

    def violated(self, kind: str) -> bool:
        """Whether a violation of this kind was reported."""
        return kind in self.found["violations"]


def run(module: str, *arguments: str) -> Run:
    """``python -m benchmarks.MODULE arguments --json``; AssertionError when it says nothing or takes too long."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments, "--json"]
    code, output = _until_its_end(command)
    *_, last = ["", *(line for line in output.splitlines() if line.startswith("{"))]
    assert last, f"{command} ended with {code}:\n{output}"
    return Run(code, json.loads(last), output)


def caught(module: str, *arguments: str, bug: str, violation: str | None = None) -> Run:
    """The first run with the seeded bug that reports ``violation``, or any where none is named.

    What breaks in a race breaks by chance: one short run may miss it, so several seeds are tried.
    AssertionError when none of them ends non-zero with the violation.
    """
    said = ""
    for seed in SEEDS:
        try:
            found = run(module, *arguments, "--seed", str(seed), "--seeded-bug", bug)
        except AssertionError as error:
            said = str(error)  # the broken part broke the run itself, and nothing was reported
            continue
        if found.code == 1 and found.found["violations"] and (violation is None or found.violated(violation)):
            return found
        said = found.output
    raise AssertionError(f"{bug} was missed {len(SEEDS)} times:\n{said}")


def _until_its_end(command: list[str]) -> tuple[int, str]:
    # A file and a group of its own: a child of the run that outlives it must not keep us waiting for the end of a
    # pipe that it holds, and goes with the run.
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            code = process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            code = -signal.SIGKILL
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        said.seek(0)
        return code, said.read().decode(errors="replace")
