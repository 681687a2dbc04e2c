"""What a turn goes by: published flows, texts, answers and settings, frozen for the length of the turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialog.engine_settings import EngineSettings
from dialog.flow import Flow
from dialog.handover_policy import HandoverPolicies
from dialog.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """A snapshot of everything that people of the salon may edit. Never changed, only replaced."""

    digest: str
    """Names this snapshot: recorded with each turn."""
    flows: Mapping[tuple[str, int], Flow]
    """Every revision that a conversation may still be pinned to."""
    heads: Mapping[str, int]
    """The published revision of each flow."""
    texts: Texts
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Values that every text may show, by language: ``salon``."""
    settings: EngineSettings = field(default_factory=EngineSettings)
    policies: HandoverPolicies = field(default_factory=HandoverPolicies)
    """Why a person is called, and what follows."""
