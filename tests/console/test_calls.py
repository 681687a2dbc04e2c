"""The inbox's calls: claim, reply, return, reading; what they refuse and what they never show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest
from starlette.testclient import TestClient

from dialog.ids import ConversationId
from handoff.roles import Role
from tests.console.salon import ORIGIN, Browser, Salon

PHONE = "+79161231234"


@pytest.fixture
async def number(salon: Salon) -> ConversationId:
    """A conversation that waits, with a phone wherever a client may leave one."""
    now = salon.clock.now()
    number = await salon.desk.open("conv-1", now, name=f"Анна {PHONE}", phone=PHONE)
    await salon.desk.say(number, "client", "мой номер 8 (916) 123-12-34, перезвоните", now)
    await salon.desk.say(number, "bot", f"Записала: {PHONE}", now, choices=(f"Верно, {PHONE}", "Изменить"))
    words = {"rule": "mood", "words": [f"звоните {PHONE}"], "weight": 1.0}
    answers = {"phone": PHONE, "wish": f"звоните на {PHONE}", "service": "Стрижка"}
    await salon.desk.hand_over(
        number, now, label="upset", priority=1, reason="mood", triggers=(words,), answers=answers
    )
    return number


@pytest.fixture
async def inna(salon: Salon, number: ConversationId) -> None:
    """A manager is hired."""
    await salon.hire(Role.MANAGER, "Инна", "inna")


@pytest.fixture
def desk(inna: None, browser: Browser) -> Browser:
    """A manager's browser, logged in."""
    assert browser.log_in("inna") == 200
    return browser


@pytest.fixture
def other(salon: Salon) -> Iterator[Browser]:
    """A second browser, not logged in."""
    with TestClient(salon.twin().app(), base_url=ORIGIN) as client:
        yield Browser(client)


def post(browser: Browser, path: str, **body: object) -> httpx2.Response:
    return browser.client.post(f"/console/api/conversations/{path}", json=body, headers=browser.headers())


def get(browser: Browser, path: str) -> httpx2.Response:
    return browser.client.get(f"/console/api/{path}")


async def lines(salon: Salon, number: ConversationId, author: str) -> list[str]:
    return [line.text for line in await salon.desk.after(number, 0, 1000) if line.author == author]


async def test_where_a_client_must_write_first_an_answer_is_refused_in_words(salon: Salon, desk: Browser) -> None:
    """Up to the last moment it goes; after that it is not lost in a queue but stays with whoever wrote it."""
    now = salon.clock.now()
    for public_id, until in (("in-time", now + timedelta(seconds=1)), ("too-late", now)):
        await salon.desk.open(public_id, now, channel="whatsapp", owner="waiting", window_until=until)
        item = post(desk, f"{public_id}/claim", epoch=0).json()["item"]
        assert (item["window_hours"], item["window_until"]) == (24, until.isoformat())
    assert post(desk, "in-time/reply", epoch=1, text="Ждём вас", client_id="abcdefgh-1").status_code == 200
    refused = post(desk, "too-late/reply", epoch=1, text="Ждём вас", client_id="abcdefgh-2")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "window_closed")
    assert "сначала должен написать клиент" in refused.json()["error"]["message"]


async def test_claim_reply_return(salon: Salon, desk: Browser, number: ConversationId) -> None:
    claimed = post(desk, "conv-1/claim", epoch=1)
    assert claimed.status_code == 200
    assert claimed.json()["item"]["owner"] == "human"
    said = post(desk, "conv-1/reply", epoch=2, text="  Анна, здравствуйте!\x00 ", client_id="abcdefgh-1")
    assert said.json() == {"client_id": "abcdefgh-1", "fresh": True, "seq": 3}
    again = post(desk, "conv-1/reply", epoch=2, text="Анна, здравствуйте!", client_id="abcdefgh-1")
    assert again.json() == {"client_id": "abcdefgh-1", "fresh": False, "seq": 3}
    assert await lines(salon, number, "manager") == ["Анна, здравствуйте!"]
    back = post(desk, "conv-1/return", epoch=2, choice="step", client_id="abcdefgh-2")
    assert back.json()["item"]["owner"] == "bot"
    assert post(desk, "conv-1/return", epoch=2, choice="step", client_id="abcdefgh-2").status_code == 200
    assert salon.desk.returned == [("conv-1", "step")]


