"""Presses: only buttons of this conversation count, old ones do something sensible."""

from __future__ import annotations

import secrets

import pytest

from dialog.conversation import OwnerKind
from dialog.flow_source import compile_flow
from dialog.questions import Option
from dialog.tokens import TOKEN_LENGTH, find, prompt_seed, token
from tests.dialog.kit import SERVICES, ScriptedAnswerer, Talk, shipped, surroundings, with_flow


@pytest.fixture
def asked() -> Talk:
    """The service is asked; the menu is older."""
    talk = Talk()
    talk.opens()
    talk.presses("Записаться")
    return talk


def test_a_press_fills_and_goes_on(asked: Talk) -> None:
    asked.presses("Стрижка")
    assert (asked.route, asked.place, asked.slots) == ("press", "request:when", {"service": "haircut"})


def test_a_double_tap_has_one_effect(asked: Talk) -> None:
    button = asked.token("Стрижка")
    asked.presses_token(button)
    asked.later(seconds=2)
    asked.presses_token(button)
    assert (asked.route, asked.keys, asked.place) == ("press_double", [], "request:when")


def test_the_same_button_later_shows_where_we_stand(asked: Talk) -> None:
    button = asked.token("Стрижка")
    asked.presses_token(button)
    asked.later(seconds=4)
    asked.presses_token(button)
    assert (asked.route, asked.keys) == ("press_corrects", ["ask_when_again"])


def test_an_old_button_of_the_same_run_corrects_its_field(asked: Talk) -> None:
    first = asked.token("Маникюр")
    asked.presses("Стрижка")
    asked.says("завтра в 12")
    asked.presses_token(first)
    assert (asked.route, asked.keys) == ("press_corrects", ["corrected+ask_phone_again"])
    assert (asked.place, asked.slots) == ("request:phone", {"service": "manicure", "wish": "завтра в 12"})


def test_a_button_of_an_earlier_run_is_stale(asked: Talk) -> None:
    first = asked.token("Маникюр")
    asked.means("заново", command="restart")
    asked.presses_token(first)
    assert (asked.route, asked.keys) == ("press_stale", ["button_stale+ask_service_again"])
    assert asked.slots == {}


def test_the_menu_does_not_break_into_a_question(asked: Talk) -> None:
    asked.presses("Цены")
    assert (asked.route, asked.keys, asked.place) == (
        "press_stale",
        ["button_stale+ask_service_again"],
        "request:service",
    )


def test_the_old_menu_works_when_nothing_is_asked(asked: Talk) -> None:
    prices, ask = asked.token("Цены"), asked.token("Задать вопрос")
    asked.means("отмена", command="cancel")
    asked.presses_token(prices)
    assert (asked.route, asked.place) == ("press_starts", "prices:category")
    asked.presses_token(ask)
    assert (asked.route, asked.place) == ("press_rest", "answers:asking")


def test_another_section_of_the_price_list_is_shown_with_its_prices() -> None:
    talk = Talk()
    talk.opens()
    talk.presses("Цены")
    hair = talk.token("Волосы")
    talk.presses("Ногти")
    assert "Маникюр — 1500 ₽" in talk.said[0].reply.text
    talk.presses_token(hair)
    assert (talk.route, talk.keys) == ("press_corrects", ["book_or_ask"])
    assert "Стрижка — 2000 ₽" in talk.said[0].reply.text


def test_the_person_button_works_from_anywhere(asked: Talk) -> None:
    person = asked.token("Позвать администратора")
    asked.presses("Маникюр")
    asked.presses_token(person)
    assert (asked.route, asked.owner) == ("command_human", OwnerKind.WAITING)


def test_stale_presses_show_the_step_twice_and_then_the_way_out(asked: Talk) -> None:
    for _ in range(2):
        asked.presses_token("A" * TOKEN_LENGTH)
        assert asked.keys == ["button_stale+ask_service_again"]
    asked.presses_token("A" * TOKEN_LENGTH)
    assert asked.keys == ["button_stale"]
    assert asked.labels == ["Меню", "Позвать администратора"]
    assert asked.place == "request:service"


def test_a_stale_press_with_nothing_running_shows_the_way_out() -> None:
    talk = Talk()
    talk.presses_token("A" * TOKEN_LENGTH)
    assert (talk.route, talk.keys) == ("press_stale", ["button_stale"])
    assert talk.labels == ["Меню", "Позвать администратора"]


def test_a_hundred_thousand_forged_tokens_are_refused(asked: Talk) -> None:
    asked.presses("Маникюр")
    prompts = asked.conversation.state.prompts
    buttons = [(prompt.seed, len(prompt.values)) for prompt in prompts]
    assert sum(count for _, count in buttons) >= 10
    forged = (secrets.token_urlsafe(12) for _ in range(100_000))
    assert not [one for one in forged if any(find(one, seed, count) is not None for seed, count in buttons)]
    assert find(token(buttons[0][0], 1), *buttons[0]) == 1


