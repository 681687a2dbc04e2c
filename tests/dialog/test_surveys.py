"""Asking how a visit was: by the wall clock of the branch, once, never at a bad moment; what a mark comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.conversation import OwnerKind
from dialog.effects import AnswerSurvey, AskSurvey, HandOver, SetTimer
from dialog.questions import SurveyVisit
from dialog.reply import Lane
from dialog.send_window import into_window
from flows.feedback.actions import mark_of
from tests.dialog.kit import NOON, Talk

ZONES = sorted(zone for zone in available_timezones() if "/" in zone)
LINKS = (("2ГИС", "https://2gis.ru/x"), ("Google", "https://google.com/x"))
VISIT = SurveyVisit(visit=7, done=True, end=NOON, zone="Europe/Moscow", name="Анна", category="nails", links=LINKS)


def after_a_visit(**changes: object) -> Talk:
    """The book has just said that the visit is over: noon in Moscow."""
    talk = Talk()
    talk.answerer.visit = replace(VISIT, **changes)  # type: ignore[arg-type]
    talk.wakes("visit_done", visit="7")
    return talk


def asked(**changes: object) -> Talk:
    """The question has been asked."""
    talk = after_a_visit(**changes)
    talk.timer_fires("feedback:7")
    assert talk.route == "feedback_asks"
    return talk


# ---------------------------------------------------------------- when


def on_the_wall(moment: datetime, zone: str) -> datetime:
    """The local time, as a clock there shows it."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@given(
    zone=st.sampled_from(ZONES),
    at=st.integers(0, 11 * 365 * 24 * 60).map(
        lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(0, 60 * minutes)
    ),
    first=st.integers(0, 15),
    last=st.integers(16, 24),
)
def test_the_salon_writes_first_only_by_day_whatever_the_clocks_do(
    zone: str, at: datetime, first: int, last: int
) -> None:
    due = into_window(at, zone, first, last)
    assert at <= due <= at + timedelta(hours=26)
    opening = on_the_wall(due, zone).replace(hour=first, minute=0)
    swallowed = on_the_wall(opening.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), zone) != opening
    assert swallowed or first <= on_the_wall(due, zone).hour < last
    assert swallowed or due == at or on_the_wall(due, zone) == opening, "the first moment of the window"
    assert into_window(due, zone, first, last) == due


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        ("2026-03-28 16:30", "2026-03-28 19:30"),
        ("2026-03-28 18:00", "2026-03-29 10:00"),
        ("2026-10-24 22:15", "2026-10-25 10:00"),
        ("2026-10-25 06:00", "2026-10-25 10:00"),
    ],
)
def test_three_hours_later_but_by_the_wall_and_over_the_change_of_clocks(ended: str, due: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    talk = Talk()
    end = datetime.fromisoformat(ended).replace(tzinfo=berlin).astimezone(UTC)
    talk.answerer.visit = replace(VISIT, end=end, zone="Europe/Berlin")
    talk.now = talk.answerer.now = end
    talk.wakes("visit_done", visit="7")
    assert talk.timers["feedback:7"].due_at.astimezone(berlin) == datetime.fromisoformat(due).replace(tzinfo=berlin)


def test_a_timer_that_fires_at_night_waits_for_the_morning_and_an_old_one_is_dropped() -> None:
    talk = after_a_visit()
    talk.later(hours=11)
    talk.timer_fires("feedback:7")
    assert (talk.route, talk.said) == ("feedback_later", [])
    assert talk.timers["feedback:7"].due_at.astimezone(ZoneInfo("Europe/Moscow")).hour == 10
    talk.timer_fires("feedback:7")
    assert talk.route == "feedback_asks"
    talk = after_a_visit()
    talk.later(days=2)
    talk.timer_fires("feedback:7")
    assert (talk.route, talk.effects) == ("feedback_too_late", ())


def test_a_clock_that_jumps_asks_nobody_twice() -> None:
    talk = asked()
    data = {"visit": "7", "planned": talk.now.isoformat()}
    for jump in (-2, 2, 72):
        talk.later(hours=jump)
        talk.wakes("feedback:7", **data)
        assert talk.said == []
    talk.wakes("visit_done", visit="7")
    assert talk.said == []


def test_whoever_is_in_the_middle_of_something_is_asked_later() -> None:
    talk = after_a_visit()
    talk.later(hours=3)
    talk.means("на маникюр", intent="book", service="manicure")
    talk.timer_fires("feedback:7")
    assert (talk.route, talk.place) == ("feedback_later", "request:when")
    talk.timer_fires("feedback:7")
    assert (talk.route, talk.place) == ("feedback_later", "request:when"), "an hour later it is not over yet"
    talk.means("отмена", command="cancel")
    talk.timer_fires("feedback:7")
    assert talk.route == "feedback_asks"


def test_what_was_left_lying_for_a_pause_holds_nothing_up() -> None:
    talk = after_a_visit()
    talk.later(hours=3)
    talk.means("на маникюр", intent="book", service="manicure")
    routes = []
    for _ in range(4):
        talk.timer_fires("feedback:7")
        routes.append(talk.route)
    assert routes == [*["feedback_later"] * 3, "feedback_asks"]


@pytest.mark.parametrize("wrong", [{"done": False}, {"open_case": True}, {"asked": True}])
def test_a_visit_that_was_none_a_case_or_a_second_time_ask_nothing(wrong: dict[str, bool]) -> None:
    talk = after_a_visit()
    assert talk.answerer.visit is not None
    talk.answerer.visit = replace(talk.answerer.visit, **wrong)  # type: ignore[arg-type]
    talk.timer_fires("feedback:7")
    assert talk.effects == ()


def test_nothing_is_asked_while_a_person_leads() -> None:
    talk = after_a_visit()
    talk.claimed_by(7)
    talk.timer_fires("feedback:7")
    assert (talk.route, talk.effects) == ("feedback_case_open", ())


# ---------------------------------------------------------------- what is said


def test_the_question_goes_in_the_service_lane_and_is_kept() -> None:
    talk = asked()
    (send,) = talk.said
    assert (send.lane, send.message_class) == (Lane.SERVICE, "service")
    assert send.reply.text.startswith("Здравствуйте, Анна!")
    assert AskSurvey(visit=7, kind="feedback") in talk.effects
    assert talk.timers["nps:7"].due_at == NOON + timedelta(days=4)


@pytest.mark.parametrize(("category", "key"), [("hair", "ask_hair"), ("massage", "ask_general"), ("", "ask_general")])
def test_the_words_are_the_services_own(category: str, key: str) -> None:
    assert asked(category=category, name="").keys == [f"hello_guest+{key}+ask_mark"]


@pytest.mark.parametrize("mark", "12345")
def test_everybody_gets_the_links_and_a_bad_mark_a_person_besides(mark: str) -> None:
    talk = asked()
    talk.presses(mark)
    text = talk.said[0].reply.text
    assert all(f"{name}: {address}" in text for name, address in LINKS)
    assert AnswerSurvey(mark=int(mark)) in talk.effects
    assert (talk.owner is OwnerKind.WAITING) == (int(mark) <= 3)
    if int(mark) <= 3:
        assert (talk.handed.label, talk.handed.reason, talk.handed.answers["mark"]) == ("upset", "feedback", mark)
        assert talk.handed.promised_at is not None


def test_upset_words_open_a_case_with_the_words_even_beside_a_good_mark() -> None:
    talk = asked()
    talk.means("ставлю 5, но очень больно было, кошмар", mood=0.9)
    assert talk.route == "impression"
    assert AnswerSurvey(mark=3, words="ставлю 5, но очень больно было, кошмар") in talk.effects
    assert talk.handed.reason == "feedback"
    assert talk.handed.triggers


def test_a_wish_and_a_question_are_no_marks() -> None:
    talk = asked()
    talk.means("а где вы?", answer="address")
    assert talk.route == "answer"
    talk.means("запишите на маникюр", intent="book", service="manicure")
    assert talk.place == "request:when"
    assert not [effect for turn in talk.turns for effect in turn.effects if isinstance(effect, AnswerSurvey)]


def test_what_cannot_be_told_is_asked_once_as_a_number_and_then_taken() -> None:
    talk = asked()
    talk.says("ну как сказать")
    assert talk.keys == ["ask_number"]
    talk.says("ну вот так")
    assert talk.keys == ["thanks+links"]
    assert not [effect for effect in talk.effects if isinstance(effect, HandOver)]


def test_nps_only_for_who_answered_and_once() -> None:
    talk = asked()
    talk.presses("5")
    talk.timer_fires("nps:7")
    assert talk.keys == ["ask_nps"]
    talk.says("9")
    assert AnswerSurvey(nps=9) in talk.effects
    talk.wakes("nps:7", visit="7", planned=talk.now.isoformat())
    assert talk.said == []
    silent = asked()
    silent.timer_fires("nps:7")
    assert (silent.route, silent.said) == ("nps_asked", [])
    assert not [effect for effect in silent.effects if isinstance(effect, SetTimer)]


@pytest.mark.parametrize(
    ("said", "mark"),
    [
        ("5", 5),
        ("5+", 5),
        ("4 из 5", 4),
        ("на троечку", 3),
        ("троечка", 3),
        ("всё отлично", 5),
        ("не очень", 3),
        ("не понравилось", 2),
        ("неплохо", 4),
        ("10", None),
        ("была 15 марта", None),
        ("ну такое", None),
        ("", None),
    ],
)
def test_marks_in_words(said: str, mark: int | None) -> None:
    assert mark_of(said) == mark
