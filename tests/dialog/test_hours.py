"""Off hours: one honest notice. In working hours: who answers first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dialog.conversation import DialogState, OwnerKind
from dialog.detection import GateKind
from dialog.effects import CancelTimer, CloseHandoff, HandOver, SetTimer
from dialog.engine_settings import EngineSettings
from dialog.message import Kind
from tests.dialog.demo import demo_documents, demo_talk, rules_of
from tests.dialog.kit import NOON, ScriptedAnswerer, Talk, new_conversation, shipped, with_settings


def off_hours(kind: str = "later") -> Talk:
    return Talk(answerer=ScriptedAnswerer(promise_kind=kind), conversation=new_conversation(state=DialogState()))


def first(mode: str, kind: str = "now") -> Talk:
    rules = with_settings(EngineSettings(who_first=mode, safety_net_minutes=7))
    fresh = new_conversation(state=DialogState())
    return Talk(rules, answerer=ScriptedAnswerer(promise_kind=kind), conversation=fresh)


def notices(talk: Talk) -> list[str]:
    """The notices of the whole conversation so far."""
    keys = [key for turn in talk.turns for key in _keys(turn)]
    return [key for key in keys if key.startswith("after_hours")]


def _keys(turn: object) -> list[str]:
    effects = getattr(turn, "effects", ())
    return [key for effect in effects if hasattr(effect, "reply") for key in effect.reply.key.split("+")]


# ---------------------------------------------------------------- the notice


@pytest.mark.parametrize("kind", ["later", "nobody"])
def test_the_notice_is_said_once_with_the_first_thing_that_is_said(kind: str) -> None:
    talk = off_hours(kind)
    talk.means("сколько стоит", answer="price")
    assert talk.keys == [f"answer.price+after_hours_{kind}"]
    assert ("завтра в 10:00" in talk.said[0].reply.text) == (kind == "later")
    talk.means("где вы", answer="address")
    talk.means("привет", intent="greet")
    talk.means("на маникюр", intent="book", service="manicure")
    assert notices(talk) == [f"after_hours_{kind}"]


def test_a_question_stays_the_last_thing_that_is_read() -> None:
    talk = off_hours()
    talk.means("на маникюр", intent="book", service="manicure")
    assert talk.keys == ["after_hours_later+ask_when"]
    assert talk.said[0].prompt
    question = shipped().flows["request", 1].texts.find("ask_when", "ru")
    assert question is not None
    assert talk.said[0].reply.text.endswith(question.render({}))


def test_nothing_is_said_while_somebody_is_there() -> None:
    talk = off_hours("now")
    talk.means("сколько стоит", answer="price")
    assert notices(talk) == []


def test_evening_comes_in_mid_conversation() -> None:
    talk = off_hours("now")
    talk.means("сколько стоит", answer="price")
    talk.answerer.promise_kind = "later"
    talk.later(minutes=29)
    talk.means("где вы", answer="address")
    assert notices(talk) == [], "the plan is not looked at in every turn"
    talk.later(minutes=2)
    talk.means("парковка", answer="parking")
    assert notices(talk) == ["after_hours_later"]


def test_the_next_night_is_told_again_and_a_clock_that_jumps_back_is_not() -> None:
    talk = off_hours()
    talk.means("сколько стоит", answer="price")
    talk.later(hours=-2)
    talk.means("где вы", answer="address")
    assert len(notices(talk)) == 1
    talk.later(hours=24)
    talk.means("парковка", answer="parking")
    assert len(notices(talk)) == 2


def test_a_promise_counts_as_the_notice() -> None:
    talk = off_hours()
    talk.means("оператор", command="human")
    assert talk.keys == ["handover_human+promise_later"]
    talk.presses("Уже не нужно")
    talk.means("где вы", answer="address")
    assert notices(talk) == []


@pytest.mark.parametrize("intent", ["thanks", "bye"])
def test_a_goodbye_is_not_met_with_opening_hours(intent: str) -> None:
    talk = off_hours()
    talk.means("...", intent=intent)
    assert notices(talk) == []
    talk.means("где вы", answer="address")
    assert notices(talk) == ["after_hours_later"]


def test_opening_the_chat_again_is_silent_and_uses_nothing_up() -> None:
    talk = off_hours("now")
    talk.opens("ru")
    talk.answerer.promise_kind = "later"
    talk.later(hours=10)
    talk.opens("ru")
    assert talk.effects == ()
    talk.means("где вы", answer="address")
    assert notices(talk) == ["after_hours_later"]


@pytest.mark.parametrize(
    ("night", "opens_at"),
    [
        ("2026-03-28 23:40", datetime(2026, 3, 29, 7, 45, tzinfo=UTC)),
        ("2026-10-24 23:40", datetime(2026, 10, 25, 8, 45, tzinfo=UTC)),
    ],
)
def test_the_night_when_the_clocks_change_ends_at_the_hour_on_the_wall(night: str, opens_at: datetime) -> None:
    """Berlin: a quarter to ten is a quarter to ten, whatever the night has lost or won."""
    documents = {
        key: {**body, "zone": "Europe/Berlin"} if "zone" in body else body for key, body in demo_documents().items()
    }
    rules = rules_of(documents)
    assert str(rules.view().salon.duty.zone) == "Europe/Berlin"
    talk = demo_talk(night, rules)
    assert talk.now == datetime.fromisoformat(night).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    talk.says("сколько стоит маникюр")
    assert "завтра после 09:45" in talk.said[0].reply.text
    assert datetime.fromisoformat(talk.conversation.state.hours_told) == opens_at


# ---------------------------------------------------------------- who answers first


def test_a_person_first_and_the_bot_steps_in_with_the_answer() -> None:
    talk = first("person")
    talk.means("сколько стоит?", answer="price")
    assert (talk.owner, talk.keys) == (OwnerKind.WAITING, ["person_first+promise_now"])
    assert talk.timers["net"].due_at == NOON + timedelta(minutes=7)
    talk.timer_fires("net")
    assert (talk.owner, talk.route, talk.keys) == (OwnerKind.BOT, "net_answers", ["net_steps_in+answer.price"])
    assert CloseHandoff(outcome="bot") in talk.effects
    talk.means("где вы?", answer="address")
    assert talk.route == "answer", "whoever talks with the bot is not taken from it"


def test_the_bot_steps_in_with_the_flow_and_what_was_told() -> None:
    talk = first("person")
    talk.means("на маникюр", intent="book", service="manicure")
    talk.timer_fires("net")
    assert (talk.place, talk.slots) == ("request:when", {"service": "manicure"})
    assert talk.keys == ["net_steps_in+ask_when"]


def test_the_bot_steps_in_with_the_menu_when_it_knows_nothing_better() -> None:
    talk = first("person")
    talk.says("тут такое дело")
    talk.timer_fires("net")
    assert (talk.route, talk.place) == ("net_menu", "answers:menu")


@pytest.mark.parametrize("event", ["claimed", "withdrawn", "called again"])
def test_the_net_is_void_when_the_conversation_has_gone_on(event: str) -> None:
    talk = first("person")
    talk.means("сколько стоит?", answer="price")
    if event == "claimed":
        talk.claimed_by(7)
    else:
        talk.presses("Уже не нужно")
    if event == "called again":
        talk.means("оператор", command="human")
    talk.timer_fires("net")
    assert (talk.route, talk.effects) == ("net_void", ())


def test_who_asks_for_a_person_is_not_given_the_bot() -> None:
    talk = first("person")
    talk.means("сколько стоит?", answer="price")
    talk.means("позовите человека", command="human")
    assert CancelTimer(kind="net") in talk.effects


def test_people_only_means_no_net() -> None:
    talk = first("person_only")
    talk.means("сколько стоит?", answer="price")
    assert talk.owner is OwnerKind.WAITING
    assert [effect.kind for effect in talk.effects if isinstance(effect, SetTimer) and effect.kind == "net"] == []


@pytest.mark.parametrize("mode", ["person", "person_only"])
def test_off_hours_it_is_always_the_bot(mode: str) -> None:
    talk = first(mode, "later")
    talk.means("сколько стоит?", answer="price")
    assert (talk.route, talk.owner) == ("answer", OwnerKind.BOT)


def test_a_conversation_that_the_bot_leads_is_not_taken_away_in_the_morning() -> None:
    talk = first("person", "later")
    talk.means("на маникюр", intent="book", service="manicure")
    talk.answerer.promise_kind = "now"
    talk.later(hours=9)
    talk.says("в пятницу")
    assert (talk.route, talk.place) == ("resume", "request:when"), "a flow is finished by who began it"
    talk.means("отмена", command="cancel")
    talk.later(hours=4)
    talk.means("где вы?", answer="address")
    assert talk.owner is OwnerKind.WAITING, "after a pause the people come first again"


def test_urgent_words_go_the_urgent_way_in_every_mode() -> None:
    talk = first("person")
    talk.means("обожгли", gate=GateKind.INJURY)
    assert (talk.handed.label, "net" in talk.timers) == ("urgent", False)


def test_a_photo_goes_to_the_person_too_and_a_command_to_the_bot() -> None:
    talk = first("person")
    talk.sends(Kind.MEDIA, media="photo")
    assert isinstance(talk.handed, HandOver)
    talk = first("person")
    talk.means("меню", command="menu")
    assert talk.place == "answers:menu"


def test_an_opened_chat_is_greeted_for_the_person() -> None:
    talk = first("person")
    talk.opens("ru")
    assert (talk.keys, talk.place) == (["person_hello"], "")
    talk = first("person", "later")
    talk.opens("ru")
    assert talk.keys == ["hello+after_hours_later"]


def test_the_mode_is_the_salons_own_choice_at_the_next_turn() -> None:
    talk = first("bot")
    talk.means("сколько стоит?", answer="price")
    talk.rules = replace(talk.rules, settings=EngineSettings(who_first="person_only"))
    talk.means("где вы?", answer="address")
    assert talk.owner is OwnerKind.WAITING, "the bot has led it, but not under this rule"
