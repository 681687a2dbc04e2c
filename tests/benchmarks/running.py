"""Runs a benchmark or a harness as a person does, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tests.house.rules import ROOT


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
    """``python -m benchmarks.MODULE arguments --json``."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    output = done.stdout + done.stderr
    last = done.stdout.splitlines()[-1] if done.stdout else ""
    assert last.startswith("{"), output
    return Run(done.returncode, json.loads(last), output)
