"""What every benchmark and harness is asked on the command line."""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence


def command_line(summary: str, bugs: Sequence[str] = ()) -> argparse.ArgumentParser:
    """A parser with the options that all of them share; add your own before parsing.

    ``bugs`` are the parts that may be swapped for broken ones: the run must then end non-zero.
    """
    parser = argparse.ArgumentParser(description=summary)
    parser.add_argument("--quick", action="store_true", help="the short form that every submission runs")
    parser.add_argument("--seed", type=int, default=None, help="repeat a run; printed with every result")
    parser.add_argument("--json", action="store_true", help="figures as one JSON object, last line of the output")
    if bugs:
        parser.add_argument("--seeded-bug", choices=bugs, default=None, help="swap one part for a broken one")
    else:
        parser.set_defaults(seeded_bug=None)
    return parser


def seed_of(given: int | None) -> int:
    """The seed asked for, else a new one."""
    return random.SystemRandom().randrange(1, 2**31) if given is None else given
