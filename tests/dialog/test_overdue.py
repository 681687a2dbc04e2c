"""Nobody comes, or whoever came is silent; the client who comes back; how it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialog.conversation import OwnerKind
from dialog.detection import GateKind
from dialog.effects import CancelTimer, Escalate, HandOver, Note, SetTimer
from dialog.engine_settings import EngineSettings
from dialog.handover_policy import HandoverPolicy
from dialog.reply import Author
from handoff.policy_files import load_policies
from tests.dialog.kit import Talk, shipped, with_settings

POLICIES = load_policies().policies


def waits(gate: GateKind = GateKind.HUMAN) -> Talk:
    talk = Talk()
    talk.means("слова", gate=gate)
    return talk


def notes(talk: Talk) -> list[str]:
    return [effect.kind for effect in talk.effects if isinstance(effect, Note)]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.label)
def test_nobody_comes_and_every_step_of_the_policy_calls_again(policy: HandoverPolicy) -> None:
    talk = waits()
    state = replace(talk.conversation.state, waiting_for=policy.label)
    talk.conversation = replace(talk.conversation, state=state)
    told: list[str] = []
    for level, minutes in enumerate(policy.escalate_minutes, start=1):
        due = talk.timers["answer"].due_at
        talk.timer_fires("answer")
        assert [e.level for e in talk.effects if isinstance(e, Escalate)] == [level]
        assert {line.author for line in talk.said} <= {Author.SYSTEM}
        told += talk.keys
        if level < len(policy.escalate_minutes):
            between = policy.escalate_minutes[level] - minutes
            assert (talk.timers["answer"].due_at - due).total_seconds() == between * 60
    assert notes(talk) == ["escalated"]
    assert "answer" not in talk.timers
    assert told == (["escalated_desk", "escalated_leader"] if policy.tells_client else [])
    assert talk.owner is OwnerKind.WAITING


def test_the_first_call_waits_as_long_as_the_policy_says_in_working_time() -> None:
    for gate in GateKind:
        talk = waits(gate)
        policy = load_policies().for_gate(gate)
        wait = talk.timers["answer"].due_at - talk.now
        assert wait.total_seconds() == policy.escalate_minutes[0] * 60


def test_without_a_duty_plan_minutes_are_plain_minutes() -> None:
    talk = Talk()
    talk.answerer.promise_kind = "nobody"
    talk.means("оператор", command="human")
    assert talk.handed.promised_at is None
    assert (talk.timers["answer"].due_at - talk.now).total_seconds() == 600


def test_a_worse_word_calls_sooner() -> None:
    talk = waits()
    talk.means("подам в суд", gate=GateKind.LEGAL)
    assert (talk.timers["answer"].due_at - talk.now).total_seconds() == 180


def test_an_answer_ends_the_watch() -> None:
    talk = waits()
    talk.claimed_by(7)
    talk.manager_says("Здравствуйте!")
    assert {e.kind for e in talk.effects if isinstance(e, CancelTimer)} == {"promise", "answer"}


def test_taken_and_silent_is_reminded_then_goes_back_to_the_queue_and_the_client_hears_of_it() -> None:
    talk = waits(GateKind.LEGAL)
    talk.claimed_by(7)
    talk.timer_fires("answer")
    assert (talk.route, talk.said, notes(talk), talk.owner) == ("manager_reminded", [], ["reminded"], OwnerKind.HUMAN)
    epoch = talk.conversation.epoch
    talk.timer_fires("answer")
    assert talk.keys == ["back_to_queue+promise_later"]
    assert (talk.handed.reason, talk.handed.label, talk.handed.priority) == ("silent", "claim", 1)
    assert (talk.owner, talk.conversation.epoch) == (OwnerKind.WAITING, epoch + 1)
    assert notes(talk) == ["silent"]
    assert {"promise", "answer"} <= set(talk.timers)


def test_another_manager_gets_a_reminder_of_his_own() -> None:
    talk = waits()
    talk.claimed_by(7)
    talk.timer_fires("answer")
    talk.claimed_by(8)
    talk.timer_fires("answer")
    assert talk.route == "manager_reminded"


def test_a_conversation_taken_from_the_bot_is_watched_from_the_clients_next_line() -> None:
    talk = Talk()
    talk.claimed_by(7)
    talk.says("вы здесь?")
    first = talk.timers["answer"]
    assert first.keep
    talk.timer_fires("answer")
    talk.timer_fires("answer")
    assert talk.handed.label == "human"


def test_a_question_that_was_answered_is_not_overdue() -> None:
    talk = waits()
    talk.wakes("answer", level="0")
    assert talk.route == "escalated_1"
    talk.claimed_by(7)
    talk.given_back("silent")
    talk.wakes("answer", level="0")
    assert (talk.route, talk.effects) == ("timer_answer_void", ())


# ---------------------------------------------------------------- closed


def closed() -> Talk:
    talk = waits()
    talk.claimed_by(7)
    talk.given_back("close")
    return talk


def test_a_closed_conversation_asks_how_it_was_once() -> None:
    talk = closed()
    assert (talk.route, talk.keys, talk.owner) == ("closed_asks", ["ask_smiley"], OwnerKind.BOT)
    assert [choice.label for choice in talk.said[0].reply.choices] == ["Всё хорошо 😊", "Можно лучше 😐", "Плохо 😞"]


@pytest.mark.parametrize(("label", "key"), [("Всё хорошо 😊", "smiley_good"), ("Можно лучше 😐", "smiley_fair")])
def test_a_mark_is_kept_with_whom_it_is_for(label: str, key: str) -> None:
    talk = closed()
    talk.presses(label)
    assert talk.keys == [key]
    (note,) = [e for e in talk.effects if isinstance(e, Note)]
    assert note.body == {"mark": key, "user": "7"}
    assert not [e for e in talk.effects if isinstance(e, HandOver)]


def test_a_bad_mark_calls_a_person() -> None:
    talk = closed()
    talk.presses("Плохо 😞")
    assert (talk.handed.reason, talk.handed.label) == ("mark", "mark")
    assert talk.keys == ["handover_mark+promise_later"]


def test_a_salon_may_do_without_marks() -> None:
    talk = Talk(with_settings(EngineSettings(ask_smiley=False)))
    talk.claimed_by(7)
    talk.given_back("close")
    assert (talk.route, talk.said) == ("closed", [])


# ---------------------------------------------------------------- coming back


def came_back(hours: float, **settings: object) -> Talk:
    talk = Talk(with_settings(EngineSettings(**settings), shipped()))  # type: ignore[arg-type]
    talk.claimed_by(7)
    talk.given_back("silent")
    talk.later(hours=hours)
    talk.says("а ещё вопрос")
    return talk


def test_by_the_salons_wish_a_client_comes_back_to_the_manager_of_last_time() -> None:
    talk = came_back(3, returning_client="manager")
    assert (talk.route, talk.handed.reason, talk.handed.to) == ("returning", "returning", 7)
    assert talk.keys == ["handover_returning+promise_later"]


@pytest.mark.parametrize(("hours", "wish"), [(3, "bot"), (25, "manager")])
def test_else_the_bot_answers(hours: float, wish: str) -> None:
    assert came_back(hours, returning_client=wish).owner is OwnerKind.BOT


def test_a_timer_that_is_set_already_is_kept_by_the_client_who_writes_again() -> None:
    talk = Talk()
    talk.claimed_by(7)
    for _ in range(2):
        talk.says("вы здесь?")
        (timer,) = [e for e in talk.effects if isinstance(e, SetTimer)]
        assert timer.keep


def test_what_somebody_led_who_is_shut_out_waits_for_anybody_else() -> None:
    talk = waits(GateKind.LEGAL)
    talk.claimed_by(7)
    talk.wakes("holder_left", user="8")
    assert (talk.route, talk.said, talk.owner) == ("holder_changed", [], OwnerKind.HUMAN)
    talk.wakes("holder_left", user="7")
    assert talk.keys == ["back_to_queue+promise_later"]
    assert (talk.handed.reason, talk.handed.label, talk.owner) == ("left", "claim", OwnerKind.WAITING)
    assert {"promise", "answer"} <= set(talk.timers)
    talk.wakes("holder_left", user="7")
    assert talk.route == "holder_changed"
