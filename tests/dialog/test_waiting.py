"""A person is promised, has the conversation, or gives it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialog.conversation import OwnerKind
from dialog.detection import GateKind, MoodClass
from dialog.effects import CancelTimer, CloseHandoff, HandOver, Note, SetTimer
from dialog.message import Kind
from dialog.questions import Option
from dialog.reply import Author
from tests.dialog.kit import NOON, ScriptedAnswerer, Talk


def in_a_flow() -> Talk:
    talk = Talk()
    talk.means("на маникюр", intent="book", service="manicure")
    assert (talk.place, talk.keys) == ("request:when", ["ask_when"])
    return talk


@pytest.fixture
def waiting() -> Talk:
    """Upset in the middle of a flow."""
    talk = in_a_flow()
    talk.means("всё плохо", mood=0.9)
    return talk


@pytest.fixture
def lead() -> Talk:
    """A request was left."""
    talk = in_a_flow()
    talk.says("завтра")
    talk.presses("Ответьте здесь, в чате")
    assert talk.handed.label == "lead"
    return talk


# ---------------------------------------------------------------- handing over


@pytest.mark.parametrize("kind", ["now", "later", "nobody"])
def test_the_promise_is_the_duty_plans(kind: str) -> None:
    talk = Talk(answerer=ScriptedAnswerer(promise_kind=kind))
    talk.means("оператор", command="human")
    assert talk.keys == [f"handover_human+promise_{kind}"]
    timers = [effect for effect in talk.effects if isinstance(effect, SetTimer)]
    assert [timer.kind for timer in timers] == ["promise", "answer"][kind == "nobody" :]
    told = {"now": NOON + timedelta(minutes=15), "later": NOON + timedelta(hours=1)}
    assert talk.handed.promised_at == told.get(kind)


@pytest.mark.parametrize(
    ("meaning", "label", "news", "withdraw"),
    [
        ({"gate": GateKind.HUMAN}, "human", "handed_over", True),
        ({"gate": GateKind.LEGAL}, "claim", "upset", False),
        ({"gate": GateKind.REFUND}, "claim", "upset", False),
        ({"gate": GateKind.INJURY}, "urgent", "upset", False),
        ({"gate": GateKind.ABUSE}, "upset", "upset", False),
        ({"mood": 0.8}, "upset", "upset", False),
        ({"mood": 0.8, "label": MoodClass.CLAIM}, "claim", "upset", False),
        ({"mood": 0.8, "label": MoodClass.URGENT}, "urgent", "upset", False),
    ],
)
def test_every_kind_of_hand_over(meaning: dict[str, object], label: str, news: str, withdraw: bool) -> None:
    talk = Talk()
    talk.means("слова клиента", **meaning)
    (line,) = talk.said
    assert line.author is Author.SYSTEM
    assert line.reply.key == f"handover_{label}+promise_later"
    assert bool(line.reply.choices) is withdraw
    assert talk.handed.label == label
    assert [effect.kind for effect in talk.effects if isinstance(effect, Note)] == [news]
    assert (talk.conversation.epoch, talk.owner) == (1, OwnerKind.WAITING)


def test_a_hand_over_in_a_flow_keeps_the_step_and_the_fields(waiting: Talk) -> None:
    suspended = waiting.conversation.state.suspended
    assert suspended is not None
    assert (suspended.flow, suspended.state, dict(suspended.slots)) == ("request", "when", {"service": "manicure"})
    assert waiting.handed.answers == {"service": "Маникюр"}
    assert waiting.keys == ["handover_upset+promise_later+step_kept"]


def test_a_hand_over_from_the_menu_keeps_nothing_and_does_not_say_so() -> None:
    talk = Talk()
    talk.opens()
    talk.presses("Позвать администратора")
    assert talk.conversation.state.suspended is None
    assert talk.keys == ["handover_human+promise_later"]


def test_a_hand_over_at_the_first_question_keeps_it_silently() -> None:
    talk = Talk()
    talk.means("запишите", intent="book")
    talk.means("оператор", command="human")
    assert talk.conversation.state.suspended is not None
    assert talk.keys == ["handover_human+promise_later"]


def test_a_soft_mood_offers_a_person_and_goes_on() -> None:
    talk = in_a_flow()
    talk.means("ну как-то не очень, давайте завтра", mood=0.5)
    assert (talk.route, talk.place, talk.keys) == ("fills", "request:phone", ["soft_upset+ask_phone"])
    assert talk.labels == ["Ответьте здесь, в чате", "Позвать администратора"]


def test_a_soft_mood_twice_hands_over() -> None:
    talk = in_a_flow()
    talk.means("ну как-то не очень", mood=0.5)
    talk.means("опять не то", mood=0.5)
    assert (talk.route, talk.owner) == ("mood_upset", OwnerKind.WAITING)
    assert talk.keys == ["handover_upset+promise_later+step_kept"]
    assert talk.conversation.state.soft_upsets == 0


def test_the_person_is_offered_once_where_the_line_offers_one_anyway() -> None:
    talk = Talk()
    talk.means("как-то всё не то", mood=0.5)
    assert talk.keys == ["soft_upset+not_understood_brief"]
    assert talk.labels == ["Меню", "Позвать администратора"]


def test_a_manager_reads_labels_in_the_salons_language() -> None:
    talk = Talk()
    talk.means("please book me something nice", intent="book", language="en", service="peeling")
    talk.presses("Weekday evening")
    talk.presses("Answer here in the chat")
    assert talk.handed.answers == {
        "service": "Пилинг",
        "wish": "В будни вечером",
        "phone": "Ответьте здесь, в чате",
    }


# ---------------------------------------------------------------- while waiting


def test_small_words_are_left_to_the_person(waiting: Talk) -> None:
    waiting.says("и ещё мастер опоздал")
    assert (waiting.route, waiting.effects) == ("waiting_quiet", ())


@pytest.mark.parametrize("kind", [Kind.MEDIA, Kind.LOCATION, Kind.CONTACT, Kind.UNKNOWN, Kind.OPENED])
def test_pictures_are_left_to_the_person(waiting: Talk, kind: Kind) -> None:
    waiting.sends(kind, media="photo")
    assert (waiting.route, waiting.effects) == ("waiting_quiet", ())


@pytest.mark.parametrize(
    ("meaning", "label", "priority"),
    [
        ({"gate": GateKind.LEGAL}, "claim", 1),
        ({"gate": GateKind.REFUND}, "claim", 1),
        ({"gate": GateKind.INJURY}, "urgent", 1),
        ({"mood": 0.9, "label": MoodClass.CLAIM}, "claim", 1),
    ],
)
def test_a_threat_while_waiting_raises_the_priority(
    waiting: Talk, meaning: dict[str, object], label: str, priority: int
) -> None:
    waiting.means("подам в суд", **meaning)
    assert (waiting.route, waiting.handed.label, waiting.handed.priority) == (f"waiting_{label}", label, priority)
    assert waiting.handed.triggers[0].words == ("подам в суд",)
    assert waiting.keys == (["handover_urgent"] if label == "urgent" else [])


def test_the_same_threat_again_adds_nothing(waiting: Talk) -> None:
    waiting.means("подам в суд", gate=GateKind.LEGAL)
    waiting.means("точно подам", gate=GateKind.LEGAL)
    waiting.means("и ещё злюсь", mood=0.9)
    assert (waiting.route, waiting.effects) == ("waiting_upset", ())


def test_a_request_whose_client_gets_upset_becomes_urgent(lead: Talk) -> None:
    lead.means("сколько можно ждать!!!", mood=0.9)
    assert (lead.handed.label, lead.handed.priority) == ("upset", 2)


def test_after_a_request_facts_are_still_told(lead: Talk) -> None:
    lead.means("а где вы находитесь?", answer="address")
    assert (lead.route, lead.keys, lead.owner) == ("waiting_answer", ["answer.address"], OwnerKind.WAITING)
    lead.means("запишите ещё", intent="book")
    assert (lead.route, lead.effects) == ("waiting_quiet", ())


def test_after_a_request_answers_lead_to_answers_only(lead: Talk) -> None:
    lead.answerer.follow_ups = (Option("?parking", "Парковка"), Option(">request", "Записаться"))
    lead.means("а где вы находитесь?", answer="address")
    assert lead.labels == ["Парковка"]
    lead.presses("Парковка")
    assert (lead.route, lead.keys) == ("waiting_answer", ["answer.parking"])


def test_an_upset_client_is_not_answered_by_the_bot(waiting: Talk) -> None:
    waiting.means("а где вы находитесь?", answer="address")
    assert (waiting.route, waiting.effects) == ("waiting_quiet", ())


def test_a_press_while_waiting_says_who_answers(waiting: Talk) -> None:
    waiting.presses("Поскорее")
    assert (waiting.route, waiting.keys) == ("waiting_reminded", ["still_waiting+promise_later"])
    assert waiting.labels == ["Уже не нужно"]


def test_a_typed_number_is_no_press_while_waiting(waiting: Talk) -> None:
    waiting.means("меню", command="menu")
    waiting.says("1")
    assert waiting.route == "waiting_quiet"
    waiting.says("Уже не нужно")
    assert waiting.route == "command_withdraw"


# ---------------------------------------------------------------- the promise


def test_a_missed_promise_is_admitted_twice_and_then_no_more(waiting: Talk) -> None:
    for repeat in ("1", "2"):
        waiting.timer_fires("promise")
        assert (waiting.route, waiting.keys) == ("promise_missed", ["promise_missed+promise_later"])
        assert waiting.said[0].author is Author.SYSTEM
        assert waiting.timers["promise"].data == {"repeat": repeat}
    waiting.timer_fires("promise")
    assert (waiting.route, waiting.effects) == ("promise_given_up", ())


def test_a_promise_timer_means_nothing_once_somebody_answers(waiting: Talk) -> None:
    waiting.claimed_by(7)
    waiting.timer_fires("promise")
    assert (waiting.route, waiting.effects) == ("timer_promise_void", ())


def test_a_fallback_says_that_something_broke_and_offers_a_person() -> None:
    talk = in_a_flow()
    talk.wakes("fallback")
    assert (talk.route, talk.keys, talk.labels) == ("fallback", ["internal_error"], ["Позвать администратора"])
    assert talk.place == "request:when"


def test_a_fallback_is_silent_while_a_person_is_promised(waiting: Talk) -> None:
    waiting.wakes("fallback")
    assert waiting.effects == ()


# ---------------------------------------------------------------- a person has it


@pytest.mark.parametrize(
    "meaning", [{}, {"command": "menu"}, {"gate": GateKind.LEGAL}, {"mood": 0.9}, {"answer": "address"}]
)
def test_the_bot_is_silent_while_a_person_speaks(waiting: Talk, meaning: dict[str, object]) -> None:
    waiting.claimed_by(7)
    waiting.means("слова", **meaning)
    assert (waiting.route, waiting.said) == ("human", [])
    assert {type(effect) for effect in waiting.effects} == {SetTimer}


def test_a_managers_line_goes_out_as_typed(waiting: Talk) -> None:
    waiting.claimed_by(7)
    waiting.manager_says("Здравствуйте! {name} слушает")
    (line,) = waiting.said
    assert (line.reply.text, line.author, line.author_id) == ("Здравствуйте! {name} слушает", Author.MANAGER, 7)


def test_given_back_to_the_step_with_its_fields(waiting: Talk) -> None:
    waiting.claimed_by(7)
    waiting.given_back("step")
    assert (waiting.route, waiting.owner, waiting.place) == ("return_step", OwnerKind.BOT, "request:when")
    assert waiting.slots == {"service": "manicure"}
    assert waiting.keys == ["back_to_step+ask_when_again"]
    assert CloseHandoff(outcome="returned") in waiting.effects
    assert CancelTimer(kind="promise") in waiting.effects
    waiting.says("завтра")
    assert waiting.place == "request:phone"


def test_given_back_to_the_menu(waiting: Talk) -> None:
    waiting.claimed_by(7)
    waiting.given_back("menu")
    assert (waiting.route, waiting.place, waiting.keys) == ("return_menu", "answers:menu", ["bot_back+hello_again"])
    assert waiting.conversation.state.suspended is None


def test_given_back_silently(waiting: Talk) -> None:
    waiting.claimed_by(7)
    waiting.given_back("silent")
    assert (waiting.route, waiting.place, waiting.keys, waiting.owner) == ("return_silent", "", [], OwnerKind.BOT)
    waiting.means("адрес?", answer="address")
    assert waiting.route == "answer"


def test_given_back_to_a_step_that_is_gone_opens_the_menu() -> None:
    talk = Talk()
    talk.means("оператор", command="human")
    talk.claimed_by(7)
    talk.given_back("step")
    assert talk.route == "return_menu"


def test_a_flow_that_a_manager_interrupted_can_be_taken_up_again() -> None:
    talk = in_a_flow()
    talk.claimed_by(7)
    talk.given_back("step")
    assert (talk.route, talk.place, talk.slots) == ("return_step", "request:when", {"service": "manicure"})


def test_a_return_that_comes_late_does_nothing() -> None:
    talk = in_a_flow()
    talk.given_back("menu")
    assert (talk.route, talk.place, talk.effects) == ("return_late", "request:when", ())


def test_the_epoch_grows_with_every_change_of_owner(waiting: Talk) -> None:
    waiting.claimed_by(7)
    waiting.given_back("menu")
    assert waiting.conversation.epoch == 3
    assert not [effect for effect in waiting.effects if isinstance(effect, HandOver)]


def test_a_refusal_in_words_is_answered_with_the_way_out() -> None:
    talk = Talk()
    talk.means("оператор", command="human")
    talk.means("не надо уже", intent="deny")
    assert (talk.route, talk.owner) == ("waiting_reminded", OwnerKind.WAITING)
    talk.presses("Уже не нужно")
    assert talk.owner is OwnerKind.BOT


def test_what_the_salon_did_with_a_booking_is_told_unless_a_person_has_the_conversation() -> None:
    talk = Talk()
    talk.says("привет")
    talk.wakes("visit_told", what="accepted", words="Маникюр, пт, 27 ноября, 15:00")
    assert talk.keys == ["visit_accepted"]
    assert "Маникюр, пт, 27 ноября, 15:00" in talk.said[0].reply.text
    talk.wakes("visit_told", what="cancelled", words="Маникюр")
    assert talk.keys == ["visit_cancelled"]
    talk.claimed_by(7)
    talk.wakes("visit_told", what="accepted", words="Маникюр")
    assert talk.said == []
