"""Flows as people write them: each mistake is found, named and placed; what compiles can be walked."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bots import flow_library
from dialog.flow_finding import Finding
from dialog.flow_source import BadFlow, compile_flow
from dialog.message import Kind
from tests.dialog.kit import Talk, surroundings, with_flow

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "flow-format.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

Document: TypeAlias = dict[str, Any]


def whole() -> Document:
    """A small flow with one of everything, and nothing wrong."""
    keys = ("hi", "hi_again", "which", "yes", "no", "help", "wrong", "more", "passing", "bye")
    return {
        "flow": {
            "spec": 1,
            "flow": "sample",
            "title": {"ru": "Образец", "en": "Sample"},
            "start": "menu",
            "intents": ["sample"],
            "score": [
                {"if": {"slot": "more", "is": "yes"}, "points": 30},
                {"if": {"filled": "more"}, "points": -10},
            ],
            "states": {
                "menu": {
                    "say": "hi",
                    "say_again": "hi_again",
                    "rest": True,
                    "choices": [
                        {"value": "in", "label": "yes", "to": "which", "intents": ["confirm"]},
                        {"value": "!human", "label": "help"},
                        {"value": "?address", "label": "more"},
                        {"value": ">prices", "label": "no"},
                    ],
                },
                "which": {
                    "say": "which",
                    "slot": "which",
                    "accept": ["service", "text"],
                    "choices_from": "popular_services",
                    "reask": "wrong",
                    "go": [{"to": "passing", "if": {"slot": "which", "is": "manicure"}}, {"to": "more"}],
                },
                "passing": {"say": "passing", "go": "more"},
                "more": {
                    "say": "more",
                    "slot": "more",
                    "optional": True,
                    "choices": [{"value": "yes", "label": "yes", "to": "bye"}, {"value": "no", "label": "no"}],
                    "go": [
                        {"to": "bye", "if": {"filled": "more"}},
                        {"to": "bye", "if": {"empty": "which"}},
                        {"to": "bye"},
                    ],
                },
                "bye": {
                    "say": "bye",
                    "do": "remember_client",
                    "end": True,
                    "choices": [{"value": "!menu", "label": "no"}],
                },
            },
        },
        "texts": {language: dict.fromkeys(keys, "...") for language in ("ru", "en")},
    }


def at(document: Document, path: str) -> tuple[Any, str | int]:
    """The container and the last key of a dotted path."""
    *way, last = path.split(".")
    holder: Any = document
    for step in way:
        holder = holder[int(step) if isinstance(holder, list) else step]
    return holder, int(last) if isinstance(holder, list) else last


def put(path: str, value: Any) -> Callable[[Document], None]:
    """Put a value at a dotted path."""

    def change(document: Document) -> None:
        holder, last = at(document, path)
        holder[last] = value

    return change


def drop(path: str) -> Callable[[Document], None]:
    """Take away what is at a dotted path."""

    def change(document: Document) -> None:
        holder, last = at(document, path)
        del holder[last]

    return change


S = "flow.states."
ASKED = {"say": "more", "slot": "more", "choices": [{"value": "yes", "label": "yes", "to": "bye"}]}
BY_SHAPE: list[tuple[str, str, Callable[[Document], None]]] = [
    ("unknown_spec", "spec", put("flow.spec", 2)),
    ("unknown_spec", "spec", drop("flow.spec")),
    ("unknown_key", "colour", put("flow.colour", "red")),
    ("missing_key", "start", drop("flow.start")),
    ("missing_key", "flow", drop("flow.flow")),
    ("missing_key", "states", drop("flow.states")),
    ("bad_value", "flow", put("flow.flow", "Пример")),
    ("bad_value", "start", put("flow.start", ["menu"])),
    ("bad_value", "title", put("flow.title", "Sample")),
    ("bad_value", "intents", put("flow.intents", "sample")),
    ("bad_value", "states", put("flow.states", {})),
    ("bad_name", "states.Меню", put(S + "Меню", {"say": "hi", "end": True})),
    ("state_shape", "states.passing", put(S + "passing", "hi")),
    ("unknown_key", "states.passing.says", put(S + "passing.says", "hi")),
    ("bad_value", "states.passing.say", put(S + "passing.say", 5)),
    ("bad_value", "states.passing.say", put(S + "passing.say", [])),
    ("bad_value", "states.passing.say_again", put(S + "passing.say_again", {"ru": "hi"})),
    ("bad_value", "states.which.slot", put(S + "which.slot", True)),
    ("bad_value", "states.which.accept", put(S + "which.accept", [["text"]])),
    ("bad_value", "states.which.choices_from", put(S + "which.choices_from", ["categories"])),
    ("bad_value", "states.which.reask", put(S + "which.reask", ["wrong"])),
    ("bad_value", "states.bye.do", put(S + "bye.do", 1)),
    ("bad_value", "states.passing.go", put(S + "passing.go", {"to": "more"})),
    ("bad_value", "states.more.optional", put(S + "more.optional", "yes")),
    ("bad_value", "states.menu.rest", put(S + "menu.rest", 1)),
    ("bad_value", "states.bye.end", put(S + "bye.end", "true")),
    ("bad_value", "states.menu.choices", put(S + "menu.choices", {"in": "yes"})),
    ("choice_shape", "states.menu.choices", put(S + "menu.choices.0", "in")),
    ("choice_shape", "states.menu.choices", drop(S + "menu.choices.0.label")),
    ("choice_shape", "states.menu.choices", put(S + "menu.choices.0.intents", "Not a name")),
    ("choice_shape", "states.menu.choices", put(S + "menu.choices.0.value", "")),
    ("choice_shape", "states.menu.choices", put(S + "menu.choices.0.colour", "red")),
    ("choice_shape", "states.menu.choices", put(S + "menu.choices.0.to", None)),
    ("bad_value", "score", put("flow.score", [])),
    ("score_shape", "score.0", put("flow.score.0", 30)),
    ("score_shape", "score.1", put("flow.score.1.points", 101)),
    ("score_shape", "score.1", put("flow.score.1.points", True)),
    ("score_shape", "score.0", put("flow.score.0.if", {"full": "which"})),
    ("way_shape", "states.which.go", put(S + "which.go.1", "more")),
    ("way_shape", "states.which.go", put(S + "which.go.1.unless", "more")),
    ("bad_condition", "states.which.go", put(S + "which.go.0.if", {"full": "which"})),
    ("bad_condition", "states.which.go", put(S + "which.go.0.if", {"slot": "which"})),
    ("bad_condition", "states.which.go", put(S + "which.go.0.if", {"filled": "which", "empty": "more"})),
    ("bad_condition", "states.which.go", put(S + "which.go.0.if", {"slot": "which", "is": 1})),
]
BY_ORDER: list[tuple[str, str, Callable[[Document], None]]] = [
    ("no_else", "states.which.go", drop(S + "which.go.1")),
    ("way_after_else", "states.which.go", put(S + "which.go", [{"to": "passing"}, {"to": "more"}])),
]
BY_SENSE: list[tuple[str, str, Callable[[Document], None]]] = [
    ("unknown_slot", "score.0", put("flow.score.0.if.slot", "nobody")),
    ("unknown_state", "start", put("flow.start", "nowhere")),
    ("unknown_state", "states.passing.go", put(S + "passing.go", "nowhere")),
    ("unknown_state", "states.menu.choices.in", put(S + "menu.choices.0.to", "nowhere")),
    ("unknown_extractor", "states.which.accept", put(S + "which.accept", ["service", "shoe_size"])),
    ("unknown_action", "states.bye.do", put(S + "bye.do", "sell_the_salon")),
    ("unknown_source", "states.which.choices_from", put(S + "which.choices_from", "horoscopes")),
    ("unknown_command", "states.menu.choices", put(S + "menu.choices.1.value", "!explode")),
    ("unknown_command", "states.menu.choices", put(S + "menu.choices.1.value", "!withdraw")),
    ("unknown_flow", "states.menu.choices", put(S + "menu.choices.3.value", ">nowhere")),
    ("same_value", "states.more.choices", put(S + "more.choices.1.value", "yes")),
    ("mark_leads", "states.menu.choices", put(S + "menu.choices.1.to", "which")),
    ("says_nothing", "states.passing", drop(S + "passing.say")),
    ("dead_end", "states.passing", drop(S + "passing.go")),
    ("end_goes_on", "states.bye", put(S + "bye.go", "menu")),
    ("end_goes_on", "states.bye", put(S + "bye.choices.0.value", "again")),
    ("no_pages", "states.passing", put(S + "passing.page", 6)),
    ("unknown_extractor", "hears", put("flow.hears", {"weather": "menu"})),
    ("unknown_state", "hears.time", put("flow.hears", {"time": "nowhere"})),
    ("unknown_action", "leave", put("flow.leave", "dance")),
    ("no_slot", "states.which", drop(S + "which.slot")),
    ("no_slot", "states.passing", put(S + "passing.accept", "text")),
    ("skip_leads_nowhere", "states.more", put(S + "more", {**ASKED, "rest": True, "optional": True})),
    ("rest_goes_on", "states.passing", put(S + "passing.rest", True)),
    ("unreachable", "states.lost", put(S + "lost", {"say": "hi", "end": True})),
    ("circle", "states.passing", put(S + "passing.go", "passing")),
    ("missing_text", "states.menu", put(S + "menu.say", "unwritten")),
    ("missing_text", "states.menu", put(S + "menu.say_again", "unwritten")),
    ("missing_text", "states.which", put(S + "which.reask", "unwritten")),
    ("missing_text", "states.menu", put(S + "menu.choices.0.label", "unwritten")),
    ("missing_translation", "texts.en", drop("texts.en.bye")),
    ("extra_translation", "texts.en", put("texts.en.farewell", "...")),
    ("unknown_language", "texts.eo", put("texts.eo", {"hi": "Saluton"})),
    ("bad_text", "texts.ru.hi", put("texts.ru.hi", "{n|окно|окна}")),
    ("bad_text", "texts.ru.hi", put("texts.ru.hi", 5)),
    ("bad_text", "texts.ru.hi", put("texts.ru.hi", "  ")),
    ("unknown_variable", "texts.ru.hi", put("texts.ru.hi", "Здравствуйте, {clinet_name}!")),
]


def findings(document: Document) -> list[Finding]:
    """What is wrong with a document; fails when nothing is."""
    with pytest.raises(BadFlow) as caught:
        compile_flow(document, 1, surroundings())
    return list(caught.value.findings)


def broken(change: Callable[[Document], Any]) -> Document:
    """The whole sample with one mistake."""
    document = whole()
    change(document)
    return document


@pytest.mark.parametrize(("code", "place", "change"), BY_SHAPE + BY_ORDER + BY_SENSE)
def test_each_mistake_gives_exactly_its_finding(code: str, place: str, change: Callable[[Document], None]) -> None:
    assert [(finding.code, finding.place) for finding in findings(broken(change))] == [(code, place)]


def test_a_state_must_be_named_by_a_text() -> None:
    """YAML reads ``on`` and ``yes`` as truth values."""
    document = whole()
    document["flow"]["states"][True] = {"say": "hi", "end": True}
    assert findings(document) == [Finding("bad_name", "states.True")]


@pytest.mark.parametrize("document", [{}, {"flow": []}, {"flow": {}, "texts": None}, {"flow": "x", "texts": {}}])
def test_what_is_no_flow_at_all(document: Document) -> None:
    assert findings(document) == [Finding("flow_shape", "flow")]


def test_every_mistake_is_named_at_once() -> None:
    document = whole()
    put(S + "passing.go", "nowhere")(document)
    put(S + "bye.do", "sell_the_salon")(document)
    drop("texts.en.bye")(document)
    assert {finding.code for finding in findings(document)} == {
        "unknown_state",
        "unknown_action",
        "missing_translation",
    }


def test_every_code_is_described_and_every_described_code_exists() -> None:
    used = {code for code, _, _ in BY_SHAPE + BY_ORDER + BY_SENSE} | {"flow_shape"}
    page = (ROOT / "docs" / "flow-format.md").read_text("utf-8")
    _, _, table = page.partition("## Что может быть не так")
    described = {line.split("`")[1] for line in table.splitlines() if line.startswith("| `")}
    sources = "".join((ROOT / "dialog" / f"flow_{name}.py").read_text("utf-8") for name in ("shape", "sense", "source"))
    written = {part.split('"')[1] for part in sources.split("Finding(")[1:] if part.startswith('"')}
    assert used == described == written


# ---------------------------------------------------------------- the schema


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("key", flow_library.flow_keys())
def test_shipped_flows_fit_the_schema_and_compile(key: str) -> None:
    document = flow_library.shipped_flow(key)
    assert list(VALIDATOR.iter_errors(document["flow"])) == []
    assert compile_flow(document, 3, surroundings()).revision == 3
    assert document["flow"]["flow"] == key


def test_the_sample_fits_the_schema_and_compiles() -> None:
    assert list(VALIDATOR.iter_errors(whole()["flow"])) == []
    compile_flow(whole(), 1, surroundings())


@pytest.mark.parametrize(("code", "place", "change"), BY_SHAPE)
def test_the_schema_refuses_what_the_compiler_refuses_by_shape(
    code: str, place: str, change: Callable[[Document], None]
) -> None:
    document = broken(change)["flow"]
    assert list(VALIDATOR.iter_errors(document)), (code, place)


@pytest.mark.parametrize(("code", "place", "change"), BY_SENSE)
def test_the_schema_knows_nothing_of_sense(code: str, place: str, change: Callable[[Document], None]) -> None:
    assert list(VALIDATOR.iter_errors(broken(change)["flow"])) == [], (code, place)


# ---------------------------------------------------------------- anything at all

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["menu", "which", "more", "bye", "passing", "hi", "text", "service", "categories", "!menu", ">prices"]
)
VALUES = JSON | NAMES | st.lists(NAMES, max_size=3) | st.booleans()


def paths(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(found for key, one in inner for found in paths(one, (*way, key)))]


PLACES = paths(whole())[1:]


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=3),
    st.lists(st.integers(0, 40), max_size=8),
)
def test_anything_is_refused_by_name_or_can_be_walked(
    changes: list[tuple[tuple[Any, ...], Any]], presses: list[int]
) -> None:
    document: Any = whole()
    for way, value in changes:
        holder = document
        for step in way[:-1]:
            holder = holder[step] if _holds(holder, step) else None
        if _holds(holder, way[-1]):
            holder[way[-1]] = copy.deepcopy(value)
    try:
        flow = compile_flow(document, 1, surroundings())
    except BadFlow as bad:
        assert bad.findings
        return
    walk_about(Talk(with_flow(flow)), flow.key, presses)


def _holds(holder: Any, step: Any) -> bool:
    if isinstance(holder, dict):
        return step in holder
    return isinstance(holder, list) and isinstance(step, int) and step < len(holder)


def walk_about(talk: Talk, key: str, presses: list[int]) -> None:
    """Press buttons and type in a flow; it must neither raise nor go silent on the first text."""
    intents = talk.rules.flows[key, 1].intents
    if not intents:
        return
    talk.means("...", intent=intents[0])
    for number in presses:
        shown = talk.choices
        if number % 3 == 0 or not shown:
            talk.says("ответ")
        elif number % 7 == 1:
            talk.sends(Kind.MEDIA, media="photo")
        else:
            talk.presses_token(shown[number % len(shown)].token)
