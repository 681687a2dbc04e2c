"""A lead: the first question answered by the wish itself, the score by the flow's rules, the tag of the link."""

from __future__ import annotations

import pytest

from dialog.effects import Note
from dialog.message import Kind
from tests.dialog.kit import Talk, shipped

LEAD = shipped().flows["lead", 1]


@pytest.mark.parametrize(
    ("slots", "points"),
    [
        ({}, 0),
        ({"topic": "bridal"}, 30),
        ({"topic": "bridal", "look": "whole", "wish": "this_month", "phone": "+79123456789"}, 100),
        ({"topic": "bridal", "look": "whole", "wish": "this_month", "phone": "in_chat"}, 85),
        ({"topic": "colour", "hair_now": "black", "goal": "lighter", "wish": "soon", "phone": "+79123456789"}, 100),
        ({"wish": "looking"}, 0),
    ],
)
def test_the_score_is_the_sum_of_the_flows_own_rules(slots: dict[str, str], points: int) -> None:
    assert LEAD.points(slots) == points


def test_a_flow_without_rules_keeps_no_score() -> None:
    assert shipped().flows["request", 1].points({"service": "manicure"}) is None


def left_a_lead(talk: Talk) -> Talk:
    talk.means("я невеста", intent="bridal")
    assert (talk.place, talk.slots) == ("lead:bridal_look", {"topic": "bridal"})
    talk.presses("Образ целиком")
    talk.presses("В ближайший месяц")
    talk.means("Катя, 8 912 345-67-89", phone="+79123456789", name="Катя")
    return talk


def test_answers_score_and_source_are_on_the_card_and_in_whats_new() -> None:
    talk = Talk()
    talk.sends(Kind.OPENED, source="insta_bride")
    left_a_lead(talk)
    expected = {
        "topic": "Свадебный образ",
        "look": "Образ целиком",
        "wish": "В ближайший месяц",
        "name": "Катя",
        "phone": "+79123456789",
        "score": "100",
        "source": "insta_bride",
    }
    assert talk.handed.answers == expected
    (news,) = [effect for effect in talk.effects if isinstance(effect, Note)]
    assert news.kind == "lead"
    assert expected.items() <= news.body.items()


def test_who_came_by_no_link_has_no_source_and_an_upset_client_has_no_score() -> None:
    talk = left_a_lead(Talk())
    assert "source" not in talk.handed.answers
    talk = Talk()
    talk.sends(Kind.OPENED, source="vk")
    talk.means("я невеста", intent="bridal")
    talk.means("всё плохо", mood=0.9)
    assert talk.handed.answers == {"topic": "Свадебный образ"}


def test_the_newest_link_counts_and_a_long_tag_is_cut() -> None:
    talk = Talk()
    talk.sends(Kind.OPENED, source="vk")
    talk.says("привет")
    assert talk.conversation.state.source == "vk"
    talk.sends(Kind.OPENED, source="x" * 500)
    assert talk.conversation.state.source == "x" * 64
