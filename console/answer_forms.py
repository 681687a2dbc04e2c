"""What a browser sends of an answer that somebody is writing."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from console.forms import Clean, Epoch, Form

_TOPIC = re.compile(r"[^\W_][\w \-]{0,39}")
_LONGEST = 8_000
"""More than an answer may have, so that whoever pasted too much is told by how much."""


def _topic(text: str) -> str:
    """It becomes the name of a file when the salon is exported."""
    if not _TOPIC.fullmatch(text):
        raise ValueError("topic")
    return text


Words = Annotated[str, Field(max_length=_LONGEST), Clean]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class SaidForm(Form):
    """One text in both languages; the English one may be empty."""

    ru: Words = ""
    en: Words = ""


class ButtonForm(Form):
    """A button under the answer."""

    label: SaidForm
    kind: Literal["answer", "flow", "command"]
    target: Annotated[str, Field(max_length=60), Clean]


class AnswerForm(Form):
    """An answer as it stands in the editor. ``wordings``: one a line; ``base``: the revision it was made from."""

    base: Epoch = 0
    title: SaidForm
    wordings: Annotated[str, Field(max_length=20_000), Clean] = ""
    text: SaidForm
    by_branch: Annotated[dict[Key, SaidForm], Field(max_length=50)] = Field(default_factory=dict)
    choices: Annotated[list[ButtonForm], Field(max_length=20)] = Field(default_factory=list)
    enabled: bool = True
    topic: Annotated[str, Field(max_length=60), Clean, AfterValidator(_topic)]
    note: Annotated[str, Field(max_length=200), Clean] = ""

    def body(self) -> dict[str, object]:
        """The answer as the salon's files write it."""
        body: dict[str, object] = {
            "title": _said(self.title),
            "wordings": [line.strip() for line in self.wordings.split("\n") if line.strip()],
            "text": _said(self.text),
            "by_branch": {key: _said(words) for key, words in self.by_branch.items() if words.ru or words.en},
            "choices": [{"label": _said(one.label), one.kind: one.target} for one in self.choices],
        }
        return body if self.enabled else {**body, "enabled": False}


class DraftForm(AnswerForm):
    """The same while it is written; ``key`` is empty for a new one."""

    key: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,39})?$")] = ""


class TrialForm(Form):
    """A message to try, with the answer as it stands in the editor, if one is open."""

    text: Annotated[str, Field(max_length=500), Clean] = ""
    draft: DraftForm | None = None


def _said(words: SaidForm) -> object:
    return {"ru": words.ru, "en": words.en} if words.en else words.ru