async def test_whoever_comes_second_learns_who_was_first(salon: Salon, desk: Browser, other: Browser) -> None:
    vera = await salon.hire(Role.OWNER, "Вера", "vera")
    other.log_in("vera")
    assert post(other, "conv-1/claim", epoch=1).status_code == 200
    refused = post(desk, "conv-1/claim", epoch=1)
    assert refused.status_code == 409
    error = refused.json()["error"]
    assert (error["code"], error["holder"], error["name"]) == ("conflict", vera.id, "Вера")
    assert error["message"] == "Этот диалог уже ведёт Вера."
    assert post(desk, "conv-1/reply", epoch=2, text="я тут", client_id="abcdefgh-1").status_code == 409
    assert post(desk, "conv-1/return", epoch=2, choice="menu", client_id="abcdefgh-2").status_code == 409


async def test_an_old_view_of_the_conversation_is_refused(desk: Browser) -> None:
    assert post(desk, "conv-1/claim", epoch=0).json()["error"]["code"] == "stale"
    assert post(desk, "conv-1/claim", epoch=1).status_code == 200
    assert post(desk, "conv-1/reply", epoch=1, text="я тут", client_id="abcdefgh-1").status_code == 409


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("claim", {"epoch": 1}),
        ("reply", {"epoch": 1, "text": "да", "client_id": "abcdefgh"}),
        ("return", {"epoch": 1, "choice": "menu", "client_id": "abcdefgh"}),
    ],
)
async def test_a_store_that_cannot_write_says_when_to_come_again(
    salon: Salon, desk: Browser, path: str, body: dict[str, object]
) -> None:
    salon.desk.busy = True
    refused = post(desk, f"conv-1/{path}", **body)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "3")
    assert "Ничего не потеряно" in refused.json()["error"]["message"]


BAD = [
    ("claim", {}),
    ("claim", {"epoch": "1"}),
    ("claim", {"epoch": True}),
    ("claim", {"epoch": -1}),
    ("claim", {"epoch": 2**70}),
    ("claim", {"epoch": 1, "owner_id": 1}),
    ("claim", {"epoch": {"$ne": 0}}),
    ("reply", {"epoch": 1, "client_id": "abcdefgh"}),
    ("reply", {"epoch": 1, "client_id": "abcdefgh", "text": " \x00\n "}),
    ("reply", {"epoch": 1, "client_id": "abcdefgh", "text": "я" * 4001}),
    ("reply", {"epoch": 1, "client_id": "abcdefgh", "text": ["да"]}),
    ("reply", {"epoch": 1, "client_id": "short", "text": "да"}),
    ("reply", {"epoch": 1, "client_id": "../../etc", "text": "да"}),
    ("reply", {"epoch": 1, "client_id": "abcdefgh", "text": "да", "author": "bot"}),
    ("return", {"epoch": 1, "client_id": "abcdefgh", "choice": "sell"}),
    ("return", {"epoch": 1, "client_id": "abcdefgh", "choice": None}),
]


@pytest.mark.parametrize(("path", "body"), BAD, ids=str)
async def test_what_was_not_meant_is_refused_clearly(
    salon: Salon, desk: Browser, path: str, body: dict[str, object]
) -> None:
    before = await salon.desk.last_event()
    answer = post(desk, f"conv-1/{path}", **body)
    assert answer.status_code == 422
    assert answer.json()["error"]["fields"]
    assert await salon.desk.last_event() == before


RAW = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b'{"epoch": NaN}',
    b"\xff\xfe",
    b"[" * 30000,
    b'{"a":' * 12000,
    b'{"epoch":1,"text":"\\ud800","client_id":"abcdefgh"}',
    b'{"epoch":1,"epoch":"2"}',
    b'{"epoch":' + b"9" * 5000 + b"}",
]


@pytest.mark.parametrize("body", RAW, ids=lambda body: repr(body[:24]))
async def test_no_body_however_odd_is_our_fault(desk: Browser, body: bytes) -> None:
    headers = {**desk.headers(), "content-type": "application/json"}
    answer = desk.client.post("/console/api/conversations/conv-1/reply", content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]["message"]


async def test_a_body_that_is_too_long_is_not_read(desk: Browser) -> None:
    headers = {**desk.headers(), "content-type": "application/json"}
    address = "/console/api/conversations/conv-1/claim"
    for content in (b" " * 70000, iter([b"x" * 40000] * 3)):
        assert desk.client.post(address, content=content, headers=headers).status_code == 413


@pytest.mark.parametrize("public_id", ["missing", "conv-1%00", "..%2F..", "x" * 300, "conv-1'--", "%D0%BF", "1"])
async def test_what_is_not_there_is_not_there(desk: Browser, public_id: str) -> None:
    assert get(desk, f"conversations/{public_id}").status_code == 404
    assert get(desk, f"conversations/{public_id}/messages").status_code == 404
    assert post(desk, f"{public_id}/claim", epoch=0).status_code == 404


