"""Figures and violations of one run: printed last, and the exit code with them."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_SHOWN = 20


class Report:
    """Collects what a run found out. A violation makes the run end non-zero."""

    def __init__(self, name: str, seed: int) -> None:
        self.name = name
        self.seed = seed
        self.figures: dict[str, float | int | str] = {}
        self.violations: list[str] = []

    def figure(self, name: str, value: float | int | str) -> None:
        """One figure. Floats are rounded for people only."""
        self.figures[name] = value

    def count(self, name: str, more: int = 1) -> None:
        """Add to a figure that counts."""
        self.figures[name] = int(self.figures.get(name, 0)) + more

    def violation(self, what: str) -> None:
        """Something that must never happen has happened."""
        self.violations.append(what)

    def must(self, holds: bool, what: str) -> None:
        """A violation unless ``holds``."""
        if not holds:
            self.violation(what)

    def finish(self, *, as_json: bool) -> int:
        """Print everything; the exit code is 0 without violations, else 1."""
        say(f"\n{self.name}: commit {commit()}, seed {self.seed}, {machine()}")
        for name, value in self.figures.items():
            say(f"  {name:<44} {_shown(value)}")
        kinds = Counter(what.split(":", 1)[0] for what in self.violations)
        for what in self.violations[:MOST_SHOWN]:
            say(f"  VIOLATION {what}")
        if len(self.violations) > MOST_SHOWN:
            say(f"  ... {len(self.violations)} in all: {dict(kinds)}")
        say(f"{self.name}: {'FAILED' if self.violations else 'passed'}")
        if as_json:
            found = {"name": self.name, "seed": self.seed, "commit": commit(), "violations": dict(kinds)}
            say(json.dumps(found | {"figures": self.figures}))
        return 1 if self.violations else 0


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their heads, numbers to the right."""
    cells = [[_shown(cell) for cell in row] for row in rows]
    widths = [max(len(line[column]) for line in [list(heads), *cells]) for column in range(len(heads))]
    for line in [list(heads), ["-" * width for width in widths], *cells]:
        first = line[0].ljust(widths[0])
        say("  ".join([first, *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]))


def say(line: str) -> None:
    """Print at once, so that a run that is killed has said what it knew."""
    print(line, flush=True)


def commit() -> str:
    """The short commit of the code that ran; with a plus when the tree was changed."""
    git = shutil.which("git")
    if not git:
        return "unknown"
    described = subprocess.run(
        [git, "describe", "--always", "--dirty=+", "--exclude", "*"], cwd=ROOT, capture_output=True, text=True
    )
    return described.stdout.strip() or "unknown"


def machine() -> str:
    """What the figures were taken on, in a few words."""
    import os

    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {sys.platform}"


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0..1) of ``values`` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
