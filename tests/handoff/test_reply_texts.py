"""Ready replies, first lines, words that are not said, words of promise: data, read as people wrote it."""

from __future__ import annotations

import re

import pytest

from dialog.template import Template
from handoff.policy_files import load_policies
from handoff.reply_texts import VARIABLES, avoided, filled, first_lines, promises_something, ready_replies

LABELS = {policy.label for policy in load_policies().policies}
TEXTS = [*((one.key, one.text) for one in ready_replies()), *first_lines().items()]


@pytest.mark.parametrize(("key", "text"), TEXTS, ids=[key for key, _ in TEXTS])
def test_a_reply_sounds_like_a_person(key: str, text: str) -> None:
    assert Template.compile(text, "ru").variables <= VARIABLES
    assert len(text) <= 320
    assert '"' not in text
    assert not re.search(r"\b(?:Вы|Вас|Вам|Ваш)\b", text), "polite without capitals"
    low = text.lower()
    for one in avoided():
        for word in one.words:
            stem = re.escape(word.rstrip("*"))
            assert not re.search(rf"(?<!\w){stem}" + ("" if word.endswith("*") else r"(?!\w)"), low), word


def test_every_class_has_a_first_line_and_something_ready() -> None:
    assert set(first_lines()) == LABELS
    fits = {label for one in ready_replies() for label in one.fits}
    assert fits == LABELS
    keys = [one.key for one in ready_replies()]
    assert len(keys) == len(set(keys)) >= 20


def test_a_client_without_a_name_is_not_addressed_by_one() -> None:
    assert filled("{name}, мне жаль. Это {me}.", {"name": "Ольга", "me": "Вера"}) == "Ольга, мне жаль. Это Вера."
    assert filled("{name}, мне жаль. Это {me}.", {"name": "", "me": "Вера"}) == "Мне жаль. Это Вера."
    assert filled("{name}, здравствуйте", {"name": "{me}", "me": "x"}) == "{me}, здравствуйте"


@pytest.mark.parametrize(
    ("line", "promises"),
    [
        ("Перезвоню завтра", True),
        ("уточню у мастера и вернусь к вам", True),
        ("Напишу вам до шести", True),
        ("Вы написали вчера", False),
        ("Завтра мы работаем до девяти", False),
        ("", False),
    ],
)
def test_a_word_of_promise_is_noticed(line: str, promises: bool) -> None:
    assert promises_something(line) is promises
