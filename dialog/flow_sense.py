"""The sense of a flow whose shape is right: every name leads somewhere, nobody gets stuck."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from dialog.flow_finding import Finding

EXTRACTORS = frozenset(
    {
        "text",
        "phone",
        "name",
        "service",
        "extra",
        "branch",
        "staff",
        "namesakes",
        "when",
        "day",
        "days",
        "time",
        "shift",
    }
)
COMMANDS = frozenset({"menu", "human", "cancel", "back", "restart", "skip", "other", "more"})
"""What a button of a flow may do with ``!``; the engine's own buttons know ``withdraw`` besides."""
MARKS = frozenset("!?>")


def listed(value: Any) -> tuple[str, ...]:
    """One name or a list of them, as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value or ())


def ways(state: Mapping[str, Any]) -> list[tuple[str, Mapping[str, str]]]:
    """The ways on from a state, in order: target and condition."""
    go = state.get("go")
    if go is None:
        return []
    if isinstance(go, str):
        return [(go, {})]
    return [(way["to"], way.get("if", {})) for way in go]


def check_state(
    name: str,
    state: Mapping[str, Any],
    states: Set[str],
    *,
    actions: Set[str],
    flows: Set[str],
    sources: Set[str],
) -> Iterator[Finding]:
    """What is wrong with one state, given what it may refer to."""
    place = f"states.{name}"
    for kind in set(listed(state.get("accept"))) - EXTRACTORS:
        yield Finding("unknown_extractor", f"{place}.accept", kind)
    for action in listed(state.get("do")):
        if action not in actions:
            yield Finding("unknown_action", f"{place}.do", action)
    source = state.get("choices_from")
    if source is not None and source not in sources:
        yield Finding("unknown_source", f"{place}.choices_from", source)
    for target, _ in ways(state):
        if target not in states:
            yield Finding("unknown_state", f"{place}.go", target)
    yield from _check_choices(place, state, states, flows)
    yield from _check_stay(place, state)


def _check_choices(place: str, state: Mapping[str, Any], states: Set[str], flows: Set[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for choice in state.get("choices", ()):
        value = choice["value"]
        if value in seen:
            yield Finding("same_value", f"{place}.choices", value)
        seen.add(value)
        if value[0] == "!" and value[1:] not in COMMANDS:
            yield Finding("unknown_command", f"{place}.choices", value)
        if value[0] == ">" and value[1:] not in flows:
            yield Finding("unknown_flow", f"{place}.choices", value)
        if "to" in choice and value[0] in MARKS:
            yield Finding("mark_leads", f"{place}.choices", value)
        elif "to" in choice and choice["to"] not in states:
            yield Finding("unknown_state", f"{place}.choices.{value}", choice["to"])


def _check_stay(place: str, state: Mapping[str, Any]) -> Iterator[Finding]:
    """A state asks, passes on, rests or ends; each of these excludes something."""
    asks = bool(state.get("slot") or state.get("choices") or state.get("choices_from"))
    if not (state.get("say") or state.get("do")):
        yield Finding("says_nothing", place)
    if state.get("end"):
        plain = [c for c in state.get("choices", ()) if not _is_marked(c)]
        if plain or any(state.get(key) for key in ("slot", "choices_from", "go", "rest", "optional")):
            yield Finding("end_goes_on", place)
    elif not (state.get("rest") or state.get("go") or _all_lead(state)):
        yield Finding("dead_end", place)
    if state.get("page") and not state.get("choices_from"):
        yield Finding("no_pages", place)
    needs_slot = ("accept", "choices_from", "optional", "impression")
    if not state.get("slot") and any(state.get(key) for key in needs_slot):
        yield Finding("no_slot", place)
    if state.get("optional") and not state.get("go"):
        yield Finding("skip_leads_nowhere", place)
    if state.get("rest") and state.get("go") and not asks:
        yield Finding("rest_goes_on", place)


def _is_marked(choice: Mapping[str, Any]) -> bool:
    return choice["value"][0] in MARKS


def _all_lead(state: Mapping[str, Any]) -> bool:
    choices = state.get("choices", ())
    return bool(choices) and all(choice.get("to") or _is_marked(choice) for choice in choices)


def check_heard(hears: Mapping[str, str], states: Set[str]) -> Iterator[Finding]:
    """What is noticed in every message must be known, and lead somewhere."""
    for kind, state in hears.items():
        if kind not in EXTRACTORS - {"text"}:
            yield Finding("unknown_extractor", "hears", kind)
        if state not in states:
            yield Finding("unknown_state", f"hears.{kind}", state)


def check_reach(start: str, states: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """States that no way leads to."""
    seen, todo = {start}, [start]
    while todo:
        state = states[todo.pop()]
        targets = [target for target, _ in ways(state)]
        targets += [choice["to"] for choice in state.get("choices", ()) if "to" in choice]
        fresh = set(targets) - seen
        seen |= fresh
        todo += fresh
    for name in states:
        if name not in seen:
            yield Finding("unreachable", f"states.{name}")


def check_score(score: Iterable[Mapping[str, Any]], slots: Set[str]) -> Iterator[Finding]:
    """Points for fields that nobody asks for."""
    for number, rule in enumerate(score):
        test = rule["if"]
        name = test.get("slot") or test.get("filled") or test.get("empty")
        if name not in slots:
            yield Finding("unknown_slot", f"score.{number}", str(name))


def check_circles(states: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Ways that lead round without a condition, an action or a button: once all is filled they never stop."""
    onward = {
        name: found[0][0]
        for name, state in states.items()
        if len(found := ways(state)) == 1 and not found[0][1] and not state.get("do")
    }
    reported: set[str] = set()
    for name in onward:
        path: list[str] = []
        at: str | None = name
        while at is not None and at not in path and at not in reported:
            path.append(at)
            at = onward.get(at)
        if at is not None and at in path:
            reported.update(path)
            yield Finding("circle", f"states.{at}", " > ".join([*path[path.index(at) :], at]))
