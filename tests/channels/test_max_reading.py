"""MAX's updates as what was heard, in the library's types and where the library gives up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.connection import Connection
from channels.heard import Courtesy, Heard, Reach, Said, Unreadable
from channels.hook import RawEvent
from channels.max.contact import phone_of, signatures
from channels.max.door import OWN, SECRET_HEADER, events, raw_event, verify
from channels.max.reading import parse
from channels.port import Call
from dialog.message import Kind

FIXTURES = Path(__file__).parent / "fixtures" / "max"
NOT_CAPTURED = FIXTURES / "not_captured"
HERE = Connection(channel="max", account="900", path="p", secrets={"token": "tok", "hook_secret": "s" * 32})

BASES = [json.loads(path.read_text("utf-8")) for path in sorted(FIXTURES.rglob("*.json"))]


def body(name: str) -> str:
    path = FIXTURES / f"{name}.json"
    return (path if path.exists() else NOT_CAPTURED / path.name).read_text("utf-8")


def event(text: str) -> RawEvent:
    return raw_event(HERE, text.encode())


def heard(name: str) -> list[Heard]:
    return list(parse(event(body(name))))


def said(name: str) -> Said:
    return next(one for one in heard(name) if isinstance(one, Said))


def kinds(name: str) -> list[str]:
    return [one.kind for one in heard(name) if isinstance(one, Courtesy)]


def test_a_text_is_a_text() -> None:
    message = said("text").message
    assert (message.kind, message.text, message.language) == (Kind.TEXT, "Хочу на маникюр завтра", "ru")
    assert (message.address.peer, message.address.account) == ("70001", "900")
    assert (message.event_key, kinds("text")) == ("mid.0001:message_created", ["typing"])
    assert [said(name).message.text for name in ("reply", "link", "link_alone", "forwarded")] == [
        "Да",
        "Вот: https://salon.example/1",
        "https://salon.example/1",
        "Маникюр, пятница",
    ]


def test_start_opens_with_a_tag_or_joins_with_a_code() -> None:
    assert (said("started").message.kind, said("started").message.data) == (Kind.OPENED, {"again": "yes"})
    assert said("started_with_tag").message.data == {"again": "yes", "source": "vk_ads"}
    assert said("started_with_code").message.data == {"again": "yes", "code": "c0deC0de"}
    assert said("started").message.language == "ru"


def signed(how: int) -> str:
    card = json.loads(body("contact_own"))["message"]["body"]["attachments"][0]["payload"]["vcf_info"]
    return body("contact_own").replace('"HASH"', json.dumps(signatures(card, "tok")[how].decode()))


@pytest.mark.parametrize("how", [0, 1])
def test_only_the_clients_own_signed_card_proves_his_phone(how: int) -> None:
    own = parse(event(signed(how)))[0]
    assert isinstance(own, Said)
    assert own.phone == own.message.data["phone"] == "+79990001122"
    assert own.message.data["name"] == "Анна"
    other = said("contact_of_another")
    assert (other.phone, other.message.data) == ("", {"phone": "+79990003344"})


@pytest.mark.parametrize(
    "forged",
    [
        body("contact_own"),
        signed(0).replace("79990001122", "79990009999"),
        signed(0).replace('"max_info": {\n       "user_id": 5001', '"max_info": {\n       "user_id": 5002'),
        OWN + body("contact_own"),
    ],
    ids=["no signature", "another phone", "another person", "our own mark"],
)
def test_a_card_that_is_nearly_right_proves_nothing(forged: str) -> None:
    try:
        found = [one for one in parse(event(forged)) if isinstance(one, Said)]
    except Unreadable:
        return
    assert forged != signed(0)
    assert [one.phone for one in found] == [""]


@pytest.mark.parametrize(
    ("card", "phone"),
    [
        ("BEGIN:VCARD\r\nTEL;TYPE=cell:+7 (999) 000-11-22\r\nEND:VCARD", "+79990001122"),
        ("TEL:79990001122\nTEL:79990003344", "+79990001122"),
        ("TEL:12", ""),
        ("FN:TEL", ""),
        ("", ""),
    ],
)
def test_the_phone_of_a_card(card: str, phone: str) -> None:
    assert phone_of(card) == phone


def test_files_are_fetched_later_and_what_is_written_with_them_is_said() -> None:
    first, second, caption = [one for one in heard("photo_with_words") if isinstance(one, Said)]
    assert first.file is not None
    assert second.file is not None
    assert (first.message.data["media"], first.file.ref) == ("photo", "https://i.oneme.ru/i?r=abc")
    assert (caption.message.kind, caption.message.text) == (Kind.TEXT, "Хочу так же")
    assert len({one.message.event_key for one in (first, second, caption)}) == 3
    names = ("voice", "video", "file", "sticker")
    assert [said(name).message.data["media"] for name in names] == ["voice", "video", "document", "sticker"]
    assert [bool(said(name).file) for name in names] == [True, True, True, False]


def test_a_place() -> None:
    assert said("location").message.data == {"latitude": "55.751244", "longitude": "37.618423"}


def test_an_edited_text_is_said_again_and_each_time_anew() -> None:
    message = said("edited").message
    assert (message.text, message.data) == ("Хочу на педикюр завтра", {"edited": "yes"})
    again = event(body("edited").replace("педикюр", "стрижку"))
    assert len({message.event_key, again.key, said("text").message.event_key}) == 3


def test_a_press_is_answered_and_marked() -> None:
    message = said("press").message
    assert (message.kind, message.token, message.text) == (Kind.PRESS, "A" * 16, "Записаться")
    assert kinds("press") == ["typing", "answer"]
    answer = next(one for one in heard("press") if isinstance(one, Courtesy) and one.kind == "answer")
    menu = json.loads(answer.values[1])
    assert [row[0]["text"] for row in menu["attachments"][0]["payload"]["buttons"]] == ["✓ Записаться", "Цены"]
    assert menu["text"] == "Чем помочь?"
    assert event(body("press")).key == "cb.0001:1790000002000"
    assert heard("press_of_a_deleted_message") == [
        Courtesy(channel="max", account="900", kind="late", values=("cb.0001",))
    ]


def test_half_a_sign_on_a_button_is_no_menu_to_mark() -> None:
    found = list(parse(event(body("press").replace("Цены", "\\ud800").replace("Записаться", "\\ud83dx"))))
    assert [one.values for one in found if isinstance(one, Courtesy) and one.kind == "answer"] == [("cb.0001",)]
    (press,) = [one for one in found if isinstance(one, Said)]
    assert press.message.text == press.message.text.encode().decode()


def test_the_door_shuts() -> None:
    for name in ("stopped", "dialog_removed"):
        assert [(one.open, one.address.peer) for one in heard(name) if isinstance(one, Reach)] == [(False, "70001")]


def test_what_does_not_concern_us_is_nothing_and_groups_are_left() -> None:
    assert [heard(name) for name in ("muted", "removed", "of_a_bot", "unknown_kind")] == [[], [], [], []]
    assert kinds("into_a_group") == kinds("group_message") == ["leave"]
    assert not any(isinstance(one, Said) for one in heard("group_message"))


def test_where_the_library_gives_up_an_answer_is_still_possible() -> None:
    assert said("unknown_attachment").message.text == "Смотрите"
    assert said("unknown_attachment_alone").message.kind is Kind.UNKNOWN
    press = said("press_with_unknown_attachment").message
    assert (press.kind, press.token) == (Kind.PRESS, "A" * 16)
    assert kinds("press_with_unknown_attachment") == ["answer"]
    with pytest.raises(Unreadable, match="without a chat"):
        heard("message_without_message")


def test_every_update_has_a_name_of_its_own_that_stays() -> None:
    for base in BASES:
        key = event(json.dumps(base)).key
        # Only what tells neither who nor where is known by its bytes.
        assert key.startswith("bytes:") is ("message" not in base and "chat_id" not in base)
        assert key == event(json.dumps(base, indent=2)).key or key.startswith("bytes:")
    assert event(body("stopped")).key == "bot_stopped:70001:5001:1790000005000"
    assert event(body("removed")).key == "mid.0001:message_removed"
    for odd in (
        "",
        "{",
        "[]",
        '{"update_type":5}',
        '{"update_type":"x"}',
        '{"update_type":"\\ud800","message_id":"x"}',
    ):
        key = event(odd).key
        assert 0 < len(key) < 80
        assert key.isascii()


def test_a_call_is_believed_by_its_secret_only() -> None:
    rotated = Connection(
        channel="max", account="1", path="p", secrets={"hook_secret": "n" * 32, "hook_secret_before": "s" * 32}
    )
    for connection, secret, believed in (
        (HERE, "s" * 32, True),
        (HERE, "s" * 31, False),
        (HERE, "", False),
        (rotated, "s" * 32, True),
        (rotated, "n" * 32, True),
        (Connection(channel="max", account="1", path="p"), "", False),
    ):
        assert verify(connection, Call(headers={SECRET_HEADER: secret}, body=b"{}")) is believed
    (kept,) = events(HERE, Call(headers={}, body=b"\xff\x00"))
    assert (kept.key.startswith("bytes:"), "\x00" in kept.body) == (True, False)


@pytest.mark.parametrize("broken", ["", "{", "[]", "null", '"x"', '{"update_type":5}', "[" * 90])
def test_what_is_no_update_says_so_and_nothing_else(broken: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(event(broken))
    assert len(str(caught.value)) < 300


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
def bent(draw: st.DrawFn) -> str:
    """A real update with one or two of its places replaced or taken away."""
    update = json.loads(json.dumps(draw(st.sampled_from(BASES))))
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


@settings(deadline=None, max_examples=120)
@given(text=bent())
def test_a_bent_update_is_read_or_refused_in_words(text: str) -> None:
    try:
        for one in parse(event(text)):
            if isinstance(one, Said):
                assert one.message.text == one.message.text.encode("utf-8").decode("utf-8")
    except Unreadable:
        pass
