"""What can be wrong with a flow, one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a flow: a code (a key of the messages shown to people; docs/flow-format.md) and where."""

    code: str
    place: str
    detail: str = ""
