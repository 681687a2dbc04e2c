"""A question and its answer: digressions, refusals, pauses, several fields at once, changes of mind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialog.conversation import OwnerKind
from dialog.effects import SetClient
from dialog.engine_settings import EngineSettings
from dialog.message import Kind
from tests.dialog.kit import Talk, shipped, understood, with_settings


@pytest.fixture
def asked() -> Talk:
    """The time is asked."""
    talk = Talk()
    talk.means("хочу на маникюр", intent="book", service="manicure")
    return talk


# ---------------------------------------------------------------- digressions


def test_a_question_is_answered_and_the_step_shown_exactly_once(asked: Talk) -> None:
    asked.means("а сколько это стоит?", answer="price")
    assert (asked.route, asked.keys) == ("digression", ["answer.price", "ask_when_again"])
    assert asked.place == "request:when"
    asked.says("завтра")
    assert asked.slots == {"service": "manicure", "wish": "завтра"}


def test_a_sure_answer_without_a_question_mark_is_the_steps_where_any_text_fits(asked: Talk) -> None:
    asked.means("цена", answer="price")
    assert (asked.route, asked.slots["wish"]) == ("fills", "цена")


def test_a_sure_answer_is_a_digression_where_the_text_does_not_fit(asked: Talk) -> None:
    asked.says("завтра")
    asked.means("цена", answer="price")
    assert asked.keys == ["answer.price", "ask_phone_again"]


def test_an_answer_that_is_gone_still_shows_the_step(asked: Talk) -> None:
    asked.means("скидки?", answer="discounts")
    assert asked.keys == ["answer_gone", "ask_when_again"]
    assert [choice.label for choice in asked.said[0].reply.choices] == ["Позвать администратора"]


def test_a_question_without_an_answer_is_not_taken_for_ours(asked: Talk) -> None:
    asked.means("а что ещё вы делаете?", intent="services")
    assert (asked.route, asked.keys) == ("no_answer", ["no_answer+ask_when_again"])
    assert asked.labels[-1] == "Позвать администратора"
    assert asked.slots == {"service": "manicure"}


@pytest.mark.parametrize(
    ("intent", "keys"), [("thanks", ["thanks+ask_when_again"]), ("greet", ["greet+ask_when_again"])]
)
def test_a_polite_word_is_no_answer(asked: Talk, intent: str, keys: list[str]) -> None:
    asked.means("спасибо большое", intent=intent)
    assert (asked.keys, asked.slots) == (keys, {"service": "manicure"})


def test_a_goodbye_is_let_go(asked: Talk) -> None:
    asked.means("пока", intent="bye")
    assert (asked.keys, asked.place) == (["bye"], "request:when")


def test_a_polite_word_with_an_answer_is_an_answer(asked: Talk) -> None:
    asked.means("спасибо, давайте в пятницу вечером", intent="thanks")
    assert asked.place == "request:phone"


# ---------------------------------------------------------------- several fields, changes of mind


def test_one_sentence_fills_what_it_names(asked: Talk) -> None:
    assert (asked.place, asked.slots) == ("request:when", {"service": "manicure"})


def test_everything_in_one_sentence_asks_only_what_is_missing() -> None:
    talk = Talk()
    talk.means("маникюр, +7 912 345-67-89", intent="book", service="manicure", phone="+79123456789")
    assert talk.place == "request:when"
    talk.says("завтра")
    assert (talk.owner, talk.handed.answers["phone"]) == (OwnerKind.WAITING, "+79123456789")


def test_another_value_at_a_later_question_corrects_the_field(asked: Talk) -> None:
    asked.says("завтра")
    asked.means("лучше всё-таки стрижку, а не маникюр, если можно", service="haircut")
    assert (asked.route, asked.keys) == ("text_corrects", ["corrected+ask_phone_again"])
    assert asked.slots == {"service": "haircut", "wish": "завтра"}


def test_a_short_change_of_mind_where_any_text_fits(asked: Talk) -> None:
    asked.means("нет, лучше стрижку", service="haircut")
    assert (asked.route, asked.slots) == ("text_corrects", {"service": "haircut"})


def test_a_long_answer_that_names_a_service_is_an_answer(asked: Talk) -> None:
    asked.means("в субботу сразу после стрижки у вас же", service="haircut")
    assert (asked.route, asked.slots["service"]) == ("fills", "manicure")


# ---------------------------------------------------------------- bursts


def test_a_burst_is_one_message() -> None:
    talk = Talk()
    talk.means("запишите", intent="book")
    talk.says("наращивание", "на завтра")
    assert talk.slots == {"service": "наращивание\nна завтра"}
    assert len(talk.said) == 1


# ---------------------------------------------------------------- refused and unseen prompts


@pytest.mark.parametrize("status", ["failed", "void"])
def test_a_refused_prompt_is_shown_again_once(asked: Talk, status: str) -> None:
    asked.prompt_refused(status)
    assert (asked.route, asked.keys) == ("prompt_again", ["ask_when"])
    asked.prompt_refused(status)
    assert (asked.route, asked.effects) == ("prompt_refused_void", ())


def test_a_refusal_that_comes_after_the_flow_is_void(asked: Talk) -> None:
    asked.means("отмена", command="cancel")
    asked.prompt_refused()
    assert (asked.route, asked.effects) == ("prompt_refused_void", ())


def test_a_refusal_while_a_person_is_promised_is_void(asked: Talk) -> None:
    asked.means("оператор", command="human")
    asked.prompt_refused("void")
    assert asked.effects == ()


def test_a_text_after_a_refused_prompt_is_not_its_answer(asked: Talk) -> None:
    asked.prompt_is("failed")
    asked.says("завтра")
    assert (asked.route, asked.keys, asked.slots) == ("prompt_again", ["ask_when"], {"service": "manicure"})


def test_a_messenger_that_refuses_for_ever_ends_with_a_person(asked: Talk) -> None:
    for _ in range(2):
        asked.prompt_is("failed")
        asked.says("завтра")
    asked.prompt_is("failed")
    asked.says("завтра")
    assert (asked.route, asked.owner) == ("misses", OwnerKind.WAITING)


@pytest.mark.parametrize("status", ["new", "inflight"])
def test_a_text_typed_before_the_prompt_was_shown_is_not_its_answer(asked: Talk, status: str) -> None:
    asked.prompt_is(status)
    asked.says("1")
    assert (asked.route, asked.effects, asked.place) == ("before_prompt", (), "request:when")
    assert asked.slots == {"service": "manicure"}


def test_what_fits_without_doubt_fits_before_the_prompt_was_shown() -> None:
    talk = Talk()
    talk.means("запишите", intent="book")
    talk.prompt_is("new")
    talk.means("на стрижку", service="haircut")
    assert (talk.route, talk.slots) == ("fills", {"service": "haircut"})


def test_a_question_is_answered_before_the_prompt_was_shown(asked: Talk) -> None:
    asked.prompt_is("new")
    asked.means("где вы?", answer="address")
    assert asked.route == "digression"


# ---------------------------------------------------------------- pauses


def test_after_hours_a_text_is_met_with_an_offer_to_go_on(asked: Talk) -> None:
    asked.later(hours=3)
    asked.says("я тут подумала")
    assert (asked.route, asked.keys, asked.place) == ("resume", ["resume+ask_when_again"], "request:when")
    asked.says("завтра")
    assert asked.place == "request:phone"


def test_after_hours_a_button_still_answers(asked: Talk) -> None:
    asked.later(hours=30)
    asked.presses("Поскорее")
    assert asked.slots["wish"] == "soon"


def test_after_hours_a_plain_answer_still_answers(asked: Talk) -> None:
    asked.says("завтра")
    asked.later(hours=30)
    asked.means("8 912 345-67-89", phone="+79123456789")
    assert asked.owner is OwnerKind.WAITING


def test_the_pause_is_a_setting() -> None:
    rules = with_settings(replace(EngineSettings(), pause_minutes=10), shipped())
    talk = Talk(rules)
    talk.means("запишите", intent="book")
    talk.later(minutes=11)
    talk.says("что-нибудь")
    assert talk.route == "resume"


# ---------------------------------------------------------------- what is no text

MEDIA = [
    (Kind.MEDIA, {"media": "photo"}, "got_photo"),
    (Kind.MEDIA, {"media": "voice"}, "got_voice"),
    (Kind.MEDIA, {"media": "video"}, "got_video"),
    (Kind.MEDIA, {"media": "sticker"}, "got_sticker"),
    (Kind.MEDIA, {"media": "hologram"}, "got_unknown"),
    (Kind.MEDIA, {}, "got_unknown"),
    (Kind.LOCATION, {}, "got_location"),
    (Kind.CONTACT, {}, "got_contact"),
    (Kind.UNKNOWN, {}, "got_unknown"),
]


@pytest.mark.parametrize(("kind", "data", "key"), MEDIA)
def test_every_kind_gets_a_sensible_line_when_nothing_is_asked(kind: Kind, data: dict[str, str], key: str) -> None:
    talk = Talk()
    talk.sends(kind, **data)
    assert (talk.route, talk.keys, talk.labels) == (key, [key], ["Позвать администратора"])


@pytest.mark.parametrize("state", ["service", "when", "phone"])
@pytest.mark.parametrize(("kind", "data", "key"), MEDIA)
def test_every_kind_in_every_step_is_followed_by_the_step(
    kind: Kind, data: dict[str, str], key: str, state: str
) -> None:
    talk = Talk()
    talk.means("запишите", intent="book")
    for text in ("маникюр", "завтра")[: ["service", "when", "phone"].index(state)]:
        talk.says(text)
    talk.sends(kind, **data)
    assert (talk.keys, talk.place) == ([f"{key}+ask_{state}_again"], f"request:{state}")


def test_a_shared_contact_answers_the_phone_question(asked: Talk) -> None:
    asked.says("завтра")
    asked.sends(Kind.CONTACT, phone="+79123456789", name="Анна")
    assert (asked.route, asked.handed.label) == ("contact_fills", "lead")
    assert asked.handed.answers["phone"] == "+79123456789"
    assert SetClient(name="Анна", phone="+79123456789") in asked.effects


def test_an_album_is_answered_once(asked: Talk) -> None:
    said = [len(asked.sends(Kind.MEDIA, media="photo").effects) for _ in range(5)]
    assert said == [1, 0, 0, 0, 0]
    shown = []
    for _ in range(2):
        asked.later(minutes=5)
        asked.sends(Kind.MEDIA, media="photo")
        shown += asked.keys
    assert shown == ["got_photo+ask_when_again", "got_photo"]
    assert asked.labels == ["Позвать администратора"]


# ---------------------------------------------------------------- languages


def test_an_english_first_message_is_answered_in_english() -> None:
    talk = Talk()
    talk.means("hello, how much is a manicure", language="en", intent="greet")
    assert talk.conversation.language == "en"
    assert talk.said[0].reply.text.startswith("Hello!")


def test_the_page_decides_until_the_client_types() -> None:
    talk = Talk()
    talk.opens("en")
    assert talk.said[0].reply.text.startswith("Hello!")
    talk.means("здравствуйте", intent="greet")
    assert talk.conversation.language == "ru"
    talk.opens("en")
    talk.presses("Позвать администратора")
    assert talk.said[0].reply.text.startswith("Конечно")


def test_a_latin_name_in_an_english_talk_is_not_a_russian_word_on_the_wrong_layout(asked: Talk) -> None:
    asked.means("tomorrow evening please", language="en")
    asked.says("Kate", detection=understood("кате", language="ru"))
    assert asked.conversation.language == "en"
    asked.says("Kate, +44 20 7946 0958", detection=understood("кате , +44 20 7946 0958", language="ru"))
    assert asked.conversation.language == "en"
    asked.means("Катя", language="ru")
    assert asked.conversation.language == "ru"


@pytest.mark.parametrize("text", ["Anna", "ok", "+44 20 7946 0958", "Anna Smith"])
def test_a_name_or_a_number_does_not_turn_the_language_over(asked: Talk, text: str) -> None:
    asked.means(text, language="en")
    assert asked.conversation.language == "ru"


def test_a_whole_sentence_turns_the_language_over_in_a_flow(asked: Talk) -> None:
    asked.means("tomorrow evening please", language="en")
    assert (asked.conversation.language, asked.said[0].reply.text[:6]) == ("en", "What i")


def test_a_language_we_do_not_speak_changes_nothing() -> None:
    talk = Talk()
    talk.means("guten tag zusammen", language="de")
    assert talk.conversation.language == "ru"


# ---------------------------------------------------------------- a revision that is gone


def test_a_flow_whose_revision_is_gone_lets_the_client_go() -> None:
    talk = Talk()
    talk.means("запишите", intent="book")
    flows = {key: flow for key, flow in talk.rules.flows.items() if key[0] != "request"}
    heads = {key: revision for key, revision in talk.rules.heads.items() if key != "request"}
    talk.rules = replace(talk.rules, flows=flows, heads=heads)
    talk.means("адрес?", answer="address")
    assert (talk.route, talk.keys, talk.place) == ("answer", ["flow_gone+answer.address"], "")


def test_a_person_who_speaks_is_not_interrupted_by_a_missing_revision() -> None:
    talk = Talk()
    talk.means("запишите", intent="book")
    talk.claimed_by(7)
    talk.rules = replace(talk.rules, flows={("answers", 1): talk.rules.flows["answers", 1]}, heads={"answers": 1})
    talk.says("...")
    assert talk.said == []
    talk.given_back("step")
    assert talk.route == "return_menu"
