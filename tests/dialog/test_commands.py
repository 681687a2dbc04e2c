"""Commands in every situation, as one table that owes nothing to the engine's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialog.conversation import OwnerKind
from dialog.detection import GateKind
from dialog.effects import CancelTimer, CloseHandoff
from tests.dialog.kit import Talk

PHONE = "+79123456789"


def idle() -> Talk:
    """The client has seen the menu and nothing is asked."""
    talk = Talk()
    talk.opens()
    return talk


def first_word() -> Talk:
    """The command is the first thing the client ever says."""
    return Talk()


def in_a_flow() -> Talk:
    """The service is chosen, the time is asked."""
    talk = idle()
    talk.presses("Записаться")
    talk.presses("Маникюр")
    assert talk.place == "request:when"
    return talk


def resting() -> Talk:
    """A price list was shown: a flow runs, but nothing is asked."""
    talk = idle()
    talk.presses("Цены")
    talk.presses("Ногти")
    assert talk.place == "prices:list"
    return talk


def just_finished() -> Talk:
    """A request was left: a person will confirm it."""
    talk = in_a_flow()
    talk.says("завтра")
    talk.means(PHONE, phone=PHONE)
    assert talk.owner is OwnerKind.WAITING
    return talk


def waiting() -> Talk:
    """A person was asked for in the middle of a flow."""
    talk = in_a_flow()
    talk.means("оператор", gate=GateKind.HUMAN)
    return talk


def human() -> Talk:
    """A manager has the conversation."""
    talk = waiting()
    talk.claimed_by(7)
    return talk


BOT, WAITING, HUMAN = OwnerKind.BOT, OwnerKind.WAITING, OwnerKind.HUMAN
MENU = "answers:menu"
REMINDER = ["still_waiting+promise_later"]

# situation, command -> owner, place, text keys
TABLE: dict[tuple[Callable[[], Talk], str], tuple[OwnerKind, str, list[str]]] = {
    (first_word, "menu"): (BOT, MENU, ["hello"]),
    (first_word, "human"): (WAITING, "", ["handover_human+promise_later"]),
    (first_word, "cancel"): (BOT, "cancelling:none", ["nothing_to_cancel"]),
    (first_word, "back"): (BOT, MENU, ["hello"]),
    (first_word, "restart"): (BOT, MENU, ["hello"]),
    (first_word, "skip"): (BOT, "", ["nothing_to_skip"]),
    (idle, "menu"): (BOT, MENU, ["hello_again"]),
    (idle, "human"): (WAITING, "", ["handover_human+promise_later"]),
    (idle, "cancel"): (BOT, "cancelling:none", ["nothing_to_cancel"]),
    (idle, "back"): (BOT, MENU, ["hello_again"]),
    (idle, "restart"): (BOT, MENU, ["hello_again"]),
    (idle, "skip"): (BOT, MENU, ["nothing_to_skip"]),
    (in_a_flow, "menu"): (BOT, MENU, ["hello_again"]),
    (in_a_flow, "human"): (WAITING, "", ["handover_human+promise_later+step_kept"]),
    (in_a_flow, "cancel"): (BOT, MENU, ["cancelled+hello_again"]),
    (in_a_flow, "back"): (BOT, "request:service", ["ask_service_again"]),
    (in_a_flow, "restart"): (BOT, "request:service", ["ask_service"]),
    (in_a_flow, "skip"): (BOT, "request:when", ["cannot_skip+ask_when_again"]),
    (resting, "menu"): (BOT, MENU, ["hello_again"]),
    (resting, "human"): (WAITING, "", ["handover_human+promise_later"]),
    (resting, "cancel"): (BOT, "cancelling:none", ["nothing_to_cancel"]),
    (resting, "back"): (BOT, MENU, ["hello_again"]),
    (resting, "restart"): (BOT, MENU, ["hello_again"]),
    (resting, "skip"): (BOT, "prices:list", ["nothing_to_skip"]),
    **{(just_finished, command): (WAITING, "", REMINDER) for command in ("menu", "cancel", "back", "restart", "skip")},
    (just_finished, "human"): (WAITING, "", REMINDER),
    **{(waiting, command): (WAITING, "", REMINDER) for command in ("menu", "cancel", "back", "restart", "skip")},
    (waiting, "human"): (WAITING, "", REMINDER),
    **{(human, command): (HUMAN, "", []) for command in ("menu", "human", "cancel", "back", "restart", "skip")},
}


@pytest.mark.parametrize(
    ("situation", "command"), TABLE, ids=[f"{situation.__name__}-{command}" for situation, command in TABLE]
)
def test_every_command_in_every_situation(situation: Callable[[], Talk], command: str) -> None:
    talk = situation()
    talk.means(command, command=command)
    assert (talk.owner, talk.place, talk.keys) == TABLE[situation, command]


def test_the_table_is_whole() -> None:
    situations = {situation for situation, _ in TABLE}
    commands = {command for _, command in TABLE}
    assert len(TABLE) == len(situations) * len(commands)


def test_back_twice_leaves_the_flow_by_its_first_step() -> None:
    talk = in_a_flow()
    talk.means("назад", command="back")
    assert talk.slots == {}
    talk.means("назад", command="back")
    assert (talk.route, talk.place) == ("command_back_out", MENU)


def test_back_forgets_only_the_field_asked_again() -> None:
    talk = in_a_flow()
    talk.says("завтра")
    talk.means("назад", command="back")
    assert (talk.place, talk.slots) == ("request:when", {"service": "manicure"})
    talk.says("в пятницу")
    assert (talk.place, talk.slots) == ("request:phone", {"service": "manicure", "wish": "в пятницу"})


def test_restart_begins_the_flow_with_nothing_kept() -> None:
    talk = in_a_flow()
    run = talk.conversation.state.run
    talk.means("заново", command="restart")
    assert talk.slots == {}
    assert talk.conversation.state.run is not None
    assert run is not None
    assert talk.conversation.state.run.number == run.number + 1


def test_calling_the_person_off_goes_back_to_the_question() -> None:
    talk = waiting()
    talk.presses("Уже не нужно")
    assert (talk.route, talk.owner) == ("command_withdraw", BOT)
    assert (talk.place, talk.slots) == ("request:when", {"service": "manicure"})
    assert talk.keys == ["withdrawn+back_to_step+ask_when_again"]
    assert CloseHandoff(outcome="withdrawn") in talk.effects
    assert CancelTimer(kind="promise") in talk.effects


def test_calling_the_person_off_with_nothing_kept_opens_the_menu() -> None:
    talk = idle()
    talk.means("оператор", command="human")
    talk.says("уже не нужно!")
    assert (talk.route, talk.place, talk.keys) == ("command_withdraw", MENU, ["withdrawn+hello_again"])


def test_taking_a_request_back_says_so() -> None:
    talk = just_finished()
    talk.means("меню", command="menu")
    talk.presses("Уже не нужно")
    assert talk.keys == ["withdrawn_lead+hello_again"]


def test_an_old_call_off_button_does_nothing_once_the_bot_speaks() -> None:
    talk = waiting()
    token = talk.token("Уже не нужно")
    talk.presses_token(token)
    talk.later(minutes=1)
    talk.presses_token(token)
    assert (talk.route, talk.place, talk.owner) == ("press_stale", "request:when", BOT)


def test_reminders_stop_before_they_nag() -> None:
    talk = waiting()
    said = [len(talk.means("меню", command="menu").effects) for _ in range(4)]
    assert said == [1, 1, 0, 0]
