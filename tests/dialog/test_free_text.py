"""What a typed message comes to: the ladder of the router, rung by rung."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialog.conversation import OwnerKind
from dialog.detection import GateKind, IntentMatch, MoodClass
from dialog.effects import Note, Send
from dialog.free_text import LADDERS, why
from tests.dialog.kit import Talk, understood


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture
def asked() -> Talk:
    """A client who is asked which service."""
    talk = Talk()
    talk.means("хочу записаться", intent="book")
    assert talk.place == "request:service"
    return talk


def test_opening_the_chat_greets_once(talk: Talk) -> None:
    talk.opens()
    assert (talk.route, talk.keys, talk.place) == ("opened", ["hello"], "answers:menu")
    talk.opens()
    assert (talk.route, talk.keys) == ("opened_again", [])


def test_a_sure_answer_is_given_at_once(talk: Talk) -> None:
    talk.means("где вы", answer="address")
    assert (talk.route, talk.keys) == ("answer", ["answer.address"])
    assert talk.said[0].reply.text == "Мы на Ленина, 5."


def test_a_sure_question_finds_the_answer_of_its_name(talk: Talk) -> None:
    talk.means("где вы находитесь", intent="address")
    assert (talk.route, talk.keys) == ("answer", ["answer.address"])
    talk.means("что вы делаете", intent="services")
    assert talk.route == "not_understood"


def test_an_answer_that_is_gone_offers_a_person(talk: Talk) -> None:
    talk.means("скидки?", answer="discounts")
    assert (talk.route, talk.keys) == ("answer_gone", ["answer_gone"])
    assert talk.labels == ["Позвать администратора"]


def test_near_answers_become_buttons_with_something_else(talk: Talk) -> None:
    talk.means("машина", near=["parking", "address", "unknown_key"])
    assert (talk.route, talk.keys) == ("clarify", ["clarify"])
    assert talk.labels == ["Парковка", "Адрес", "Другое", "Позвать администратора"]
    talk.presses("Парковка")
    assert talk.keys == ["answer.parking"]


def test_something_else_asks_for_own_words(talk: Talk) -> None:
    talk.means("машина", near=["parking"])
    talk.presses("Другое")
    assert (talk.route, talk.keys) == ("command_other", ["ask_other"])


def test_three_misses_lead_to_a_person(talk: Talk) -> None:
    routes = [talk.says(text).trace.route for text in ("ывапр", "щшгн", "юбьт")]
    assert routes == ["not_understood", "not_understood", "misses"]
    assert talk.owner is OwnerKind.WAITING
    assert talk.handed.label == "misses"
    noted = [e.kind for turn in talk.turns for e in turn.effects if isinstance(e, Note)]
    assert noted == ["missed", "missed", "missed", "handed_over"]


def test_an_understood_message_forgets_the_misses(talk: Talk) -> None:
    talk.says("ывапр")
    talk.says("щшгн")
    talk.means("где вы", answer="address")
    assert talk.conversation.state.misses == 0


def test_an_intent_starts_its_flow(asked: Talk) -> None:
    assert (asked.route, asked.keys) == ("intent_book", ["ask_service"])


def test_a_question_with_a_flow_word_is_answered_first(talk: Talk) -> None:
    talk.means("как записаться?", intent="book", answer="address")
    assert talk.route == "answer"


@pytest.mark.parametrize("intent", ["thanks", "bye"])
def test_small_talk(talk: Talk, intent: str) -> None:
    talk.means("спасибо", intent=intent)
    assert (talk.route, talk.keys) == (intent, [intent])


def test_praise_is_not_a_question(talk: Talk) -> None:
    talk.means("без претензий, всё супер", mood=0.02, label=MoodClass.GRATEFUL, answer="price")
    assert (talk.route, talk.keys) == ("glad", ["glad"])
    talk.means("спасибо, а где вы", mood=0.02, label=MoodClass.GRATEFUL, intent="address")
    assert talk.keys == ["answer.address"]
    talk.means("I would like to come", mood=0.02, label=MoodClass.GRATEFUL, language="en")
    assert talk.route == "not_understood"


def test_a_greeting_opens_the_menu(talk: Talk) -> None:
    talk.means("привет", intent="greet")
    assert (talk.route, talk.keys, talk.place) == ("greet", ["hello"], "answers:menu")


@pytest.mark.parametrize(
    ("fired", "label", "reason", "priority"),
    [
        (GateKind.HUMAN, "human", "asked", 3),
        (GateKind.REFUND, "claim", "gate", 1),
        (GateKind.LEGAL, "claim", "gate", 1),
        (GateKind.INJURY, "urgent", "gate", 1),
        (GateKind.ABUSE, "upset", "gate", 2),
    ],
)
def test_every_gate_hands_over(talk: Talk, fired: GateKind, label: str, reason: str, priority: int) -> None:
    talk.means("верните деньги", gate=fired)
    assert talk.route == f"gate_{fired}"
    assert talk.owner is OwnerKind.WAITING
    assert (talk.handed.label, talk.handed.reason, talk.handed.priority) == (label, reason, priority)
    assert talk.keys == [f"handover_{label}+promise_later"]
    if fired is not GateKind.HUMAN:
        assert talk.handed.triggers[0].words == ("верните деньги",)


@pytest.mark.parametrize(
    ("mood", "label", "priority"),
    [(MoodClass.UPSET, "upset", 2), (MoodClass.CLAIM, "claim", 1), (MoodClass.URGENT, "urgent", 1)],
)
def test_a_clear_mood_hands_over_with_its_evidence(talk: Talk, mood: MoodClass, label: str, priority: int) -> None:
    talk.means("всё плохо", mood=0.9, label=mood)
    assert (talk.route, talk.keys) == (f"mood_{label}", [f"handover_{label}+promise_later"])
    assert (talk.handed.label, talk.handed.priority, talk.handed.reason) == (label, priority, "mood")
    assert [reason.words for reason in talk.handed.triggers] == [("всё плохо",), ("-",)]


def test_a_text_fills_the_step(asked: Talk) -> None:
    asked.says("наращивание")
    assert (asked.route, asked.place, asked.slots) == ("fills", "request:when", {"service": "наращивание"})


def test_a_found_slot_fills_the_step(asked: Talk) -> None:
    asked.means("на маникюр", service="manicure")
    assert asked.slots == {"service": "manicure"}


def test_a_typed_number_is_a_press(asked: Talk) -> None:
    asked.says("2.")
    assert (asked.route, asked.slots) == ("press", {"service": "haircut"})


def test_a_typed_label_is_a_press(asked: Talk) -> None:
    asked.says("  мАникюр! ")
    assert (asked.route, asked.slots) == ("press", {"service": "manicure"})


def test_a_wrong_answer_is_asked_again_and_the_third_calls_a_person(asked: Talk) -> None:
    asked.says("маникюр")
    asked.says("завтра")
    assert asked.place == "request:phone"
    asked.says("не скажу")
    assert (asked.route, asked.keys) == ("reask", ["reask_phone+ask_phone_again"])
    asked.says("зачем он вам")
    asked.says("нет")
    assert (asked.route, asked.owner) == ("misses", OwnerKind.WAITING)


def test_a_lead_carries_what_was_gathered(asked: Talk) -> None:
    asked.says("маникюр")
    asked.says("в пятницу после шести")
    asked.means("Анна, 8 912 345-67-89", phone="+79123456789", name="Анна")
    assert asked.keys == ["lead_taken+promise_later"]
    assert (asked.handed.label, asked.handed.priority) == ("lead", 3)
    assert asked.handed.answers["wish"] == "в пятницу после шести"
    assert asked.handed.answers["phone"] == "+79123456789"
    assert asked.conversation.state.suspended is None


@pytest.mark.parametrize(
    ("label", "place", "key"),
    [
        ("Задать вопрос", "answers:asking", "ask_away"),
        ("Записаться", "request:service", "ask_service"),
        ("цены", "prices:category", "which_category"),
    ],
)
def test_the_first_screens_buttons_work_before_any_menu_was_shown(talk: Talk, label: str, place: str, key: str) -> None:
    talk.says(label)
    assert (talk.place, talk.keys) == (place, [key])


def test_a_named_service_without_a_good_answer_is_told_from_the_price_list(talk: Talk) -> None:
    talk.means("скока стоит стрижка", intent="price", service="haircut")
    assert talk.keys == ["answer.service:haircut"]


@pytest.mark.parametrize(("confidence", "told"), [(0.65, True), (0.55, False)])
def test_the_price_of_a_named_service_needs_no_more_sureness_than_a_wish(
    talk: Talk, confidence: float, told: bool
) -> None:
    meant = understood("а стрижка скока щас", service="haircut")
    talk.says(
        "а стрижка скока щас", detection=replace(meant, intents=(IntentMatch(name="price", confidence=confidence),))
    )
    assert (talk.keys == ["answer.service:haircut"]) is told


def test_a_phone_given_too_early_is_kept_and_is_not_the_answer(asked: Talk) -> None:
    asked.means("89991234567", phone="+79991234567")
    assert (asked.route, asked.place) == ("tells_another_field", "request:service")
    assert asked.slots == {"phone": "+79991234567"}


def test_a_miss_is_noted_as_it_was_typed(talk: Talk) -> None:
    talk.means("Норм а Педик?")
    assert [e.body for e in talk.effects if isinstance(e, Note)] == [{"text": "Норм а Педик?"}]


def test_a_turn_keeps_the_rungs_that_took_it(asked: Talk) -> None:
    asked.means("не нравится, а где вы?", mood=0.5, answer="address")
    assert asked.turn.trace.rungs == ("softly_upset", "question_meanwhile")
    asked.presses("Маникюр")
    assert not asked.turn.trace.rungs


def test_every_rung_says_why_it_stands_where_it_stands() -> None:
    names = [rung.__name__ for rungs in LADDERS for rung in rungs]
    assert len(set(names)) == len(names)
    assert all(len(why(name).split()) >= 8 for name in names)
    assert why("no_such_rung") == ""


def test_a_phone_told_again_and_again_is_noted_and_nobody_is_nagged(asked: Talk) -> None:
    keys = [asked.means("89123456789", phone="+79123456789").effects[-1] for _ in range(4)]
    assert [send.reply.key for send in keys if isinstance(send, Send)] == [
        "noted+ask_service_again",
        "noted+ask_service_again",
        "noted",
        "noted",
    ]
    assert asked.slots["phone"] == "+79123456789"


def test_who_comes_back_after_every_pause_is_believed_at_last(asked: Talk) -> None:
    routes = []
    for _ in range(3):
        asked.later(hours=5)
        routes.append(asked.says("на ресницы, наверное").trace.route)
    assert routes == ["resume", "resume", "fills"]


def test_why_and_who_are_answered_at_any_step_and_the_question_put_again(asked: Talk) -> None:
    for intent, key in (("why", "why"), ("why_phone", "why_phone"), ("who", "who"), ("withhold", "withhold")):
        asked.means("зачем вам это", intent=intent, mood=0.5)
        assert (asked.keys, asked.place) == ([f"{key}+ask_service_again"], "request:service")


def test_whoever_asks_why_again_and_again_is_not_nagged(asked: Talk) -> None:
    said = [asked.means("зачем", intent="why").effects[-1] for _ in range(4)]
    assert [send.reply.key for send in said if isinstance(send, Send)] == ["why+ask_service_again"] * 2 + ["why"] * 2


def test_a_bare_why_with_nothing_asked_is_a_riddle(talk: Talk) -> None:
    assert talk.means("зачем", intent="why").trace.route == "not_understood"
    assert talk.means("зачем номер", intent="why_phone").trace.route == "why_phone"


def test_a_visit_that_was_is_for_a_person_wherever_it_comes_up(talk: Talk, asked: Talk) -> None:
    for one in (talk, asked):
        one.means("хочу поговорить про прошлый визит", intent="past_visit")
        assert (one.route, one.owner, one.handed.label) == ("past_visit", OwnerKind.WAITING, "human")
        assert one.keys[0].startswith("handover_past_visit+")


def test_a_day_alone_means_what_was_spoken_of(talk: Talk) -> None:
    talk.answerer.answers |= {"hours": "до 21:00", "day:2026-03-14": "В субботу до 20:00"}
    day = {"when": "в субботу", "day": "2026-03-14", "intent": "same_day"}
    assert talk.means("а в субботу", **day).trace.route == "answer"
    assert talk.keys == ["answer.day:2026-03-14"]
    talk.means("почём стрижка?", answer="service:haircut")
    talk.means("а в субботу", **day)
    assert (talk.route, talk.place, talk.slots["service"]) == ("same_day", "request:phone", "haircut")
    talk.means("отмена", command="cancel")
    talk.means("до скольки вы?", answer="hours")
    talk.means("а в субботу", **day)
    assert talk.keys == ["answer.day:2026-03-14"]


def test_many_words_without_a_digit_are_no_phone(talk: Talk) -> None:
    talk.means("на маникюр завтра", intent="book", service="manicure", when="завтра")
    assert talk.place == "request:phone"
    assert talk.says("а визажист у вас свой или чужой").trace.route == "no_answer"
    assert talk.says("12 34").trace.route == "reask"


def test_a_phone_among_many_words_is_kept_for_later(asked: Talk) -> None:
    asked.means("ладно, давайте мой номер 8 912 345 67 89", phone="+79123456789")
    assert (asked.route, asked.slots["phone"]) == ("tells_another_field", "+79123456789")