@pytest.mark.parametrize("query", ["box=all", "box=", "box=waiting'", "box[$ne]=x&box=x"])
async def test_only_the_four_boxes_are_read(desk: Browser, query: str) -> None:
    assert get(desk, f"inbox?{query}").status_code == 422


@pytest.mark.parametrize("query", ["after=-1", "after=x", "before=99999999999999999999", "after=1.5"])
async def test_places_in_a_conversation_are_numbers(desk: Browser, query: str) -> None:
    assert get(desk, f"conversations/conv-1/messages?{query}").status_code == 422


async def test_boxes_and_counts(salon: Salon, desk: Browser) -> None:
    waiting = get(desk, "inbox").json()
    assert [item["id"] for item in waiting["items"]] == ["conv-1"]
    assert waiting["counts"] == {"waiting": 1, "mine": 0, "bot": 0, "closed": 0}
    post(desk, "conv-1/claim", epoch=1)
    assert get(desk, "inbox?box=mine").json()["counts"]["mine"] == 1
    assert get(desk, "inbox?box=waiting").json()["items"] == []


async def test_lines_are_read_forwards_and_backwards(salon: Salon, desk: Browser, number: ConversationId) -> None:
    for index in range(250):
        await salon.desk.say(number, "client", f"строка {index}", salon.clock.now())
    opened = get(desk, "conversations/conv-1").json()["messages"]
    assert [line["seq"] for line in opened] == list(range(153, 253))
    earlier = get(desk, "conversations/conv-1/messages?before=153").json()["messages"]
    assert [line["seq"] for line in earlier] == list(range(53, 153))
    later = get(desk, "conversations/conv-1/messages?after=250").json()["messages"]
    assert [line["seq"] for line in later] == [251, 252]


READS = ("inbox", "conversations/conv-1", "conversations/conv-1/messages")


async def test_a_manager_sees_no_phone_anywhere(salon: Salon, desk: Browser) -> None:
    await salon.desk.tell("lead", ConversationId(1), {"phone": PHONE, "wish": f"звоните {PHONE}"}, salon.clock.now())
    pages = [get(desk, path).text for path in READS] + [desk.open("/inbox"), desk.open("/news")]
    for page in pages:
        digits = "".join(sign for sign in page if sign.isdigit())
        assert "9161231234" not in digits
    assert "+7 9•• •••-12-34" in pages[1]


async def test_a_leader_reads_what_was_written_but_the_card_stays_masked(
    salon: Salon, other: Browser, number: ConversationId
) -> None:
    await salon.hire(Role.ADMIN)
    other.log_in("admin")
    opened = get(other, "conversations/conv-1").json()
    assert opened["messages"][0]["text"] == "мой номер 8 (916) 123-12-34, перезвоните"
    assert opened["card"]["phone"] == "+7 9•• •••-12-34"
    assert opened["item"]["answers"]["phone"] == "+7 9•• •••-12-34"


async def test_tokens_of_buttons_stay_on_the_server(salon: Salon, other: Browser, number: ConversationId) -> None:
    await salon.hire(Role.OWNER)
    other.log_in("owner")
    assert "secret-" not in "".join(get(other, path).text for path in READS)


async def test_news_are_marked_as_seen_up_to_what_there_is(salon: Salon, desk: Browser) -> None:
    for _ in range(3):
        await salon.desk.tell("lead", ConversationId(1), {"name": "Анна"}, salon.clock.now())
    assert get(desk, "news/count").json() == {"count": 3}
    desk.client.post("/console/api/news/seen", json={"news_id": 2}, headers=desk.headers())
    assert get(desk, "news/count").json() == {"count": 1}
    desk.client.post("/console/api/news/seen", json={"news_id": 2**60}, headers=desk.headers())
    await salon.desk.tell("lead", ConversationId(1), {"name": "Анна"}, salon.clock.now())
    assert get(desk, "news/count").json() == {"count": 1}


async def test_refusals_speak_the_persons_language(desk: Browser) -> None:
    desk.client.cookies.set("zabota-language", "en", domain="salon.test", path="/")
    assert get(desk, "conversations/missing").json()["error"]["message"] == "There is no such page or conversation."
    desk.client.cookies.set("zabota-language", "../../etc", domain="salon.test", path="/")
    assert "нет" in get(desk, "conversations/missing").json()["error"]["message"]