@pytest.mark.parametrize(
    "pressed",
    ["", "A", "A" * 15, "A" * 17, "A" * 4000, "ё" * 16, "\0" * 16, "!human", "!human----------", "👍" * 4],
)
def test_odd_tokens_are_refused_by_a_whole_turn(asked: Talk, pressed: str) -> None:
    asked.presses_token(pressed)
    assert (asked.route, asked.place, asked.owner) == ("press_stale", "request:service", OwnerKind.BOT)


def test_a_foreign_token_is_refused(asked: Talk) -> None:
    stranger = Talk()
    stranger.opens()
    stranger.says("...")
    stranger.opens()
    stranger.presses("Меню")
    foreign = stranger.token("Записаться")
    assert foreign not in {choice.token for line in asked.lines for choice in line.reply.choices}
    asked.presses_token(foreign)
    assert (asked.route, asked.place) == ("press_stale", "request:service")


def test_tokens_are_found_by_their_own_seed_only() -> None:
    seed = prompt_seed("0" * 32, 1)
    made = [token(seed, index) for index in range(30)]
    assert len(set(made)) == 30
    assert all(len(one) == TOKEN_LENGTH for one in made)
    assert [find(one, seed, 30) for one in made] == list(range(30))
    assert find(made[29], seed, 29) is None
    assert find(made[0], prompt_seed("0" * 32, 2), 30) is None


def test_buttons_older_than_what_is_kept_are_stale(asked: Talk) -> None:
    first = asked.token("Маникюр")
    for _ in range(asked.rules.settings.prompts_kept):
        asked.means("адрес?", answer="address")
    asked.presses_token(first)
    assert asked.route == "press_stale"


def test_a_button_to_a_flow_that_is_gone_is_stale() -> None:
    answerer = ScriptedAnswerer(follow_ups=(Option(">courses", "Курсы"),))
    talk = Talk(answerer=answerer)
    talk.means("адрес", answer="address")
    talk.presses("Курсы")
    assert (talk.route, talk.keys) == ("press_stale", ["button_stale"])


BRANCHING = {
    "flow": {
        "spec": 1,
        "flow": "branching",
        "start": "kind",
        "states": {
            "kind": {
                "say": "ask_kind",
                "slot": "kind",
                "choices": [
                    {"value": "self", "label": "me"},
                    {"value": "gift", "label": "gift", "to": "whom"},
                ],
                "go": "when",
            },
            "whom": {"say": "ask_whom", "slot": "whom", "optional": True, "go": "when"},
            "when": {"say": "ask_when", "say_again": "when", "slot": "when", "go": "done"},
            "done": {"say": "done", "end": True},
        },
    },
    "texts": {
        language: {key: key for key in ("ask_kind", "me", "gift", "ask_whom", "ask_when", "when", "done")}
        for language in ("ru", "en")
    },
}


@pytest.fixture
def branching() -> Talk:
    """A flow whose first answer decides what else is asked."""
    talk = Talk(with_flow(compile_flow(BRANCHING, 1, surroundings()), shipped()))
    talk.answerer.follow_ups = (Option(">branching", "Начать"),)
    talk.means("адрес", answer="address")
    talk.presses("Начать")
    assert talk.place == "branching:kind"
    return talk


def test_a_correction_that_leads_elsewhere_asks_what_is_missing(branching: Talk) -> None:
    gift = branching.token("gift")
    branching.presses("me")
    assert branching.place == "branching:when"
    branching.presses_token(gift)
    assert (branching.route, branching.place, branching.keys) == (
        "press_corrects",
        "branching:whom",
        ["corrected+ask_whom"],
    )
    branching.says("маме")
    assert (branching.place, branching.keys) == ("branching:when", ["when"])


def test_skipping_an_optional_question(branching: Talk) -> None:
    branching.presses("gift")
    assert branching.labels == ["Пропустить"]
    branching.means("пропустить", command="skip")
    assert (branching.route, branching.place) == ("command_skip", "branching:when")
    assert branching.slots == {"kind": "gift", "whom": ""}


def test_a_skipped_question_is_not_asked_after_a_correction(branching: Talk) -> None:
    gift = branching.token("gift")
    branching.presses_token(gift)
    branching.presses("Пропустить")
    branching.later(minutes=1)
    branching.presses_token(gift)
    assert branching.place == "branching:when"


def test_what_was_skipped_is_not_on_the_card(branching: Talk) -> None:
    branching.presses("gift")
    branching.presses("Пропустить")
    branching.means("оператор", command="human")
    assert branching.handed.answers == {"kind": "gift"}


def test_services_are_offered_from_live_data(asked: Talk) -> None:
    assert asked.labels == [option.label for option in SERVICES]
