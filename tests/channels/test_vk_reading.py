"""VK's events as what was heard; vkbottle's own types read the same bodies. Not captured: see fixtures/vk/README.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from channels.heard import Courtesy, Heard, Reach, Receipt, Said, Unreadable
from channels.hook import RawEvent
from channels.vk.door import event_key
from channels.vk.reading import parse
from dialog.message import Kind
from dialog.outbox import SendStatus
from tests.channels.test_telegram_reading import bent_from

FIXTURES = Path(__file__).parent / "fixtures" / "vk"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.json"))


def body(name: str) -> str:
    return (FIXTURES / f"{name}.json").read_text("utf-8")


def event(text: str) -> RawEvent:
    return RawEvent(channel="vk", account="211000001", key=event_key(text.encode()), body=text)


def heard(name: str) -> list[Heard]:
    return list(parse(event(body(name))))


def said(name: str) -> Said:
    return next(one for one in heard(name) if isinstance(one, Said))


def kinds(name: str) -> list[str]:
    return [one.kind for one in heard(name) if isinstance(one, Courtesy)]


def test_vkbottle_reads_the_same_events() -> None:
    from vkbottle_types.events.bot_events import MessageNew

    for name in NAMES:
        told = json.loads(body(name))
        if told["type"] != "message_new" or name in ("into_a_chat", "attachment_of_another_day"):
            continue
        other = MessageNew.model_validate(told).object.message
        assert other is not None
        ours = [one.message for one in heard(name) if isinstance(one, Said)]
        assert {one.address.peer for one in ours} == {str(other.peer_id)}
        assert ours[-1].text in (other.text, "")
        assert ours[-1].sent_at == other.date


def test_words_are_not_lost_behind_what_hangs_on_them() -> None:
    """vkbottle's types refuse both of these messages whole."""
    from vkbottle_types.events.bot_events import MessageNew

    bare = json.loads(body("sticker"))
    bare["object"]["message"]["text"] = "Спасибо!"
    del bare["object"]["message"]["attachments"][0]["sticker"]["inner_type"]
    for told, words in ((bare, "Спасибо!"), (json.loads(body("attachment_of_another_day")), "Смотрите")):
        with pytest.raises(ValidationError):
            MessageNew.model_validate(told)
        assert words in [one.message.text for one in parse(event(json.dumps(told))) if isinstance(one, Said)]


def test_a_text_is_a_text() -> None:
    message = said("text").message
    assert (message.kind, message.text, message.language) == (Kind.TEXT, "Хочу на маникюр завтра", "ru")
    assert (message.address.peer, message.address.account) == ("5001", "211000001")
    assert message.event_key == json.loads(body("text"))["event_id"]
    assert kinds("text") == ["able", "typing"]


def test_what_the_application_can_show_is_told() -> None:
    able = [one.values for one in heard("text") if isinstance(one, Courtesy) and one.kind == "able"]
    assert able == [("5001", "callback inline carousel keyboard")]
    old = [one.values for one in heard("text_old_application") if isinstance(one, Courtesy) and one.kind == "able"]
    assert old == [("5001", "keyboard")]
    assert said("text_old_application").message.language == "en"


def test_start_opens_with_a_tag_and_a_code_joins_before_the_words() -> None:
    assert (said("start").message.kind, said("start").message.data) == (Kind.OPENED, {"again": "yes"})
    assert said("start_with_tag").message.data == {"again": "yes", "source": "vk_ads"}
    assert said("text_with_tag").message.data == {"source": "insta_bride"}
    opened, text = [one.message for one in heard("text_with_code") if isinstance(one, Said)]
    assert (opened.kind, opened.data) == (Kind.OPENED, {"again": "yes", "code": "c0deC0de"})
    assert (text.kind, text.text, text.data) == (Kind.TEXT, "Здравствуйте", {})
    assert opened.event_key != text.event_key


def test_files_are_fetched_later_and_what_is_written_beside_them_is_said() -> None:
    first, second, words = [one for one in heard("photos_with_words") if isinstance(one, Said)]
    assert first.file is not None
    assert second.file is not None
    assert (first.file.ref, second.file.ref) == (
        "https://sun9-1.userapi.com/big.jpg",
        "https://sun9-2.userapi.com/second.jpg",
    )
    assert (words.message.kind, words.message.text) == (Kind.TEXT, "Хочу так же")
    assert len({one.message.event_key for one in (first, second, words)}) == 3
    voice = said("voice")
    assert voice.file is not None
    assert (voice.file.kind, voice.file.ref) == ("voice", "https://psv4.userapi.com/v.ogg")
    assert [said(name).message.data["media"] for name in ("sticker", "document")] == ["sticker", "document"]
    assert said("sticker").file is None


def test_a_place_and_what_is_neither_words_nor_a_file() -> None:
    assert said("location").message.data == {"latitude": "55.751244", "longitude": "37.618423"}
    assert {said(name).message.kind for name in ("forwarded", "wall_post")} == {Kind.UNKNOWN}
    assert said("forwarded_with_words").message.text == "Это ваш мастер?"
    assert said("attachment_of_another_day").message.text == "Смотрите"


def test_a_press_is_answered_whether_it_writes_or_not() -> None:
    silent, writes = said("press").message, said("press_that_writes").message
    assert (silent.kind, silent.token, silent.text) == (Kind.PRESS, "AAAAAAAAAAAAAAAA", "")
    assert (writes.kind, writes.token, writes.text) == (Kind.PRESS, "AAAAAAAAAAAAAAAA", "Записаться")
    assert kinds("press") == ["typing", "answer"]
    assert kinds("press_of_something_else") == ["answer"]
    answer = next(one for one in heard("press") if isinstance(one, Courtesy) and one.kind == "answer")
    assert answer.values == ("a1b2c3d4e5f6", "5001", "5001")


def test_an_edited_text_is_said_again_and_our_own_is_not() -> None:
    assert (said("edited").message.text, said("edited").message.data) == ("Хочу на педикюр завтра", {"edited": "yes"})
    assert heard("edited_by_ourselves") == []


def test_the_door_shuts_and_opens_and_a_line_is_read() -> None:
    assert [one.open for one in heard("deny") if isinstance(one, Reach)] == [False]
    assert [one.open for one in heard("allow") if isinstance(one, Reach)] == [True]
    (receipt,) = heard("read")
    assert isinstance(receipt, Receipt)
    assert (receipt.provider_id, receipt.status) == ("5001:77", SendStatus.READ)


def test_chats_of_several_people_and_typing_are_nothing() -> None:
    assert heard("into_a_chat") == heard("typing") == []


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        "{}",
        '{"type":5}',
        '{"type":"message_new","object":{"message":{"text":5}}}',
        "[" * 90,
    ],
)
def test_what_is_no_event_says_where_and_nothing_else(broken: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(event(broken))
    assert len(str(caught.value)) < 300


def test_an_event_of_a_kind_that_comes_later_is_nothing() -> None:
    assert parse(event('{"type":"hologram_new","object":{"x":1}}')) == ()


BASES: list[Any] = [json.loads(body(name)) for name in NAMES]


@settings(deadline=None, max_examples=150)
@given(text=bent_from(BASES))
def test_a_bent_event_is_read_or_refused_in_words(text: str) -> None:
    try:
        for one in parse(event(text)):
            if isinstance(one, Said):
                assert one.message.text == one.message.text.encode("utf-8").decode("utf-8")
                assert one.file is None or one.file.ref.isascii()
    except Unreadable:
        pass
