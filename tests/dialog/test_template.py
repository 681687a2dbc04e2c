"""The renderer of stored text: plain inserts, plural forms, and nothing that an attacker could use."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.template import Template, TemplateError

NAMES = st.from_regex(r"\A[a-z_][a-z0-9_]{0,31}\Z")
VALUES = st.dictionaries(NAMES, st.text() | st.integers(), max_size=4)


def render(source: str, language: str = "ru", **values: str | int) -> str:
    return Template.compile(source, language).render(values)


def test_a_name_is_replaced() -> None:
    assert render("Здравствуйте, {name}! Ждём вас.", name="Анна") == "Здравствуйте, Анна! Ждём вас."


def test_an_unknown_name_stays_as_written_and_is_reported() -> None:
    template = Template.compile("Цена {price_manicure}, {who}", "ru")
    assert template.variables == {"price_manicure", "who"}
    assert template.render({"who": "Аня"}) == "Цена {price_manicure}, Аня"


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (0, "окон"),
        (1, "окно"),
        (2, "окна"),
        (4, "окна"),
        (5, "окон"),
        (11, "окон"),
        (12, "окон"),
        (14, "окон"),
        (21, "окно"),
        (22, "окна"),
        (25, "окон"),
        (101, "окно"),
        (111, "окон"),
        (1001, "окно"),
        (1_000_002, "окна"),
        (10**9 + 5, "окон"),
        (-1, "окно"),
        (-3, "окна"),
    ],
)
def test_russian_plural_forms(number: int, word: str) -> None:
    assert render("{n|окно|окна|окон}", n=number) == word


def test_the_form_of_a_number_with_thousands_of_digits_is_found_at_once() -> None:
    assert render("{n|окно|окна|окон}", n=10**5000 + 1) == "окно"


@pytest.mark.parametrize(("number", "word"), [(0, "slots"), (1, "slot"), (2, "slots"), (21, "slots"), (101, "slots")])
def test_english_plural_forms(number: int, word: str) -> None:
    assert render("{n|slot|slots}", "en", n=number) == word


def test_a_number_given_as_text_chooses_the_form_too() -> None:
    assert render("{n} {n|запись|записи|записей}", n="3") == "3 записи"


def test_a_form_may_be_empty() -> None:
    assert render("{n} slot{n||s}", "en", n=1) == "1 slot"
    assert render("{n} slot{n||s}", "en", n=7) == "7 slots"


@pytest.mark.parametrize("value", ["пять", "", "٣", "1" * 40, "1.5", "-1"])
def test_a_plural_of_something_that_is_not_a_number_stays_as_written(value: str) -> None:
    assert render("{n|окно|окна|окон}", n=value) == "{n|окно|окна|окон}"


@pytest.mark.parametrize(
    ("source", "language", "position", "expected"),
    [
        ("Есть {n|окно|окна}", "ru", 5, "3 plural forms"),
        ("{n|slot|slots|slotses}", "en", 0, "2 plural forms"),
        ("{n|}", "ru", 0, "3 plural forms"),
        ("ab {n|x|y}", "xx-nowhere", 3, "known plural rules"),
    ],
)
def test_wrong_plural_forms_are_refused_with_the_place(
    source: str, language: str, position: int, expected: str
) -> None:
    with pytest.raises(TemplateError, match=re.escape(expected)) as caught:
        Template.compile(source, language)
    assert caught.value.position == position


ATTACKS = [
    "{c.__init__.__globals__}",
    "{name:>1000000000}",
    "{name!r}",
    "{0}",
    "{}",
    "{{",
    "}}",
    "{{{",
    "{name[0]}",
    "{ name }",
    "{Name}",
    "{имя}",
    "%(name)s %s %n",
    "${name.x}",
    "{% raw %}",
    "{n|a",
    "{|a|b|c}",
    "{" * 5000,
    "{n|" * 2000,
    "{" + "a" * 33 + "}",
    "\x00{\ud800}",
]


@pytest.mark.parametrize("source", ATTACKS)
def test_attack_strings_are_shown_as_they_are(source: str) -> None:
    values: dict[str, str | int] = {"name": "секрет", "c": "секрет", "n": 3, "0": "секрет", "": "секрет"}
    assert Template.compile(source, "ru").render(values) == source


def test_double_braces_are_no_escape_and_the_inner_name_is_an_insert() -> None:
    assert render("{{name}}", name="Аня") == "{Аня}"


@pytest.mark.parametrize("attack", [*ATTACKS, "{name}", "{n|a|b|c}"])
def test_a_value_is_never_expanded(attack: str) -> None:
    assert render("<{name}>", name=attack, n=1) == f"<{attack}>"


def test_strays_tell_the_loader_about_braces_that_are_no_inserts() -> None:
    assert Template.compile("{Price} и {price-x}, {ok}, {", "ru").strays == ("{Price}", "{price-x}", "{")
    assert Template.compile("{ok} {n|а|б|в}", "ru").strays == ()


def test_the_output_is_cut_at_the_limit() -> None:
    template = Template.compile("12345{name}", "ru", limit=8)
    assert template.render({"name": "678"}) == "12345678"
    assert template.render({"name": "6789"}) == "1234567…"
    assert len(Template.compile("{a}" * 4000, "ru").render({"a": "x" * 1_000_000})) == 16_000


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="limit"):
        Template.compile("a", "ru", limit=0)


@given(source=st.text(alphabet=st.sampled_from("{}|abn_0 :!.[]окно\n"), max_size=60), values=VALUES)
def test_any_source_compiles_or_names_the_place_and_renders_without_raising(
    source: str, values: dict[str, str | int]
) -> None:
    place: int | None = None
    try:
        template = Template.compile(source, "ru")
    except TemplateError as error:
        place = error.position
    if place is not None:
        assert 0 <= place < len(source)
        return
    assert template.render({}) == source
    rendered = template.render(values)
    assert len(rendered) <= template.limit
    if not template.variables & values.keys():
        assert rendered == source


@given(name=NAMES, value=st.text(), left=st.text(), right=st.text())
def test_a_value_arrives_whole(name: str, value: str, left: str, right: str) -> None:
    left, right = (re.sub(r"[{}]", "", side) for side in (left, right))
    assert render(f"{left}{{{name}}}{right}", **{name: value}) == f"{left}{value}{right}"


@given(values=VALUES, limit=st.integers(1, 40))
def test_the_limit_holds_for_any_values(values: dict[str, str | int], limit: int) -> None:
    source = "".join(f"{{{name}}} " for name in values) + "хвост"
    assert len(Template.compile(source, "ru", limit=limit).render(values)) <= limit


def test_a_number_too_long_to_print_stays_as_written() -> None:
    assert render("{n}", n=10**10_000) == "{n}"


def test_rendering_takes_microseconds() -> None:
    template = Template.compile("{name}, есть {n} {n|окно|окна|окон} на {day}: {a}, {b}", "ru")
    values: dict[str, str | int] = {"name": "Анна", "n": 5, "day": "пятницу", "a": "10:00", "b": "12:30"}
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(200):
            template.render(values)
        best = min(best, (time.perf_counter() - start) / 200)
    assert best < 50e-6, f"{best * 1e6:.1f} us"
