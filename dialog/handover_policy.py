"""Why a person is called, and what follows from it: one policy for each class of hand-over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dialog.detection import GateKind, MoodClass


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverPolicy:
    """One class of the queue. Minutes are minutes of duty: off hours nobody is late."""

    label: str
    urgency: int
    """1 first."""
    gates: frozenset[GateKind] = frozenset()
    """Hard gates that put a conversation into this class."""
    moods: frozenset[MoodClass] = frozenset()
    escalate_minutes: tuple[int, ...] = ()
    """Nobody took it for so long: the first step rings at the desk again, the next ones call the leaders."""
    may_withdraw: bool = False
    """Whether the bot offers to call the person off."""
    tells_client: bool = True
    """Whether the client hears that somebody was called once more."""
    news: str = "handed_over"
    """Kind of the line in "what's new"."""


@dataclass(frozen=True, slots=True)
class HandoverPolicies:
    """All classes of the queue."""

    policies: tuple[HandoverPolicy, ...] = ()
    _by_label: dict[str, HandoverPolicy] = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self._by_label.update((policy.label, policy) for policy in self.policies)

    @classmethod
    def of(cls, policies: Iterable[HandoverPolicy]) -> HandoverPolicies:
        """Put policies together, in any order."""
        return cls(tuple(policies))

    def labelled(self, label: str) -> HandoverPolicy:
        """The policy of a class. KeyError for a class that nobody wrote a policy for: that is a mistake of ours."""
        return self._by_label[label]

    def for_gate(self, kind: GateKind) -> HandoverPolicy:
        """What a hard gate means."""
        return next(policy for policy in self.policies if kind in policy.gates)

    def for_mood(self, mood: MoodClass) -> HandoverPolicy:
        """What a bad mood means; whatever has no class of its own is plainly upset."""
        found = (policy for policy in self.policies if mood in policy.moods)
        return next(found, None) or self.for_mood(MoodClass.UPSET)

    def is_more_urgent(self, label: str, than: str) -> bool:
        """Whether ``label`` should move a conversation that waits as ``than`` (empty: as nothing yet)."""
        known = self._by_label.get(than)
        return label != than and (known is None or self.labelled(label).urgency <= known.urgency)
