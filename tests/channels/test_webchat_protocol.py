"""The site chat's protocol over WebSocket and over HTTP, on fakes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from channels.webchat.media_links import MediaLinks
from channels.webchat.protocol import Pressed, Said, read_frame
from channels.webchat.signed_links import SignedLinks
from dialog.message import Kind
from dialog.reply import Attachment, Choice
from tests.channels.conftest import KEY, ORIGIN, Chat, open_chat, until
from tests.channels.torture import torture_corpus


def hello(after: int = 0) -> str:
    return json.dumps({"type": "hello", "after": after, "language": "ru"})


def message(client_id: str, text: str) -> str:
    return json.dumps({"type": "message", "client_id": client_id, "text": text})


def test_a_session_stores_nothing(chat: Chat) -> None:
    token = chat.token()
    with chat.socket(token) as socket:
        socket.send_text(hello())
        assert until(socket, "state") == {"type": "state", "version": 1, "seq": 0, "owner": "bot"}
    assert chat.store.conversations == 0
    assert "set-cookie" not in chat.client.post("/chat/session", json={}, headers={"origin": ORIGIN}).headers


@pytest.mark.parametrize(
    ("site", "origin", "status"),
    [
        ("lavanda", ORIGIN, 200),
        ("lavanda", "http://testserver", 200),
        ("lavanda", "https://second.example", 403),
        ("second", "http://testserver", 403),
        ("lavanda", "https://evil.example", 403),
        ("lavanda", "null", 403),
        ("lavanda", None, 403),
        ("nosuch", ORIGIN, 403),
        (["lavanda"], ORIGIN, 403),
    ],
)
def test_the_server_checks_the_origin(chat: Chat, site: object, origin: str | None, status: int) -> None:
    headers = {"origin": origin} if origin else {}
    answer = chat.client.post("/chat/session", json={"site": site}, headers=headers)
    assert answer.status_code == status
    assert ("token" in answer.json()) == (status == 200)


def test_cross_origin_answers_name_the_allowed_site_only(chat: Chat) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "x-chat-token,content-type"}
    good = chat.client.options("/chat/send", headers=asked | {"origin": ORIGIN})
    assert good.status_code == 200
    assert good.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in good.headers
    bad = chat.client.options("/chat/send", headers=asked | {"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in bad.headers


def test_a_line_is_stored_acknowledged_and_shown_once(chat: Chat) -> None:
    token = chat.token()
    with chat.socket(token) as socket:
        socket.send_text(hello())
        socket.send_text(message("client-1", "Сколько стоит стрижка?"))
        assert until(socket, "ack") == {"type": "ack", "client_id": "client-1", "seq": 1}
        assert until(socket, "typing") == {"type": "typing"}
        socket.send_text(message("client-1", "Сколько стоит стрижка?"))
        chat.say(chat.address(token), "От 2 800 ₽", (Choice(label="Записаться", token="abc"),))
        seen: list[dict[str, Any]] = []
        while not seen or seen[-1]["seq"] < 2:
            seen += until(socket, "messages")["messages"]
    assert [line["seq"] for line in seen] == [1, 2]
    assert seen[0]["client_id"] == "client-1"
    assert seen[1]["choices"] == [{"label": "Записаться", "token": "abc"}]
    assert seen[1]["at"] == "2026-03-14T12:00:00Z"
    stored = chat.store.accepted
    assert [(one.kind, one.text, one.language) for one in stored] == [(Kind.TEXT, "Сколько стоит стрижка?", "ru")]
    assert stored[0].event_key == f"{token.split('.')[0]}:client-1"


def test_a_repeat_is_acknowledged_again_with_the_same_number(chat: Chat) -> None:
    token = chat.token()
    chat.send(token, json.loads(message("client-1", "раз")))
    chat.send(token, json.loads(message("client-2", "два")))
    with chat.socket(token) as socket:
        socket.send_text(hello(2))
        socket.send_text(message("client-1", "раз"))
        assert until(socket, "ack")["seq"] == 1
    assert len(chat.store.accepted) == 2


def test_the_same_client_id_of_two_visitors_is_two_lines(chat: Chat) -> None:
    for _ in range(2):
        assert chat.send(chat.token(), json.loads(message("client-1", "я"))).status_code == 200
    assert len(chat.store.accepted) == 2


def test_a_press_is_stored_with_the_label_from_our_own_transcript(chat: Chat) -> None:
    token = chat.token()
    chat.send(token, json.loads(message("client-1", "меню")))
    chat.say(chat.address(token), "Что подсказать?", (Choice(label="Цены", token="TOKEN-1"),))
    chat.send(token, {"type": "press", "client_id": "client-2", "token": "TOKEN-1", "label": "Отменить всё"})
    chat.send(token, {"type": "press", "client_id": "client-3", "token": "nobody-knows-it"})
    known, unknown = chat.store.accepted[1:]
    assert (known.kind, known.text, known.token, known.cuts_burst) == (Kind.PRESS, "Цены", "TOKEN-1", True)
    assert (unknown.text, unknown.token) == ("", "nobody-knows-it")


@pytest.fixture
def unhurried() -> Iterator[Chat]:
    """A chat whose limits of pace are out of the way."""
    yield from open_chat(rates={"message_burst": 10_000, "address_burst": 10_000})


def test_history_after_a_reload_is_the_last_page_and_the_rest_on_request(unhurried: Chat) -> None:
    chat, token = unhurried, unhurried.token()
    for number in range(1, 121):
        assert chat.send(token, json.loads(message(f"client-{number}", f"№ {number}"))).status_code == 200
    with chat.socket(token) as socket:
        socket.send_text(hello())
        assert [line["seq"] for line in until(socket, "messages")["messages"]] == list(range(71, 121))
        socket.send_text(json.dumps({"type": "older", "before": 71}))
        older = until(socket, "messages")
        assert older["older"] is True
        assert [line["seq"] for line in older["messages"]] == list(range(21, 71))
    with chat.socket(token) as socket:
        socket.send_text(hello(10))
        assert [line["seq"] for line in until(socket, "messages")["messages"]] == list(range(11, 61))
        assert [line["seq"] for line in until(socket, "messages")["messages"]] == list(range(61, 111))


def test_a_browser_ahead_of_a_restored_database_starts_again(chat: Chat) -> None:
    token = chat.token()
    chat.send(token, json.loads(message("client-1", "раз")))
    with chat.socket(token) as socket:
        socket.send_text(hello(500))
        assert until(socket, "state")["seq"] == 1
        assert [line["seq"] for line in until(socket, "messages")["messages"]] == [1]


@pytest.mark.parametrize("fault", ["deaf", "broken"])
def test_a_lost_signal_costs_time_only(chat: Chat, fault: str) -> None:
    setattr(chat.bus, fault, True)
    token = chat.token()
    with chat.socket(token) as socket:
        socket.send_text(hello())
        socket.send_text(message("client-1", "раз"))
        until(socket, "messages")
        chat.say(chat.address(token), "ответ")
        assert until(socket, "messages")["messages"][0]["text"] == "ответ"


def test_another_tab_sees_the_same_conversation(chat: Chat) -> None:
    token = chat.token()
    with chat.socket(token) as one, chat.socket(token) as two:
        one.send_text(hello())
        two.send_text(hello())
        until(two, "state")
        one.send_text(message("client-1", "раз"))
        assert until(two, "messages")["messages"][0]["client_id"] == "client-1"
    assert chat.bus.listeners == 0


def test_a_person_takes_over_and_the_state_says_so(chat: Chat) -> None:
    token = chat.token()
    chat.send(token, json.loads(message("client-1", "оператор")))
    with chat.socket(token) as socket:
        socket.send_text(hello(1))
        assert until(socket, "state")["owner"] == "bot"
        assert chat.client.portal is not None
        chat.client.portal.call(chat.store.hand_over, chat.address(token), "human")
        assert until(socket, "state")["owner"] == "human"
        chat.say(chat.address(token), "Здравствуйте!", author="manager", name="Вера, администратор")
        line = until(socket, "messages")["messages"][0]
        assert (line["author"], line["name"]) == ("manager", "Вера, администратор")
        socket.send_text(message("client-2", "спасибо"))
        until(socket, "ack")
        socket.send_text(message("client-3", "спасибо ещё раз"))
        frames = [json.loads(socket.receive_text())["type"] for _ in range(3)]
        assert "typing" not in frames


def test_old_or_forged_tokens_are_closed_with_4401(chat: Chat) -> None:
    token = chat.token()
    for bad in ("nonsense", token[:-1] + ("A" if token[-1] != "A" else "B"), "a" * 22 + ".1." + "b" * 32):
        with chat.socket(bad) as socket, pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
        assert closed.value.code == 4401
    for bad in ("nonsense", ""):
        assert chat.send(bad, json.loads(message("client-1", "раз"))).status_code == 401
        assert chat.poll(bad).status_code == 401
    assert chat.store.conversations == 0


def talk(chat: Chat, token: str, origin: str | None) -> str:
    with chat.socket(token, origin) as socket:
        socket.send_text(hello())
        return socket.receive_text()


@pytest.mark.parametrize("origin", ["https://evil.example", "https://second.example", None])
def test_a_foreign_page_with_a_stolen_token_reads_nothing(chat: Chat, origin: str | None) -> None:
    token = chat.token()
    chat.send(token, json.loads(message("client-1", "секрет")))
    with pytest.raises(WebSocketDisconnect):
        talk(chat, token, origin)
    if origin:
        headers = {"x-chat-token": token, "origin": origin}
        assert chat.client.get("/chat/poll?wait=0", headers=headers).status_code == 401
        assert chat.send(token, json.loads(message("client-2", "подлог")), origin).status_code == 401


def test_without_hello_the_door_closes(chat: Chat) -> None:
    with chat.socket(chat.token()) as socket:
        socket.send_text(message("client-1", "раз"))
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == 4408
    assert chat.store.conversations == 0


def test_long_poll_gives_at_once_what_is_there_and_waits_for_what_comes(chat: Chat) -> None:
    token = chat.token()
    assert chat.poll(token).json()["frames"] == [{"type": "state", "version": 1, "seq": 0, "owner": "bot"}]
    answer = chat.send(token, json.loads(message("client-1", "раз")))
    assert answer.json()["frames"] == [{"type": "ack", "client_id": "client-1", "seq": 1}, {"type": "typing"}]
    frames = chat.poll(token, wait=1).json()["frames"]
    assert [frame["type"] for frame in frames] == ["state", "messages"]
    waited = chat.poll(token, after=1, wait=1).json()["frames"]
    assert [frame["type"] for frame in waited] == ["state"]
    chat.say(chat.address(token), "ответ")
    assert chat.poll(token, after=1, wait=1).json()["frames"][1]["messages"][0]["text"] == "ответ"
    for bad in ("-1", "x", "1e9", "9" * 17, "²"):
        assert chat.client.get("/chat/poll", params={"after": bad}, headers={"x-chat-token": token}).status_code == 400


def test_a_busy_store_is_said_and_the_line_can_be_sent_again(chat: Chat) -> None:
    token = chat.token()
    with chat.socket(token) as socket:
        socket.send_text(hello())
        until(socket, "state")
        chat.store.busy = True
        socket.send_text(message("client-1", "раз"))
        refused = until(socket, "error")
        assert (refused["code"], refused["client_id"], refused["retry_after"]) == ("busy", "client-1", 2.0)
        assert "попробуйте ещё раз" in refused["text"]
        answer = chat.send(token, json.loads(message("client-1", "раз")))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        chat.store.busy = False
        socket.send_text(message("client-1", "раз"))
        assert until(socket, "ack")["seq"] == 1
    assert len(chat.store.accepted) == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "bad_frame"),
        ("null", "bad_frame"),
        ("[]", "bad_frame"),
        ("{", "bad_frame"),
        ("[" * 5_000, "bad_frame"),
        ('{"type":"message","client_id":"client-1","text":' + "[" * 40 + "]" * 40 + "}", "bad_frame"),
        ('{"type":"message","client_id":"client-1","text":{"$ne":1}}', "bad_frame"),
        ('{"type":"message","client_id":"client-1","text":null}', "bad_frame"),
        ('{"type":"message","client_id":"x","text":"a"}', "bad_frame"),
        ('{"type":"message","client_id":"../../etc","text":"a"}', "bad_frame"),
        ('{"type":"message","client_id":7,"text":"a"}', "bad_frame"),
        ('{"type":"message","client_id":"client-1","text":" \\u0000\\u200d"}', "empty"),
        ('{"type":"message","client_id":"client-1","text":" \\u0000 "}', "empty"),
        ('{"type":"press","client_id":"client-1","token":"' + "a" * 65 + '"}', "stale_button"),
        ('{"type":"press","client_id":"client-1","token":"\\u0000"}', "stale_button"),
        ('{"type":"press","client_id":"client-1"}', "stale_button"),
        ('{"type":"older","before":-1}', "bad_frame"),
        ('{"type":"older","before":true}', "bad_frame"),
        ('{"type":"older","before":' + "9" * 40 + "}", "bad_frame"),
        ('{"type":"constructor"}', "unknown_type"),
        ('{"type":["message"]}', "unknown_type"),
        ("{}", "unknown_type"),
        ('{"type":"message","client_id":"client-1","text":"' + "я" * 40_000 + '"}', "too_large"),
    ],
)
def test_bad_frames_have_a_clear_answer_and_the_line_stays_open(chat: Chat, raw: str, code: str | None) -> None:
    token = chat.token()
    with chat.socket(token) as socket:
        socket.send_text(hello())
        until(socket, "state")
        socket.send_text(raw)
        if code:
            refused = until(socket, "error")
            assert refused["code"] == code
            assert refused["text"]
        socket.send_text(message("client-9", "жив"))
        acks = until(socket, "ack")
        assert acks["client_id"] == "client-9" if code else "client-1"
    headers = {"x-chat-token": chat.token(), "origin": ORIGIN}
    answer = chat.client.post("/chat/send", content=raw.encode(), headers=headers)
    assert answer.status_code in ((400, 413) if code else (200,))
    assert answer.json()["frames"][0]["type"] == ("error" if code else "ack")


def test_binary_frames_of_anything_are_answered(chat: Chat) -> None:
    with chat.socket(chat.token()) as socket:
        socket.send_text(hello())
        for raw in (b"\xff\xfe", b"\x00" * 50, message("client-1", "раз").encode("utf-16")):
            socket.send_bytes(raw)
            assert until(socket, "error")["code"] == "bad_frame"
        socket.send_bytes(message("client-1", "раз").encode())
        assert until(socket, "ack")["seq"] == 1


def test_endless_nonsense_ends_the_connection(chat: Chat) -> None:
    with chat.socket(chat.token()) as socket:
        socket.send_text(hello())
        for _ in range(20):
            socket.send_text("{")
        kinds = [json.loads(socket.receive_text())["type"] for _ in range(21)]
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert sorted(kinds) == ["error"] * 20 + ["state"]
    assert closed.value.code == 1008


def test_a_long_line_is_clipped_with_a_note(chat: Chat) -> None:
    answer = chat.send(chat.token(), json.loads(message("client-1", "а" * 5_000)))
    assert answer.json()["frames"][0]["clipped"] is True
    assert chat.store.accepted[0].text == "а" * 4_000
    assert chat.store.accepted[0].data == {"clipped": "yes"}


def test_the_torture_corpus_loses_nothing_and_breaks_nothing(unhurried: Chat) -> None:
    chat, token, kept = unhurried, unhurried.token(), 0
    for number, raw in enumerate(torture_corpus()):
        answer = chat.send(token, {"type": "message", "client_id": f"client-{number}", "text": raw})
        kind = answer.json()["frames"][0]["type"]
        assert (answer.status_code, kind) in ((200, "ack"), (400, "error"))
        kept += kind == "ack"
    assert kept > 450
    assert len(chat.store.accepted) == kept
    shown = 1
    while shown < kept:
        pages = chat.poll(token, after=shown).json()["frames"][1:]
        assert 1 <= len(pages) <= 4
        lines = [line["seq"] for page in pages for line in page["messages"]]
        assert lines == list(range(shown + 1, shown + 1 + len(lines)))
        shown = lines[-1]


def test_too_many_lines_are_slowed_not_lost() -> None:
    for chat in open_chat(rates={"message_burst": 3, "message_per_second": 0.5}):
        token = chat.token()
        answers = [chat.send(token, json.loads(message(f"client-{one}", "раз"))) for one in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[3].headers["retry-after"] == "2"
        assert answers[3].json()["frames"][0]["code"] == "slow"
        assert chat.send(chat.token(), json.loads(message("client-1", "другой"))).status_code == 200


def test_sessions_of_one_address_are_limited_and_the_address_cannot_be_forged() -> None:
    for chat in open_chat(rates={"session_burst": 3, "session_per_second": 0.01}):
        got = [
            chat.client.post(
                "/chat/session", json={"site": "lavanda"}, headers={"origin": ORIGIN, "x-forwarded-for": f"1.2.3.{one}"}
            ).status_code
            for one in range(5)
        ]
        assert got == [200, 200, 200, 429, 429]


def test_sockets_of_one_visitor_are_limited() -> None:
    for chat in open_chat(rates={"sockets_per_visitor": 1}):
        token = chat.token()
        with chat.socket(token) as one:
            one.send_text(hello())
            until(one, "state")
            with chat.socket(token) as two, pytest.raises(WebSocketDisconnect) as closed:
                two.receive_text()
            assert closed.value.code == 4429
        with chat.socket(token) as three:
            three.send_text(hello())
            until(three, "state")


def test_silence_is_filled_with_pings() -> None:
    for chat in open_chat(ping_every=0.1):
        with chat.socket(chat.token()) as socket:
            socket.send_text(hello())
            assert until(socket, "ping") == {"type": "ping"}
            assert until(socket, "ping") == {"type": "ping"}


def test_a_signed_link_opens_the_visitor_it_names(chat: Chat) -> None:
    link = SignedLinks((KEY,), chat.clock).make("lavanda", "demo-anna", chat.clock.now() + timedelta(days=1))
    body = {"site": "lavanda", "link": link}
    token = chat.client.post("/chat/session", json=body, headers={"origin": ORIGIN}).json()["token"]
    chat.send(token, json.loads(message("client-1", "мои записи")))
    assert chat.store.accepted[0].address.peer == "demo-anna"
    body["link"] = link.replace("anna", "vera")
    other = chat.client.post("/chat/session", json=body, headers={"origin": ORIGIN}).json()["token"]
    assert not other.startswith("demo-")


def test_a_month_later_the_token_is_renewed(chat: Chat) -> None:
    token = chat.token()
    chat.clock.advance(days=40)
    renewed = chat.poll(token).json()["frames"][0]["token"]
    assert renewed.split(".")[0] == token.split(".")[0]
    assert "token" not in chat.poll(renewed).json()["frames"][0]


def test_a_body_over_a_megabyte_is_refused(chat: Chat) -> None:
    headers = {"x-chat-token": chat.token(), "origin": ORIGIN}
    answer = chat.client.post("/chat/send", content=b"[" * 1_100_000, headers=headers)
    assert answer.status_code == 413


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


def photo(chat: Chat, token: str, content: bytes, client_id: str = "client-1") -> int:
    headers = {"x-chat-token": token, "origin": ORIGIN, "content-type": "image/png"}
    return int(chat.client.post(f"/chat/photo?client_id={client_id}", content=content, headers=headers).status_code)


def test_a_photo_is_kept_and_shown_by_a_signed_address(chat: Chat) -> None:
    token = chat.token()
    assert photo(chat, token, PNG) == 200
    stored = chat.store.accepted[0]
    assert (stored.kind, dict(stored.data)) == (Kind.MEDIA, {"media": "photo", "media_id": "photo-000001"})
    line = chat.poll(token).json()["frames"][1]["messages"][0]
    shown = chat.client.get(line["media"])
    assert (shown.status_code, shown.headers["content-type"], shown.content) == (200, "image/png", PNG)
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert chat.client.get(line["media"][:-1] + "~").status_code == 404
    assert chat.client.get("/chat/media/photo-000001").status_code == 404


VISIT = Attachment(
    name="visit.ics",
    content_type="text/calendar; charset=utf-8; method=PUBLISH",
    content=b"BEGIN:VCALENDAR",
    label="Добавить в календарь",
)


def test_a_file_of_a_line_is_downloaded_by_a_signed_address(chat: Chat) -> None:
    token, other = chat.token(), chat.token()
    for each in (token, other):
        chat.send(each, json.loads(message("client-1", "запишите")))
        chat.say(chat.address(each), "Записала вас!", files=(VISIT,))
    first, line = chat.poll(token).json()["frames"][1]["messages"]
    assert "choices" not in first
    (file,) = line["choices"]
    assert file["label"] == "Добавить в календарь"
    answer = chat.client.get(f"/chat/{file['token']}")
    assert (answer.status_code, answer.content) == (200, b"BEGIN:VCALENDAR")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.headers["content-disposition"] == 'attachment; filename="visit.ics"'
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("place", "other"),
    [
        ("/1/2/0", "/2/2/0"),
        ("/1/2/0", "/1/1/0"),
        ("/1/2/0", "/1/2/1"),
        ("/1/2/0", "/1/2/-1"),
        ("/1/2/0", "/1/2/" + "9" * 5000),
        ("until=", "until=9"),
        ("sig=", "sig=A"),
    ],
)
def test_another_address_of_a_file_leads_nowhere(chat: Chat, place: str, other: str) -> None:
    for token in (chat.token(), chat.token()):
        chat.send(token, json.loads(message("client-1", "запишите")))
        chat.say(chat.address(token), "Записала вас!", files=(VISIT, VISIT))
    files = MediaLinks((KEY,), chat.clock, "/chat")
    good = f"/chat/{files.file_place(1, 2, 0)}"
    assert chat.client.get(good).status_code == 200
    assert place in good
    assert chat.client.get(good.replace(place, other, 1)).status_code == 404


def test_what_is_no_photo_is_refused(chat: Chat) -> None:
    token = chat.token()
    for content in (
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"RIFF0000WAVE",
    ):
        assert photo(chat, token, content) == 415
    assert photo(chat, token, PNG, "x") == 400
    assert photo(chat, "nonsense", PNG) == 401
    assert photo(chat, token, b"\xff\xd8\xff" + b"\0" * 9_000_000) == 413
    assert [photo(chat, token, PNG, f"client-{one}") for one in range(4)] == [200, 200, 200, 409]


@pytest.fixture
def chat_of_small_photos() -> Iterator[Chat]:
    yield from open_chat(photo_bytes=1_000)


def test_the_salon_may_want_smaller_photos(chat_of_small_photos: Chat) -> None:
    token = chat_of_small_photos.token()
    assert photo(chat_of_small_photos, token, PNG + b"\0" * 1_000) == 413
    assert photo(chat_of_small_photos, token, PNG) == 200


@pytest.fixture
def chat_in_pieces() -> Iterator[Chat]:
    yield from open_chat(poll_for=0.2)


def test_a_poll_during_a_busy_store_ends_quietly(chat_in_pieces: Chat) -> None:
    token = chat_in_pieces.token()
    chat_in_pieces.store.busy = True
    assert chat_in_pieces.poll(token, wait=1).json() == {"frames": []}


@pytest.mark.parametrize(
    ("given", "kept"),
    [("insta_bride", "insta_bride"), ("  vk ", "vk"), ("x" * 500, "x" * 64), (5, ""), (None, "")],
)
def test_the_tag_of_a_link_comes_with_a_line_and_a_press(given: object, kept: str) -> None:
    said = read_frame(json.dumps({"type": "message", "client_id": "abcdefgh", "text": "hi", "source": given}))
    pressed = read_frame(json.dumps({"type": "press", "client_id": "abcdefgh", "token": "abc", "source": given}))
    assert isinstance(said, Said)
    assert isinstance(pressed, Pressed)
    assert said.source == pressed.source == kept
