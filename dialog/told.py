"""What the client has told, as people read it: labels instead of keys, in the salon's own language."""

from __future__ import annotations

from collections.abc import Mapping

from dialog.flow import Flow, Step
from dialog.questions import Asking, Options, ask
from dialog.texts import Texts

SOURCES = {"service": "services", "branch": "branches", "staff": "staff"}
"""Where the names behind the keys are that a message was understood to mean."""


def told(flow: Flow | None, slots: Mapping[str, str], common: Texts, language: str) -> Asking[dict[str, str]]:
    """The filled fields with readable values; what was typed stays as it was typed."""
    readable = {name: value for name, value in slots.items() if value}
    for step in flow.steps.values() if flow else ():
        value = readable.get(step.slot)
        if flow is not None and value is not None:
            readable[step.slot] = yield from _label(flow, step, value, common, language)
    return readable


def _label(flow: Flow, step: Step, value: str, common: Texts, language: str) -> Asking[str]:
    for choice in step.choices:
        if choice.value == value:
            found = flow.texts.find(choice.label, language) or common.find(choice.label, language)
            return found.render({}) if found else value
    for source in _sources(step):
        for option in (yield from ask(Options(source, language))):
            if option.value == value:
                return option.label
    return value


def _sources(step: Step) -> tuple[str, ...]:
    named = tuple(SOURCES[kind] for kind in step.accept if kind in SOURCES)
    return (step.choices_from, *named) if step.choices_from else named
