"""The people of the salon: one-time links, who may manage whom, shutting somebody out."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx2
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from console.visit import token_hash
from handoff.roles import Role
from tests.console.salon import ORIGIN, Browser, Salon, csrf_of

GOOD = "сирень цветёт в мае"


def welcome(browser: Browser, path: str, **body: str) -> int:
    browser.open(path)
    body = {"name": "Полина", "login": "polina", "password": GOOD, **body}
    answer = browser.client.post(f"/console/api{path}", json=body, headers=browser.headers())
    return answer.status_code


def link_path(link: str) -> str:
    assert link.startswith(f"{ORIGIN}/console/welcome/")
    return link.removeprefix(f"{ORIGIN}/console")


def call(browser: Browser, path: str, **body: object) -> httpx2.Response:
    return browser.client.post(f"/console/api{path}", json=body, headers=browser.headers())


async def test_the_first_owner_comes_in_once(salon: Salon, browser: Browser) -> None:
    path = await salon.owner_path()
    assert path
    assert welcome(browser, path) == 200
    assert browser.client.get("/console/people").status_code == 200
    assert welcome(browser, path) == 410
    assert await salon.owner_path() is None


async def test_only_the_last_printed_link_makes_an_owner(salon: Salon, browser: Browser) -> None:
    first, second = await salon.owner_path(), await salon.owner_path()
    assert first
    assert second
    assert welcome(browser, first) == 410
    assert welcome(browser, second) == 200


async def test_of_ten_who_spend_one_link_at_once_one_comes_in(salon: Salon) -> None:
    path = await salon.owner_path()
    transport = httpx2.ASGITransport(app=salon.app())
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        page = await client.get(f"/console{path}")
        headers = {"x-csrf": csrf_of(page.text), "origin": ORIGIN}
        cookies = dict(client.cookies)

        async def one(number: int) -> int:
            body = {"name": "Кто-то", "login": f"login{number}", "password": GOOD}
            async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies) as own:
                return (await own.post(f"/console/api{path}", json=body, headers=headers)).status_code

        statuses = await asyncio.gather(*(one(number) for number in range(10)))
    assert sorted(statuses) == [200] + [410] * 9
    assert len(await salon.accounts.users()) == 1


async def test_a_link_expires(salon: Salon, browser: Browser) -> None:
    path = await salon.owner_path()
    assert path
    salon.clock.pass_by(timedelta(days=3, seconds=1))
    assert welcome(browser, path) == 410
    assert browser.client.get(f"/console{path}").status_code == 410


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "1234567890"}, "password"),
        ({"password": "ЙЦУКЕН12345"}, "password"),
        ({"password": "aaaaaaaaaaaa"}, "password"),
        ({"password": "abcdefghijklm"}, "password"),
        ({"password": "polina-polina"}, "password"),
        ({"login": "no spaces"}, "login"),
        ({"login": "x"}, "login"),
        ({"login": "<script>"}, "login"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"role": "owner"}, "role"),
    ],
)
async def test_a_bad_field_is_named_in_russian(
    salon: Salon, browser: Browser, body: dict[str, str], field: str
) -> None:
    path = await salon.owner_path()
    browser.open(path or "")
    sent = {"name": "Полина", "login": "polina", "password": GOOD, **body}
    answer = browser.client.post(f"/console/api{path}", json=sent, headers=browser.headers())
    assert answer.status_code == 422
    assert field in answer.json()["error"]["fields"]
    assert any("а" <= sign <= "я" for sign in answer.json()["error"]["fields"][field])
    assert await salon.accounts.users() == []


async def test_a_login_that_is_taken_leaves_the_link_open(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.MASTER, login="polina")
    path = await salon.owner_path()
    assert path
    assert welcome(browser, path, login="POLINA") == 409
    assert welcome(browser, path, login="polina2") == 200


MAY = {
    Role.OWNER: {"owner", "admin", "manager", "master"},
    Role.ADMIN: {"manager", "master"},
    Role.MANAGER: set(),
    Role.MASTER: set(),
}


@pytest.mark.parametrize("role", Role)
async def test_who_may_invite_whom(salon: Salon, browser: Browser, role: Role) -> None:
    await salon.hire(role)
    browser.log_in(role.value)
    invited = {other.value for other in Role if call(browser, "/people/invites", role=other.value).status_code == 200}
    assert invited == MAY[role]


@pytest.mark.parametrize("act", ["disable", "enable", "password"])
@pytest.mark.parametrize("role", Role)
async def test_who_may_manage_whom(salon: Salon, browser: Browser, role: Role, act: str) -> None:
    await salon.hire(role, login="me")
    others = {other: await salon.hire(other, login=f"other-{other.value}") for other in Role}
    browser.log_in("me")
    managed = {
        other.value for other, user in others.items() if call(browser, f"/people/{user.id}/{act}").status_code == 200
    }
    assert managed == MAY[role]


async def test_nobody_shuts_out_oneself_or_a_stranger(salon: Salon, browser: Browser) -> None:
    owner = await salon.hire(Role.OWNER)
    browser.log_in("owner")
    assert call(browser, f"/people/{owner.id}/disable").status_code == 409
    for stranger in ("4711", "0", "-1", "9" * 30, "1e3", "x"):
        assert call(browser, f"/people/{stranger}/disable").status_code in (404, 422), stranger


async def test_two_owners_do_not_leave_the_salon_without_one(salon: Salon) -> None:
    first = await salon.hire(Role.OWNER, login="first")
    second = await salon.hire(Role.OWNER, login="second")
    with TestClient(salon.app(), base_url=ORIGIN) as one, TestClient(salon.twin().app(), base_url=ORIGIN) as two:
        left, right = Browser(one), Browser(two)
        left.log_in("first")
        right.log_in("second")
        assert call(left, f"/people/{second.id}/disable").status_code == 200
        assert call(right, f"/people/{first.id}/disable").status_code == 401
    assert [user.disabled_at is None for user in await salon.accounts.users()] == [True, False]


async def test_shutting_out_ends_sessions_sockets_and_links(salon: Salon) -> None:
    await salon.hire(Role.OWNER)
    inna = await salon.hire(Role.MANAGER)
    with TestClient(salon.app(), base_url=ORIGIN) as client, TestClient(salon.twin().app(), base_url=ORIGIN) as other:
        owner, manager = Browser(client), Browser(other)
        owner.log_in("owner")
        manager.log_in("manager")
        link = link_path(call(owner, f"/people/{inna.id}/password").json()["link"])
        with other.websocket_connect("ws://salon.test/console/ws", headers={"origin": ORIGIN}) as socket:
            socket.send_text('{"after":0}')
            assert b"hello" in socket.receive_bytes()
            assert call(owner, f"/people/{inna.id}/disable").status_code == 200
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_bytes()
        assert closed.value.code == 4401
        assert other.get("/console/api/inbox").status_code == 401
        assert other.get(f"/console{link}").status_code == 410
        assert manager.log_in("manager") == 401
        assert call(owner, f"/people/{inna.id}/enable").status_code == 200
        assert other.get("/console/api/inbox").status_code == 401
        assert manager.log_in("manager") == 200
    did = [line.what for line in salon.accounts.audit if line.about]
    assert did == ["invited", "disabled", "enabled"]


async def test_a_new_password_by_link_ends_every_session(salon: Salon, browser: Browser) -> None:
    inna = await salon.hire(Role.MANAGER, "Инна")
    await salon.hire(Role.OWNER)
    browser.log_in("manager")
    old = browser.client.cookies["zabota"]
    browser.client.cookies.clear()
    browser.log_in("owner")
    path = link_path(call(browser, f"/people/{inna.id}/password").json()["link"])
    browser.client.cookies.clear()
    assert "Инна" in browser.open(path)
    assert welcome(browser, path, name="Чужое имя", login="chuzhoy") == 200
    user = await salon.accounts.user(inna.id)
    assert user
    assert (user.name, user.login, user.role) == ("Инна", "manager", Role.MANAGER)
    assert await salon.accounts.find_sessions([token_hash(old)]) == {}
    browser.client.cookies.clear()
    assert browser.log_in("manager") == 401
    assert browser.log_in("manager", GOOD) == 200


async def test_a_cancelled_link_is_worthless(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    await salon.hire(Role.ADMIN)
    browser.log_in("owner")
    path = link_path(call(browser, "/people/invites", role="owner").json()["link"])
    invite = (await salon.accounts.invites(salon.clock.now()))[0]
    browser.client.cookies.clear()
    browser.log_in("admin")
    assert call(browser, f"/people/invites/{invite.id}/cancel").status_code == 404
    browser.client.cookies.clear()
    browser.log_in("owner")
    assert call(browser, f"/people/invites/{invite.id}/cancel").status_code == 200
    assert browser.client.get(f"/console{path}").status_code == 410


async def test_own_sessions_are_listed_and_ended_one_by_one(salon: Salon) -> None:
    await salon.hire(Role.MANAGER)
    foreign = await salon.hire(Role.MASTER)
    with TestClient(salon.app(), base_url=ORIGIN) as client, TestClient(salon.twin().app(), base_url=ORIGIN) as other:
        here, there = Browser(client), Browser(other)
        here.log_in("manager")
        there.log_in("manager")
        page = here.open("/account")
        assert page.count("/api/account/sessions/") == 1
        Browser(TestClient(salon.twin().app(), base_url=ORIGIN)).log_in("master")
        theirs = (await salon.accounts.sessions_of(foreign.id))[0]
        assert call(here, f"/account/sessions/{theirs.id}/end").status_code == 404
        mine = page.split("/api/account/sessions/")[1].split("/")[0]
        assert call(here, f"/account/sessions/{mine}/end").status_code == 200
        assert other.get("/console/api/session").status_code == 401
        assert client.get("/console/api/session").status_code == 200
    assert len(await salon.accounts.sessions_of(foreign.id)) == 1


async def test_changing_the_password_ends_the_other_sessions(salon: Salon) -> None:
    await salon.hire(Role.MANAGER)
    with TestClient(salon.app(), base_url=ORIGIN) as client, TestClient(salon.twin().app(), base_url=ORIGIN) as other:
        here, there = Browser(client), Browser(other)
        here.log_in("manager")
        there.log_in("manager")
        assert call(here, "/account/password", old="wrong", new=GOOD).status_code == 403
        assert call(here, "/account/password", old="рыжий кот спит до обеда", new="short").status_code == 422
        assert call(here, "/account/password", old="рыжий кот спит до обеда", new=GOOD).status_code == 200
        assert client.get("/console/api/session").status_code == 200
        assert other.get("/console/api/session").status_code == 401
        for _ in range(8):
            last = call(here, "/account/password", old="wrong", new=GOOD).status_code
        assert last == 429


async def test_the_owner_takes_the_audit_log_away_and_that_is_in_it(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER, "Вера", "vera")
    browser.log_in("vera")
    assert "/console/audit.csv" in browser.open("/people")
    table = browser.client.get("/console/audit.csv")
    assert table.headers["content-disposition"] == 'attachment; filename="zabota-audit.csv"'
    rows = table.text.lstrip("\ufeff").splitlines()
    assert rows[0].startswith('"id","at","who"')
    assert [row.split('","')[3] for row in rows[1:]] == ["login", "audit exported"]
    await salon.hire(Role.ADMIN, "Алла", "alla")
    browser.log_in("alla")
    assert "/console/audit.csv" not in browser.open("/people")


async def test_what_the_leaver_led_is_back_in_the_queue_and_reported(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    inna = await salon.hire(Role.MANAGER)
    now = salon.clock.now()
    for name, holder in (("conv-1", inna.id), ("conv-2", None)):
        number = await salon.desk.open(name, now, name="Анна +79161231234")
        await salon.desk.hand_over(number, now, label="human", priority=3, reason="asked")
        if holder is not None:
            await salon.desk.claim(number, holder, 1, now)
    browser.log_in("owner")
    report = call(browser, f"/people/{inna.id}/disable").json()["report"]
    assert report == {"name": "Manager", "sessions": 0, "held": [{"id": "conv-1", "name": "Анна +79161231234"}]}
    item = await salon.desk.item("conv-1")
    assert item is not None
    assert (item.owner, item.owner_id, item.reason) == ("waiting", None, "left")
    did = [(line.what, line.about) for line in salon.accounts.audit][-2:]
    assert did == [("disabled", f"user {inna.id}"), ("conversations returned", f"user {inna.id}: conv-1")]
