"""A ready answer to a frequent question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from booking.words import Words


class ChoiceKind(StrEnum):
    """What a button under an answer leads to."""

    ANSWER = "answer"
    FLOW = "flow"
    COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChoice:
    """A button under the answer: its label and the key of the answer, flow or command it leads to."""

    label: Words
    kind: ChoiceKind
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: how people ask for it and what we say. Texts are template sources with facts as variables."""

    key: str
    title: Words
    """Short name of the question, for buttons and lists."""
    wordings: tuple[str, ...]
    text: Words
    by_branch: Mapping[str, Words] = field(default_factory=lambda: MappingProxyType({}))
    """Branch key -> the text when the client is known to mean that branch."""
    choices: tuple[AnswerChoice, ...] = ()
    enabled: bool = True
    group: str = "answers"
    """The file it is kept in: answers/<group>.yaml."""

    def text_for(self, branch: str | None) -> Words:
        """The text for a branch, the common one when the branch has none of its own."""
        return self.text if branch is None else self.by_branch.get(branch, self.text)
