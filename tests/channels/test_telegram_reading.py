"""Telegram's updates as what was heard; aiogram and the second opinion read the same bodies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import telegram
from aiogram.types import Update
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.heard import Courtesy, Heard, Reach, Said, Unreadable
from channels.hook import RawEvent
from channels.telegram.door import update_key
from channels.telegram.reading import parse
from dialog.message import Kind

FIXTURES = Path(__file__).parent / "fixtures" / "telegram"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.json"))


def body(name: str) -> str:
    return (FIXTURES / f"{name}.json").read_text("utf-8")


def heard(name: str) -> list[Heard]:
    return list(parse(event(body(name))))


def event(text: str) -> RawEvent:
    return RawEvent(channel="telegram", account="123456789", key=update_key(text.encode()), body=text)


def said(name: str) -> Said:
    return next(one for one in heard(name) if isinstance(one, Said))


def kinds(name: str) -> list[str]:
    return [one.kind for one in heard(name) if isinstance(one, Courtesy)]


@pytest.mark.parametrize("name", NAMES)
def test_two_libraries_read_the_same_update(name: str) -> None:
    one = Update.model_validate_json(body(name))
    other = telegram.Update.de_json(json.loads(body(name)), None)
    assert one.update_id == other.update_id
    assert one.event_type == next(key for key in json.loads(body(name)) if key != "update_id")
    if one.message is not None:
        assert other.message is not None
        assert one.message.text == other.message.text


def test_a_text_is_a_text() -> None:
    message = said("text").message
    assert (message.kind, message.text, message.language) == (Kind.TEXT, "Хочу на маникюр завтра", "ru")
    assert (message.address.peer, message.address.account, message.event_key) == ("5001", "123456789", "101")
    assert kinds("text") == ["typing"]


def test_start_opens_with_a_tag_or_joins_with_a_code() -> None:
    tagged = said("start_with_tag")
    assert (tagged.message.kind, tagged.message.data) == (Kind.OPENED, {"again": "yes", "source": "vk_ads"})
    joined = said("start_with_code")
    assert joined.message.data == {"again": "yes", "code": "c0deC0de"}


def test_only_the_clients_own_contact_proves_his_phone() -> None:
    own, other = said("contact_own"), said("contact_of_another")
    assert own.phone == own.message.data["phone"] == "+79990001122"
    assert (other.phone, other.message.data) == ("", {"phone": "+79990003344"})


def test_pictures_and_sounds_are_fetched_later_and_captions_are_said() -> None:
    photo, caption = [one for one in heard("photo_with_caption") if isinstance(one, Said)]
    assert photo.file is not None
    assert (photo.message.data["media"], photo.file.ref) == ("photo", "big")
    assert (caption.message.kind, caption.message.text) == (Kind.TEXT, "Хочу так же")
    assert caption.message.event_key != photo.message.event_key
    assert [said(name).message.data["media"] for name in ("voice", "sticker", "document")] == [
        "voice",
        "sticker",
        "document",
    ]
    assert said("sticker").file is None


def test_a_place_and_what_nobody_knows() -> None:
    assert said("location").message.data == {"latitude": "55.751244", "longitude": "37.618423"}
    assert said("poll").message.kind is Kind.UNKNOWN


def test_an_edited_text_is_said_again() -> None:
    message = said("edited").message
    assert (message.text, message.data, message.event_key) == ("Хочу на педикюр завтра", {"edited": "yes"}, "112")


def test_a_press_is_answered_and_marked() -> None:
    message = said("press").message
    assert (message.kind, message.token, message.text) == (Kind.PRESS, "AAAAAAAAAAAAAAAA", "Записаться")
    assert kinds("press") == ["typing", "answer", "mark"]
    mark = next(one for one in heard("press") if isinstance(one, Courtesy) and one.kind == "mark")
    assert [row[0]["text"] for row in json.loads(mark.values[2])["inline_keyboard"]] == ["✓ Записаться", "Цены"]
    assert kinds("press_of_an_old_message") == ["typing", "answer"]
    assert said("press_of_an_old_message").message.token == "AAAAAAAAAAAAAAAA"


def test_half_a_sign_on_a_button_is_no_menu_to_mark() -> None:
    found = list(parse(event(body("press").replace("Цены", "\\ud800").replace("Записаться", "\\ud83dx"))))
    assert [one.kind for one in found if isinstance(one, Courtesy)] == ["typing", "answer"]
    (press,) = [one for one in found if isinstance(one, Said)]
    assert press.message.text == press.message.text.encode().decode()


def test_the_door_shuts_and_opens() -> None:
    assert [one.open for one in heard("blocked") if isinstance(one, Reach)] == [False]
    assert [one.open for one in heard("unblocked") if isinstance(one, Reach)] == [True]


def test_groups_are_left() -> None:
    assert kinds("into_a_group") == kinds("group_message") == ["leave"]
    assert not any(isinstance(one, Said) for one in heard("group_message"))


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", "null", '"x"', '{"update_id":"x"}', '{"update_id":1,"message":{"text":5}}', "[" * 90]
)
def test_what_is_no_update_says_where_and_nothing_else(broken: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(event(broken))
    assert len(str(caught.value)) < 300


def test_an_update_of_a_kind_that_comes_later_is_nothing() -> None:
    assert parse(event('{"update_id":1,"hologram":{"x":1}}')) == ()


BASES = [json.loads(body(name)) for name in NAMES]
SCRAPS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.floats(0, 1),
)


@st.composite
def bent_from(draw: st.DrawFn, bases: list[Any]) -> str:
    """One of them with one or two of its places replaced or taken away."""
    update = json.loads(json.dumps(draw(st.sampled_from(bases))))
    for _ in range(draw(st.integers(1, 2))):
        place: Any = update
        while isinstance(place, dict | list) and place:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            if not isinstance(place[key], dict | list) or draw(st.booleans()):
                if draw(st.booleans()):
                    place[key] = draw(SCRAPS)
                else:
                    del place[key]
                break
            place = place[key]
    return json.dumps(update)


@settings(deadline=None, max_examples=150)
@given(text=bent_from(BASES))
def test_a_bent_update_is_read_or_refused_in_words(text: str) -> None:
    try:
        for one in parse(event(text)):
            if isinstance(one, Said):
                assert one.message.text == one.message.text.encode("utf-8").decode("utf-8")
    except Unreadable:
        pass
