"""Flows as people write them: checked, then compiled to a machine. The format is docs/flow-format.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transitions import Machine

from dialog.errors import ZabotaError
from dialog.flow import NEXT, Action, Condition, Flow, Step, StepChoice, choose
from dialog.texts import Rendered, Texts

SPEC = 1
EXTRACTORS = frozenset({"text", "phone", "name", "service", "branch", "staff"})
COMMANDS = frozenset({"menu", "human", "cancel", "back", "restart", "skip", "other"})
"""What a button of a flow may do with ``!``; the engine's own buttons know ``withdraw`` besides."""
STATE_KEYS = frozenset(
    {"say", "say_again", "slot", "accept", "choices", "choices_from", "reask", "do", "go", "optional", "rest", "end"}
)
FLOW_KEYS = frozenset({"spec", "flow", "title", "start", "intents", "states"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a flow: a code (a key of the messages shown to people) and where."""

    code: str
    place: str
    detail: str = ""


class BadFlow(ZabotaError):
    """A flow that must not be published. ``findings`` has everything that is wrong with it."""

    def __init__(self, flow: str, findings: Sequence[Finding]) -> None:
        lines = "; ".join(f"{f.place}: {f.code} {f.detail}".rstrip() for f in findings)
        super().__init__(f"{flow}: {lines}")
        self.flow = flow
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a flow may refer to outside itself."""

    actions: Mapping[str, Action]
    flows: frozenset[str]
    common_texts: Texts
    sources: frozenset[str]
    """Names that ``choices_from`` may use."""
    languages: tuple[str, ...]
    default_language: str
    compile_text: Callable[[str, str], Rendered]
    """Source and language to a compiled text. Raises ValueError with the reason."""


def compile_flow(document: Mapping[str, Any], revision: int, around: Surroundings) -> Flow:
    """The runnable form of a flow document ``{flow: {...}, texts: {language: {key: text}}}``.

    Raises BadFlow with every finding at once.
    """
    source, texts = document.get("flow"), document.get("texts")
    if not isinstance(source, Mapping) or not isinstance(texts, Mapping):
        raise BadFlow("?", [Finding("flow_shape", "flow")])
    key = str(source.get("flow", "?"))
    findings: list[Finding] = []
    books = _compile_texts(texts, around, findings)
    states = source.get("states")
    if not isinstance(states, Mapping) or not states:
        raise BadFlow(key, [*findings, Finding("no_states", "states")])
    findings += _check_flow(source, states)
    findings += [f for name, state in states.items() for f in _check_state(str(name), state, states, around)]
    if findings:
        raise BadFlow(key, findings)
    steps = {str(name): _step(str(name), state) for name, state in states.items()}
    flow_texts = Texts(books, around.default_language)
    findings += _check_texts(steps, flow_texts, books, around)
    findings += _check_reach(str(source["start"]), states)
    if findings:
        raise BadFlow(key, findings)
    return Flow(
        key=key,
        revision=revision,
        start=str(source["start"]),
        intents=tuple(source.get("intents", ())),
        steps=steps,
        machine=_machine(str(source["start"]), states),
        texts=flow_texts,
        actions={name: around.actions[name] for step in steps.values() for name in step.do},
    )


def _compile_texts(
    texts: Mapping[str, Any], around: Surroundings, findings: list[Finding]
) -> dict[str, dict[str, Rendered]]:
    books: dict[str, dict[str, Rendered]] = {language: {} for language in around.languages}
    for language, book in texts.items():
        if language not in books or not isinstance(book, Mapping):
            findings.append(Finding("unknown_language", f"texts.{language}"))
            continue
        for key, text in book.items():
            try:
                books[language][str(key)] = around.compile_text(str(text), language)
            except ValueError as error:
                findings.append(Finding("bad_text", f"texts.{language}.{key}", str(error)))
    return books


def _check_flow(source: Mapping[str, Any], states: Mapping[str, Any]) -> Iterator[Finding]:
    if source.get("spec") != SPEC:
        yield Finding("unknown_spec", "spec", str(source.get("spec")))
    if source.get("start") not in states:
        yield Finding("unknown_state", "start", str(source.get("start")))
    for extra in set(source) - FLOW_KEYS:
        yield Finding("unknown_key", str(extra))


def _check_state(name: str, state: Any, states: Mapping[str, Any], around: Surroundings) -> Iterator[Finding]:
    place = f"states.{name}"
    if not isinstance(state, Mapping):
        yield Finding("state_shape", place)
        return
    for extra in set(state) - STATE_KEYS:
        yield Finding("unknown_key", f"{place}.{extra}")
    yield from _check_names(place, state, around)
    for target, _ in _ways(state):
        if target not in states:
            yield Finding("unknown_state", f"{place}.go", target)
    for choice in state.get("choices", ()):
        yield from _check_choice(place, choice, states, around)
    if not (state.get("end") or state.get("rest") or state.get("go") or _all_lead(state)):
        yield Finding("dead_end", place)
    if not (state.get("say") or state.get("do")):
        yield Finding("says_nothing", place)


def _check_names(place: str, state: Mapping[str, Any], around: Surroundings) -> Iterator[Finding]:
    for kind in _listed(state.get("accept", ())):
        if kind not in EXTRACTORS:
            yield Finding("unknown_extractor", f"{place}.accept", str(kind))
    for action in _listed(state.get("do", ())):
        if action not in around.actions:
            yield Finding("unknown_action", f"{place}.do", str(action))
    source = state.get("choices_from", "")
    if source and source not in around.sources:
        yield Finding("unknown_source", f"{place}.choices_from", str(source))


def _all_lead(state: Mapping[str, Any]) -> bool:
    choices = state.get("choices", ())
    return bool(choices) and all(isinstance(c, Mapping) and (c.get("to") or _mark(c)) for c in choices)


def _mark(choice: Mapping[str, Any]) -> bool:
    return str(choice.get("value", ""))[:1] in {"!", "?", ">"}


def _check_choice(place: str, choice: Any, states: Mapping[str, Any], around: Surroundings) -> Iterator[Finding]:
    if not isinstance(choice, Mapping) or not choice.get("value") or not choice.get("label"):
        yield Finding("choice_shape", f"{place}.choices")
        return
    value = str(choice["value"])
    if value[0] == "!" and value[1:] not in COMMANDS:
        yield Finding("unknown_command", f"{place}.choices", value)
    if value[0] == ">" and value[1:] not in around.flows:
        yield Finding("unknown_flow", f"{place}.choices", value)
    if choice.get("to") and choice["to"] not in states:
        yield Finding("unknown_state", f"{place}.choices.{value}", str(choice["to"]))


def _check_texts(
    steps: Mapping[str, Step], texts: Texts, books: Mapping[str, Mapping[str, Rendered]], around: Surroundings
) -> Iterator[Finding]:
    for step in steps.values():
        keys = [*step.say, *step.say_again, *(c.label for c in step.choices), *([step.reask] if step.reask else [])]
        for key in keys:
            if texts.find(key, around.default_language) is None and (
                around.common_texts.find(key, around.default_language) is None
            ):
                yield Finding("missing_text", f"states.{step.name}", key)
    default = books[around.default_language]
    for language, book in books.items():
        for key in set(default) - set(book):
            yield Finding("missing_translation", f"texts.{language}", key)
        for key in set(book) - set(default):
            yield Finding("extra_translation", f"texts.{language}", key)


def _check_reach(start: str, states: Mapping[str, Any]) -> Iterator[Finding]:
    seen, todo = {start}, [start]
    while todo:
        state = states[todo.pop()]
        targets = [target for target, _ in _ways(state)]
        targets += [str(c["to"]) for c in state.get("choices", ()) if c.get("to")]
        fresh = set(targets) - seen
        seen |= fresh
        todo += fresh
    for name in states:
        if name not in seen:
            yield Finding("unreachable", f"states.{name}")


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _ways(state: Mapping[str, Any]) -> list[tuple[str, Mapping[str, str]]]:
    """The ways on from a state, in order: target and condition."""
    go = state.get("go")
    if go is None:
        return []
    if isinstance(go, str):
        return [(go, {})]
    return [(str(way.get("to", "")), way.get("if") or {}) for way in go]


def _condition(test: Mapping[str, str]) -> Condition:
    """A condition on the fields: ``{filled: slot}``, ``{empty: slot}`` or ``{slot: name, is: value}``."""
    if "filled" in test:
        filled = test["filled"]
        return lambda slots: bool(slots.get(filled))
    if "empty" in test:
        empty = test["empty"]
        return lambda slots: not slots.get(empty)
    name, value = test["slot"], str(test["is"])
    return lambda slots: slots.get(name) == value


def _machine(start: str, states: Mapping[str, Any]) -> Machine:
    """One machine for every conversation on this revision: it is never asked to remember a model."""
    transitions: list[dict[str, Any]] = []
    for name, state in states.items():
        transitions.extend(
            {"trigger": choose(choice["value"]), "source": name, "dest": choice["to"]}
            for choice in state.get("choices", ())
            if choice.get("to")
        )
        for target, test in _ways(state):
            row: dict[str, Any] = {"trigger": NEXT, "source": name, "dest": target}
            if test:
                row["conditions"] = [_condition(test)]
            transitions.append(row)
    return Machine(
        model=None,
        states=[str(name) for name in states],
        transitions=transitions,
        initial=start,
        auto_transitions=False,
        ignore_invalid_triggers=True,
    )


def _step(name: str, state: Mapping[str, Any]) -> Step:
    slot = str(state.get("slot", ""))
    choices = tuple(
        StepChoice(value=str(c["value"]), label=str(c["label"]), to=str(c.get("to", "")))
        for c in state.get("choices", ())
    )
    asks = bool(slot or choices or state.get("choices_from"))
    return Step(
        name=name,
        say=_listed(state.get("say", ())),
        say_again=_listed(state.get("say_again", ())),
        slot=slot,
        accept=_listed(state.get("accept", ("text",) if slot and not choices else ())),
        choices=choices,
        choices_from=str(state.get("choices_from", "")),
        reask=str(state.get("reask", "")),
        do=_listed(state.get("do", ())),
        leaves=bool(state.get("go")) and not asks,
        optional=bool(state.get("optional", False)),
        rest=bool(state.get("rest", False)),
        end=bool(state.get("end", False)),
    )
