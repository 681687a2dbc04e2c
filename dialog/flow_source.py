"""Flows as people write them: checked, then compiled to a machine. The format is docs/flow-format.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transitions import Machine

from dialog.errors import ZabotaError
from dialog.flow import NEXT, Action, Condition, Flow, ScoreRule, Step, StepChoice, choose
from dialog.flow_finding import Finding
from dialog.flow_sense import check_circles, check_heard, check_reach, check_score, check_state, listed, ways
from dialog.flow_shape import check_shape
from dialog.texts import Rendered, Texts

ALWAYS = frozenset({"salon", "name"})
"""Variables that every text may show."""


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

    Raises BadFlow with everything that was found wrong.
    """
    source, texts = document.get("flow"), document.get("texts")
    if not isinstance(source, Mapping) or not isinstance(texts, Mapping):
        raise BadFlow("?", [Finding("flow_shape", "flow")])
    key = str(source.get("flow", "?"))
    findings: list[Finding] = []
    books = _compile_texts(texts, around, findings)
    findings += check_shape(source)
    _stop(key, findings)
    states: Mapping[str, Mapping[str, Any]] = source["states"]
    start: str = source["start"]
    steps = {name: _step(name, state) for name, state in states.items()}
    flow_texts = Texts(books, around.default_language)
    hears: Mapping[str, str] = source.get("hears", {})
    filled = frozenset(source.get("fields", ())) | hears.keys()
    findings += _check_sense(start, states, around)
    findings += check_score(source.get("score", ()), {step.slot for step in steps.values()})
    findings += check_heard(hears, states.keys())
    leave = listed(source.get("leave"))
    findings += [Finding("unknown_action", "leave", name) for name in leave if name not in around.actions]
    findings += _check_texts(steps, flow_texts, books, around, filled)
    _stop(key, findings)
    findings += [*check_reach(start, states), *check_circles(states)]
    _stop(key, findings)
    return Flow(
        key=key,
        revision=revision,
        start=start,
        intents=tuple(source.get("intents", ())),
        steps=steps,
        machine=_machine(start, states),
        texts=flow_texts,
        hears=hears,
        leave=leave,
        kept=frozenset(source.get("kept", ())),
        actions={name: around.actions[name] for step in steps.values() for name in (*step.do, *leave)},
        score=tuple(
            ScoreRule(condition=_condition(rule["if"]), points=rule["points"]) for rule in source.get("score", ())
        ),
    )


def _stop(key: str, findings: Sequence[Finding]) -> None:
    if findings:
        raise BadFlow(key, findings)


def _check_sense(start: str, states: Mapping[str, Mapping[str, Any]], around: Surroundings) -> Iterator[Finding]:
    if start not in states:
        yield Finding("unknown_state", "start", start)
    for name, state in states.items():
        yield from check_state(
            name,
            state,
            states.keys(),
            actions=around.actions.keys(),
            flows=around.flows,
            sources=around.sources,
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
            place = f"texts.{language}.{key}"
            if not isinstance(text, str) or not text.strip():
                findings.append(Finding("bad_text", place, str(text)[:80]))
                continue
            try:
                books[language][str(key)] = around.compile_text(text, language)
            except ValueError as error:
                findings.append(Finding("bad_text", place, str(error)))
    return books


def _check_texts(
    steps: Mapping[str, Step],
    texts: Texts,
    books: Mapping[str, Mapping[str, Rendered]],
    around: Surroundings,
    filled: frozenset[str],
) -> Iterator[Finding]:
    language = around.default_language
    for step in steps.values():
        for key in _keys(step):
            if texts.find(key, language) is None and around.common_texts.find(key, language) is None:
                yield Finding("missing_text", f"states.{step.name}", key)
    known = ALWAYS | filled | {step.slot for step in steps.values()}
    shown = {key for step in steps.values() for key in _keys(step)}
    for language, book in books.items():
        for key in sorted(shown & set(book)):
            for name in sorted(book[key].variables - known):
                yield Finding("unknown_variable", f"texts.{language}.{key}", name)
    default = books[around.default_language]
    for language, book in books.items():
        for key in sorted(set(default) - set(book)):
            yield Finding("missing_translation", f"texts.{language}", key)
        for key in sorted(set(book) - set(default)):
            yield Finding("extra_translation", f"texts.{language}", key)


def _keys(step: Step) -> tuple[str, ...]:
    """Keys of the texts that a step shows; what actions say is theirs to know."""
    reask = (step.reask,) if step.reask else ()
    return (*step.say, *step.say_again, *(choice.label for choice in step.choices), *reask)


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
        for target, test in ways(state):
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
        StepChoice(
            value=str(c["value"]),
            label=str(c["label"]),
            to=str(c.get("to", "")),
            intents=listed(c.get("intents")),
        )
        for c in state.get("choices", ())
    )
    asks = bool(slot or choices or state.get("choices_from"))
    return Step(
        name=name,
        say=listed(state.get("say", ())),
        say_again=listed(state.get("say_again", ())),
        slot=slot,
        accept=listed(state.get("accept", ("text",) if slot and not choices else ())),
        choices=choices,
        choices_from=str(state.get("choices_from", "")),
        page=int(state.get("page", 0)),
        reask=str(state.get("reask", "")),
        do=listed(state.get("do", ())),
        leaves=bool(state.get("go")) and not asks,
        optional=bool(state.get("optional", False)),
        impression=bool(state.get("impression", False)),
        rest=bool(state.get("rest", False)),
        end=bool(state.get("end", False)),
    )
