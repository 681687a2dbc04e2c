"""Every line the engine may say is written, in every language, with the same variables, in decent form."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bots import flow_library
from dialog.template import Template
from tests.dialog.demo import demo_documents, rules_of
from tests.dialog.kit import LANGUAGES, common_texts

ROOT = Path(__file__).resolve().parents[2]
DIALOG = ROOT / "dialog"
COMMON = DIALOG.parent / "flows" / "common"
BOOKS = {"common": flow_library.shipped_common()["texts"]} | {
    key: flow_library.shipped_flow(key)["texts"] for key in flow_library.flow_keys()
}
LABELS = ("human", "upset", "claim", "urgent", "misses", "lead", "mark", "returning")
COMPUTED = {
    *(f"handover_{label}" for label in LABELS),
    *(f"promise_{kind}" for kind in ("now", "later", "nobody")),
    *("after_hours_later", "after_hours_nobody", "person_first"),
    *(f"got_{kind}" for kind in ("photo", "voice", "sticker", "video", "location", "contact", "unknown")),
    *(f"visit_{what}" for what in ("accepted", "cancelled")),
    *("greet", "thanks", "bye", "glad"),
    *("who", "why", "why_phone", "withhold", "handover_past_visit"),
}
"""Keys that the engine puts together."""
LONGEST_LABEL = 30


def said_in_code() -> Iterator[str]:
    """Keys that stand in the engine and in what flows share as they are: ``say("key")``, ``text("key", ...)``."""
    for path in sorted((*DIALOG.glob("*.py"), *COMMON.glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"say", "text"}
            ):
                for argument in ast.walk(node.args[0]) if node.args else ():
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield argument.value


def keys() -> set[str]:
    """Every key of a common line that the engine may say."""
    plain = {key for key in said_in_code() if re.fullmatch(r"[a-z]+(_[a-z]+)*", key)}
    return (plain | COMPUTED) - {"lead"}


def test_the_keys_are_found_in_the_code() -> None:
    assert {"withdrawn", "withdrawn_lead", "cancelled", "nothing_to_cancel", "choice_human", "resume"} <= keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_the_engine_is_written(language: str) -> None:
    book = BOOKS["common"][language]
    assert keys() - set(book) == set()
    assert common_texts().find("withdrawn", language) is not None


def test_no_common_line_is_left_over() -> None:
    used_by_flows = {
        str(state["reask"])
        for key in flow_library.flow_keys()
        for state in flow_library.shipped_flow(key)["flow"]["states"].values()
        if "reask" in state
    }
    assert set(BOOKS["common"]["ru"]) - keys() - used_by_flows == set()


@pytest.mark.parametrize("name", BOOKS)
def test_languages_say_the_same_things(name: str) -> None:
    russian, english = (
        {key: Template.compile(text, language) for key, text in BOOKS[name][language].items()} for language in LANGUAGES
    )
    assert set(russian) == set(english)
    for key, text in russian.items():
        assert text.variables == english[key].variables, key
        assert text.strays == english[key].strays == (), key


ALL = [
    (name, language, key, text)
    for name, books in BOOKS.items()
    for language, book in books.items()
    for key, text in book.items()
]


@pytest.mark.parametrize(("name", "language", "key", "text"), ALL, ids=[f"{n}.{la}.{k}" for n, la, k, _ in ALL])
def test_a_line_is_decently_written(name: str, language: str, key: str, text: str) -> None:
    assert text == text.strip()
    assert "  " not in text
    assert text[0].isupper() or (key.startswith("choice_") and text.isdecimal())
    if key.startswith("choice_"):
        assert len(text) <= LONGEST_LABEL
        assert text[-1] not in ".!"
    else:
        assert text[-1] in ".!?:"
    if language == "ru":
        assert '"' not in text, "guillemets"
        assert not re.search(r"[А-Яа-яё] - ", text), "a dash, not a hyphen"
        assert not re.search(r"[a-zA-Z]", re.sub(r"\{[^}]*\}", "", text))
    else:
        assert not re.search(r"[а-яёА-ЯЁ]", text)


def test_an_edited_set_of_lines_gets_the_lines_of_a_newer_version() -> None:
    documents = demo_documents()
    edited = {"texts": {"ru": {"bye": "Пока-пока!"}, "en": {}}}
    texts = rules_of({**documents, ("text", "common"): edited}).current().texts
    assert texts.render("bye", "ru", {}) == "Пока-пока!"
    assert texts.render("resume", "ru", {}) == BOOKS["common"]["ru"]["resume"]
    assert texts.render("bye", "en", {}) == BOOKS["common"]["en"]["bye"]


def test_minutes_are_said_with_their_number() -> None:
    for language, words in (
        ("ru", ["1 минуты", "5 минут", "21 минуты"]),
        ("en", ["1 minute", "5 minutes", "21 minutes"]),
    ):
        text = Template.compile(BOOKS["common"][language]["promise_now"], language)
        for minutes, said in zip((1, 5, 21), words, strict=True):
            assert f"{said}." in text.render({"minutes": minutes})
