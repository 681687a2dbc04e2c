"""What the client has told, as people read it: labels instead of keys, in the salon's own language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dialog.flow import Flow, Step
from dialog.ids import ConversationId
from dialog.questions import Asking, Options, ask
from dialog.texts import Texts

SOURCES = {"service": "services", "branch": "branches", "staff": "staff"}
"""Where the names behind the keys are that a message was understood to mean."""


def told(
    flow: Flow | None, slots: Mapping[str, str], common: Texts, language: str, conversation: ConversationId
) -> Asking[dict[str, str]]:
    """The filled fields with readable values; what was typed stays as it was typed."""
    hidden = flow.kept if flow is not None else frozenset()
    readable = {name: value for name, value in slots.items() if value and name not in hidden}
    if flow is None:
        return readable

    def options(source: str) -> Options:
        return Options(source, language, dict(slots), conversation)

    for step in flow.steps.values():
        value = readable.get(step.slot)
        if value is not None:
            written = _button(flow, step, value, common, language)
            readable[step.slot] = written or (yield from _live(step, value, options))
    return readable


def _button(flow: Flow, step: Step, value: str, common: Texts, language: str) -> str:
    """What the step's own button with this value says; empty when it has none."""
    for choice in step.choices:
        if choice.value == value:
            found = flow.texts.find(choice.label, language) or common.find(choice.label, language)
            return found.render({}) if found else value
    return ""


def _live(step: Step, value: str, options: Callable[[str], Options]) -> Asking[str]:
    """What live data call the value; the value itself when they do not know it."""
    for source in _sources(step):
        for option in (yield from ask(options(source))):
            if option.value == value:
                return option.label
    return value


def _sources(step: Step) -> tuple[str, ...]:
    named = tuple(SOURCES[kind] for kind in step.accept if kind in SOURCES)
    return (*named, step.choices_from) if step.choices_from else named
