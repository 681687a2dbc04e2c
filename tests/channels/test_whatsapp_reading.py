"""WhatsApp's calls: believed by their bytes, cut into events under Meta's own names, and read for what was said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.connection import Connection
from channels.heard import Courtesy, Heard, Moved, Reach, Receipt, Said, Unreadable
from channels.hook import RawEvent
from channels.port import Call
from channels.whatsapp.door import SIGNATURE_HEADER, events, greet, signature, verify
from channels.whatsapp.fake import APP_SECRET, NUMBER
from channels.whatsapp.reading import parse
from dialog.ids import OutboxId
from dialog.message import Kind
from dialog.outbox import Mark, SendStatus
from tests.channels.test_telegram_reading import bent_from

FIXTURES = Path(__file__).parent / "fixtures" / "whatsapp"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.json"))
CONNECTION = Connection(
    channel="whatsapp", account=NUMBER, path="p", secrets={"app_secret": APP_SECRET, "hook_secret": "word" * 8}
)
ANNA = "79990001122"


def body(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def cut(raw: bytes) -> list[RawEvent]:
    return list(events(CONNECTION, Call(headers={}, body=raw)))


def heard(name: str) -> list[Heard]:
    return [one for event in cut(body(name)) for one in parse(event)]


def said(name: str) -> Said:
    return next(one for one in heard(name) if isinstance(one, Said))


def test_the_challenge_is_answered_to_who_knows_the_word() -> None:
    right = {"hub.mode": "subscribe", "hub.verify_token": "word" * 8, "hub.challenge": "1158201444"}
    assert greet(CONNECTION, right) == "1158201444"
    for name, value in (
        ("hub.mode", "unsubscribe"),
        ("hub.verify_token", "word" * 7),
        ("hub.verify_token", ""),
        ("hub.challenge", ""),
        ("hub.challenge", "<script>"),
        ("hub.challenge", "9" * 300),
    ):
        assert greet(CONNECTION, right | {name: value}) is None
    assert greet(Connection(channel="whatsapp", account="1", path="p"), right | {"hub.verify_token": ""}) is None


def test_a_call_is_believed_by_its_bytes() -> None:
    raw = body("text")
    good = signature(APP_SECRET, raw)

    def believed(given: str, raw: bytes = raw, connection: Connection = CONNECTION) -> bool:
        return verify(connection, Call(headers={SIGNATURE_HEADER: given}, body=raw))

    assert believed(good)
    same_json = json.dumps(json.loads(raw)).encode()
    assert not believed(good, same_json), "the same JSON in other bytes is another call"
    for wrong in ("", good[7:], good.upper(), good[:-1], "sha1=" + good[7:], signature("other", raw), "я" * 9):
        assert not believed(wrong)
    assert not believed(signature("", raw), raw, Connection(channel="whatsapp", account="1", path="p"))


def test_a_batch_is_cut_into_everything_that_is_in_it() -> None:
    found = cut(body("batch"))
    assert [one.key for one in found] == [
        "wamid.B1",
        "wamid.B2",
        "wamid.OUT5:delivered",
        "wamid.OUT5:read",
        "wamid.B3",
        "wamid.B4",
    ]
    lines = [one.message for event in found for one in parse(event) if isinstance(one, Said)]
    assert [(one.event_key, one.text, one.address.peer) for one in lines] == [
        ("wamid.B1", "раз", ANNA),
        ("wamid.B2", "два", "79990003344"),
        ("wamid.B3", "три", ANNA),
        ("wamid.B4", "четыре", ANNA),
    ]
    assert "Ольга" not in found[0].body, "nobody else's name travels with a message"


def test_a_repeat_has_the_same_names_and_another_number_is_not_ours() -> None:
    assert cut(body("batch")) == cut(body("batch"))
    assert cut(body("text").replace(NUMBER.encode(), b"999")) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\x00",
        b"[]",
        b"{}",
        b'{"entry":5}',
        b'{"entry":[5]}',
        b'{"entry":[{"changes":[5]}]}',
        b'{"entry":[{"changes":[{"field":"messages","value":{"messages":[5,{"id":7}]}}]}]}',
        b'{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"id":"w","text":"\\ud800"}]}}]}]}',
        b"[" * 90,
    ],
)
def test_what_has_another_shape_is_kept_and_refused_in_words(raw: bytes) -> None:
    found = cut(raw)
    assert found
    for one in found:
        assert one.key
        assert "\x00" not in one.body
        with pytest.raises(Unreadable) as caught:
            parse(one)
        assert len(str(caught.value)) < 300


def test_a_text_is_a_text_and_its_sender_is_proved() -> None:
    one = said("text")
    assert (one.message.kind, one.message.text, one.message.address.peer) == (Kind.TEXT, "Хочу на маникюр завтра", ANNA)
    assert (one.message.event_key, one.message.address.account, one.phone) == ("wamid.IN1", NUMBER, f"+{ANNA}")
    assert [(c.kind, c.values) for c in heard("text") if isinstance(c, Courtesy)] == [("typing", ("wamid.IN1",))]


def test_presses_of_all_three_kinds() -> None:
    for name, token, label in (
        ("button_reply", "A" * 16, "Записаться"),
        ("list_reply", "B" * 16, "Маникюр"),
        ("template_button", "C" * 16, "Приду"),
    ):
        message = said(name).message
        assert (message.kind, message.token, message.text) == (Kind.PRESS, token, label)
    foreign = said("template_button_of_others").message
    assert (foreign.kind, foreign.token, foreign.text) == (Kind.TEXT, "", "Не писать")
    assert said("pressed_nothing").message.kind is Kind.UNKNOWN


def test_files_are_fetched_later_and_captions_are_said() -> None:
    photo, caption = [one for one in heard("image_with_caption") if isinstance(one, Said)]
    assert photo.file is not None
    assert (photo.message.data["media"], photo.file.ref) == ("photo", "1003383421387256")
    assert (caption.message.text, caption.message.event_key) == ("Хочу так же", "wamid.IN6:caption")
    kinds = {name: said(name) for name in ("video", "voice", "document", "sticker")}
    assert {name: one.message.data["media"] for name, one in kinds.items()} == {name: name for name in kinds}
    assert kinds["sticker"].file is None


def test_places_cards_and_what_nobody_knows() -> None:
    assert said("location").message.data == {"latitude": "56.326797", "longitude": "44.006516"}
    card = said("contacts")
    assert (card.message.kind, card.message.data) == (Kind.CONTACT, {"phone": "+79990003344"})
    assert card.phone == f"+{ANNA}", "the card's phone is told, the sender's is proved"
    assert said("unsupported").message.kind is Kind.UNKNOWN


def test_an_edit_is_said_again_and_what_says_nothing_is_not_answered() -> None:
    edited = said("edited").message
    assert (edited.text, edited.data, edited.event_key) == ("Хочу на педикюр завтра", {"edited": "yes"}, "wamid.IN16")
    assert heard("reaction") == heard("taken_back") == heard("template_paused") == []


def test_a_new_number_and_a_hidden_one() -> None:
    (moved,) = heard("number_changed")
    assert isinstance(moved, Moved)
    assert (moved.address.peer, moved.to.peer) == (ANNA, "79990005566")
    hidden = said("hidden_number")
    assert (hidden.message.address.peer, hidden.phone) == ("RU.13491208655302741918", "")
    assert said("by_advertisement").message.data == {"source": "ad:120210"}


def test_what_became_of_lines() -> None:
    mark = Mark(id=OutboxId(7), random_id=12345)
    told = [one for name in ("sent", "delivered", "read") for one in heard(f"status_{name}")]
    assert [(one.status, one.mark) for one in told if isinstance(one, Receipt)] == [
        (SendStatus.ACCEPTED, mark),
        (SendStatus.DELIVERED, mark),
        (SendStatus.READ, None),
    ]
    assert heard("status_of_first_part") == [], "a line has arrived when its last message has"
    gone, why = heard("status_failed_nobody")
    assert isinstance(gone, Reach)
    assert isinstance(why, Receipt)
    assert (gone.open, why.status, why.error) == (False, SendStatus.FAILED, "code 131026")
    (late,) = heard("status_failed_window")
    assert isinstance(late, Receipt)
    assert late.error == "code 131047"


BASES = [json.loads(body(name)) for name in NAMES]


@settings(deadline=None, max_examples=150)
@given(text=bent_from(BASES))
def test_a_bent_call_is_cut_and_read_or_refused_in_words(text: str) -> None:
    for event in cut(text.encode("utf-8", "surrogatepass")):
        try:
            found = [one.message for one in parse(event) if isinstance(one, Said)]
        except Unreadable:
            continue
        for message in found:
            assert message.text.encode("utf-8").decode("utf-8") == message.text
            assert message.event_key
            assert message.address.peer


@settings(deadline=None, max_examples=50)
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_kept(raw: bytes) -> None:
    assert len(cut(raw)) == 1
