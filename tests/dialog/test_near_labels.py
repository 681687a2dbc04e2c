"""A slip of the finger in a label is still a press; a button that shows more shows the rest with the same tokens."""

from __future__ import annotations

import pytest

from dialog.tokens import more
from dialog.typed_choice import near_label
from tests.dialog.kit import Talk

LABELS = ["маникюр", "педикюр", "мужская стрижка", "женская стрижка", "после 18", "после 19", "да"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("маникюр", 0),
        ("манкюр", 0),
        ("мникюр", 0),
        ("мужская стришка", 2),
        ("мужская стрижак", 2),
        ("после 18", 4),
        ("посел 19", 5),
    ],
)
def test_one_slip_or_two_are_forgiven(said: str, meant: int) -> None:
    assert near_label(said, LABELS) == meant


@pytest.mark.parametrize("said", ["после 17", "до", "дом", "стрижка", "маникюр и педикюр", "", "какой то текст"])
def test_what_is_something_else_stays_something_else(said: str) -> None:
    assert near_label(said, LABELS) is None


def test_two_labels_equally_near_are_nobodys() -> None:
    assert near_label("полировка1", ["полировка2", "полировкаа"]) is None
    assert near_label("стрижкп", ["стрижка", "стрижки"]) is None


def test_a_near_label_is_a_press() -> None:
    talk = Talk()
    talk.opens()
    label = next(c.label for line in talk.said for c in line.reply.choices if len(c.label) > 8)
    talk.says(label[:2] + label[3:])
    assert talk.route.startswith("press")


def test_more_shows_the_rest_with_the_same_tokens() -> None:
    talk = Talk()
    talk.opens()
    choices = next(line.reply.choices for line in talk.said if line.reply.choices)
    talk.presses_token(more(choices[1].token))
    assert talk.route == "press_more"
    (rest,) = [line.reply.choices for line in talk.said if line.reply.choices]
    assert [c.token for c in rest] == [c.token for c in choices[1:]]
    talk.presses_token(rest[0].token)
    assert talk.route in {"press", "press_rest", "press_starts"}


def test_more_of_nobodys_token_is_out_of_date() -> None:
    talk = Talk()
    talk.opens()
    talk.presses_token(more("A" * 16))
    assert talk.route == "press_stale"
