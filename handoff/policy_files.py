"""The policies of handing over: one file a policy, its name is the class."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dialog.detection import GateKind, MoodClass
from dialog.errors import ZabotaError
from dialog.handover_policy import HandoverPolicies, HandoverPolicy

FOLDER = Path(__file__).parent / "policies"

Minutes = Annotated[int, Field(ge=1, le=2880)]


class BadPolicy(ZabotaError):
    """A policy file that cannot be gone by: which one, and what is wrong with it."""


class _File(BaseModel):
    """What a file may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    urgency: Annotated[int, Field(ge=1, le=9)]
    gates: frozenset[GateKind] = frozenset()
    moods: frozenset[MoodClass] = frozenset()
    escalate_minutes: tuple[Minutes, ...]
    may_withdraw: bool
    tells_client: bool = True
    news: str


def load_policies(folder: Path = FOLDER) -> HandoverPolicies:
    """Every policy of ``folder``. Raises BadPolicy, also when a gate or the upset mood belongs to nobody or to two."""
    policies = [_policy(path) for path in sorted(folder.glob("*.yaml"))]
    for gate in GateKind:
        _belongs_to_one(gate, [policy.label for policy in policies if gate in policy.gates])
    for mood in (MoodClass.UPSET, MoodClass.CLAIM, MoodClass.URGENT):
        _belongs_to_one(mood, [policy.label for policy in policies if mood in policy.moods])
    return HandoverPolicies.of(policies)


def _policy(path: Path) -> HandoverPolicy:
    try:
        said = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise BadPolicy(f"{path.name}: {error}") from None
    if list(said.escalate_minutes) != sorted(set(said.escalate_minutes)):
        raise BadPolicy(f"{path.name}: escalate_minutes must grow")
    return HandoverPolicy(
        label=path.stem,
        urgency=said.urgency,
        gates=said.gates,
        moods=said.moods,
        escalate_minutes=said.escalate_minutes,
        may_withdraw=said.may_withdraw,
        tells_client=said.tells_client,
        news=said.news,
    )


def _belongs_to_one(what: str, labels: list[str]) -> None:
    if len(labels) != 1:
        raise BadPolicy(f"{what}: exactly one policy must name it, not {labels or 'none'}")
