"""Golden conversations through the messengers' own adapters: the same steps, the same lines as on the site."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bots.recording import outcome_of
from dialog.conversation import OwnerKind
from tests.channels.golden_screens import Screen, SmsScreen, TelegramScreen, VkScreen
from tests.channels.max_screen import MaxScreen
from tests.channels.whatsapp_screen import WhatsAppScreen
from tests.dialog.golden import ACTS, begun, conversations, perform, read

SCREENS: dict[str, Callable[[asyncio.Runner, str], Screen]] = {
    "max": MaxScreen,
    "sms": SmsScreen,
    "telegram": TelegramScreen,
    "vk": VkScreen,
    "whatsapp": WhatsAppScreen,
}
SAME = ("bot", "state", "slots", "owner", "effects")
"""What must come of every step. How it was taken (``route``) differs: what is a press there may be typed here."""
CHOSEN = frozenset({
    "answers/asks_while_waiting", "answers/burst", "answers/not_understood", "answers/pictures", "booking/by_taps",
    "booking/change_of_mind", "booking/english", "cancelling/two_taps", "feedback/five_by_button",
    "lead/bride_at_night", "moving/move", "nps/six_typed", "prices/browse", "request/by_buttons",
    "request/photo_in_the_middle", "visits/my_visits",
})  # fmt: skip
"""Played every time; all of them by ``--every-golden``."""
OLD_BUTTONS = frozenset({
    "booking/change_of_mind", "booking/no_consent", "booking/one_more_service", "booking/other_service",
    "cancelling/by_word", "feedback/unclear_then_number", "lead/dark_to_blond", "prices/old_section",
    "request/change_of_mind", "request/old_buttons",
})  # fmt: skip
"""They press a button further up, which nobody can type: these are not for messengers without buttons."""
ALL = {f"{path.parents[1].name}/{path.stem}": path for path in conversations()}


@pytest.fixture
def running() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def came_of(conversation: dict[str, Any], screen: Screen) -> list[dict[str, Any]]:
    """Each step with what came of it on this messenger."""
    talk = begun(conversation)
    talk.conversation = replace(talk.conversation, address=screen.address)
    found = []
    for step in conversation["steps"]:
        name, what = next((key, value) for key, value in step.items() if key in ACTS)
        turns = len(talk.turns)
        screen.numbers = talk.owner is OwnerKind.BOT
        if messages := screen.brings(name, what):
            talk.hears(*messages)
        else:
            perform(talk, step)
        for send in talk.said if len(talk.turns) > turns else ():
            screen.shows(send, talk.conversation.language)
        found.append({name: what, **(outcome_of(talk.turn) if len(talk.turns) > turns else {})})
    return found


def language_of(conversation: dict[str, Any]) -> str:
    return next((str(step["opens"]) for step in conversation["steps"] if step.get("opens")), "ru")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    names = sorted(ALL if metafunc.config.getoption("--every-golden") else CHOSEN)
    pairs = [(name, key) for key in SCREENS for name in names if key != "sms" or name not in OLD_BUTTONS]
    if "key" in metafunc.fixturenames:
        metafunc.parametrize(("name", "key"), pairs, ids=[f"{key}-{name}" for name, key in pairs])


def test_those_named_here_are_there() -> None:
    assert set(ALL) >= CHOSEN | OLD_BUTTONS


def test_the_conversation_is_the_same(name: str, key: str, running: asyncio.Runner) -> None:
    conversation = read(ALL[name])
    screen = SCREENS[key](running, language_of(conversation))
    try:
        found = came_of(conversation, screen)
    finally:
        screen.close()
    for was, now in zip(conversation["steps"], found, strict=True):
        assert {part: now.get(part) for part in SAME} == {part: was.get(part) for part in SAME}, was
