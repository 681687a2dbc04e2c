"""The shape of a written flow: which keys there are and what kind of value each takes.

The same is said in docs/flow-format.schema.json; the tests keep the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dialog.flow_finding import Finding

SPEC = 1
MOST_POINTS = 100
MOST_ON_A_PAGE = 20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def check_shape(source: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything that has the wrong kind or name, before anything is looked up."""
    if source.get("spec") != SPEC:
        yield Finding("unknown_spec", "spec", str(source.get("spec")))
    for key in source:
        if key not in _FLOW:
            yield Finding("unknown_key", str(key))
        elif not _FLOW[key](source[key]):
            yield Finding("bad_value", str(key), _shown(source[key]))
    for key in ("flow", "start", "states"):
        if key not in source:
            yield Finding("missing_key", key)
    yield from _check_rules(source.get("score"))
    states = source.get("states")
    if isinstance(states, Mapping):
        for name, state in states.items():
            yield from _check_state(name, state)


def _check_state(name: Any, state: Any) -> Iterator[Finding]:
    place = f"states.{name}"
    if not is_name(name):
        yield Finding("bad_name", place)
    elif not isinstance(state, Mapping):
        yield Finding("state_shape", place)
    else:
        for key in state:
            if key not in _STATE:
                yield Finding("unknown_key", f"{place}.{key}")
            elif not _STATE[key](state[key]):
                yield Finding("bad_value", f"{place}.{key}", _shown(state[key]))
        yield from _check_ways(place, state.get("go"))
        yield from _check_choices(place, state.get("choices"))


def _check_ways(place: str, go: Any) -> Iterator[Finding]:
    if not isinstance(go, list):
        return
    for number, way in enumerate(go, 1):
        if not isinstance(way, Mapping) or not is_name(way.get("to")) or set(way) - {"to", "if"}:
            yield Finding("way_shape", f"{place}.go", _shown(way))
        elif "if" in way and not _is_condition(way["if"]):
            yield Finding("bad_condition", f"{place}.go", _shown(way["if"]))
        elif "if" not in way and number < len(go):
            yield Finding("way_after_else", f"{place}.go", _shown(go[number]))
    if go and isinstance(go[-1], Mapping) and "if" in go[-1]:
        yield Finding("no_else", f"{place}.go")


def _check_choices(place: str, choices: Any) -> Iterator[Finding]:
    if not isinstance(choices, list):
        return
    for choice in choices:
        shaped = (
            isinstance(choice, Mapping)
            and not set(choice) - {"value", "label", "to", "intents"}
            and _is_text(choice.get("value"))
            and is_name(choice.get("label"))
            and ("to" not in choice or is_name(choice["to"]))
            and ("intents" not in choice or _is_names(choice["intents"]))
        )
        if not shaped:
            yield Finding("choice_shape", f"{place}.choices", _shown(choice))


def _check_rules(score: Any) -> Iterator[Finding]:
    for number, rule in enumerate(score if isinstance(score, list) else ()):
        shaped = (
            isinstance(rule, Mapping)
            and set(rule) == {"if", "points"}
            and _is_condition(rule["if"])
            and type(rule["points"]) is int
            and abs(rule["points"]) <= MOST_POINTS
        )
        if not shaped:
            yield Finding("score_shape", f"score.{number}", _shown(rule))


def _is_condition(test: Any) -> bool:
    if not isinstance(test, Mapping):
        return False
    if set(test) == {"slot", "is"}:
        return is_name(test["slot"]) and isinstance(test["is"], str)
    return len(test) == 1 and (is_name(test.get("filled")) or is_name(test.get("empty")))


def is_name(value: Any) -> bool:
    """A name as flows use them: lower-case Latin letters, digits and underlines, a letter first."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 64


def _is_names(value: Any) -> bool:
    return is_name(value) or (isinstance(value, list) and bool(value) and all(map(is_name, value)))


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_titles(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(isinstance(title, str) for title in value.values())


def _is_list_of_names(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_name, value))


def _is_filled_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _is_ways(value: Any) -> bool:
    return is_name(value) or _is_filled_list(value)


def _is_filled_mapping(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value)


def _is_heard(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(map(is_name, (*value, *value.values())))


def _is_page(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_ON_A_PAGE


def _anything(_: Any) -> bool:
    return True


def _shown(value: Any) -> str:
    return str(value)[:80]


_FLOW: Mapping[Any, Callable[[Any], bool]] = {
    "spec": _anything,
    "flow": is_name,
    "title": _is_titles,
    "start": is_name,
    "intents": _is_list_of_names,
    "score": _is_filled_list,
    "hears": _is_heard,
    "fields": _is_list_of_names,
    "kept": _is_list_of_names,
    "leave": _is_names,
    "states": _is_filled_mapping,
}
_STATE: Mapping[Any, Callable[[Any], bool]] = {
    "say": _is_names,
    "say_again": _is_names,
    "slot": is_name,
    "accept": _is_names,
    "choices": _is_filled_list,
    "choices_from": is_name,
    "page": _is_page,
    "reask": is_name,
    "do": _is_names,
    "go": _is_ways,
    "optional": _is_bool,
    "impression": _is_bool,
    "rest": _is_bool,
    "end": _is_bool,
}
