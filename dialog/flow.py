"""A flow: states, prompts, choices and transitions, compiled once per immutable revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One published revision of a flow."""

    key: str
    revision: int
    start: str
    states: Mapping[str, object]
