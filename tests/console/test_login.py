"""Coming in: sessions, guesses, other sites' pages."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx2
import pytest
from starlette.testclient import TestClient

from console.visit import token_hash
from handoff.roles import Role
from tests.console.salon import ORIGIN, PASSWORD, Browser, Salon, csrf_of


async def test_the_right_password_begins_a_session_under_a_new_id(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.MANAGER)
    browser.client.cookies.set("zabota", "chosen-by-an-attacker", domain="salon.test", path="/")
    assert browser.log_in("manager") == 200
    token = browser.client.cookies["zabota"]
    assert token != "chosen-by-an-attacker"
    assert len(token) == 64
    assert list(await salon.accounts.find_sessions([token_hash(token)])) == [token_hash(token)]
    assert browser.client.get("/console/api/session").status_code == 200


async def test_a_second_login_ends_the_first_session_of_the_browser(salon: Salon, browser: Browser) -> None:
    user = await salon.hire(Role.MANAGER)
    browser.log_in("manager")
    first = browser.client.cookies["zabota"]
    body = {"login": "manager", "password": PASSWORD}
    browser.client.post("/console/api/login", json=body, headers=browser.headers())
    assert browser.client.cookies["zabota"] != first
    assert len(await salon.accounts.sessions_of(user.id)) == 1


async def test_cookies_are_bound_to_the_host_under_https() -> None:
    salon = Salon(public_url="https://salon.test/")
    await salon.hire(Role.OWNER)
    with TestClient(salon.app(), base_url="https://salon.test") as client:
        page = client.get("/console/login")
        headers = {"x-csrf": csrf_of(page.text), "origin": "https://salon.test"}
        body = {"login": "owner", "password": PASSWORD}
        answer = client.post("/console/api/login", json=body, headers=headers)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-zabota=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert answer.headers["strict-transport-security"]


async def test_a_bare_address_is_warned_about(salon: Salon, browser: Browser) -> None:
    assert "не защищён" in browser.open("/login")
    with TestClient(salon.twin().app(), base_url="http://127.0.0.1:8080") as client:
        assert "не защищён" not in client.get("/console/login").text
    with TestClient(Salon(public_url="https://salon.test").app(), base_url="http://salon.test") as client:
        assert "не защищён" not in client.get("/console/login").text


async def test_an_old_session_ends_unused_or_after_a_week(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.MANAGER)
    browser.log_in("manager")
    salon.clock.pass_by(timedelta(hours=11, minutes=59))
    assert browser.client.get("/console/api/session").status_code == 200
    salon.clock.pass_by(timedelta(hours=12))
    assert browser.client.get("/console/api/session").status_code == 401

    browser.log_in("manager")
    for _ in range(14):
        salon.clock.pass_by(timedelta(hours=11, minutes=50))
        alive = browser.client.get("/console/api/session").status_code == 200
    assert alive
    salon.clock.pass_by(timedelta(hours=3))
    assert browser.client.get("/console/api/session").status_code == 401


async def test_reading_goes_on_when_nothing_can_be_written(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.MANAGER)
    browser.log_in("manager")
    salon.accounts.busy = True
    salon.clock.pass_by(timedelta(hours=1))
    assert browser.client.get("/console/api/inbox").status_code == 200
    refused = browser.client.post("/console/api/logout", json={}, headers=browser.headers())
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "3"


async def test_wrong_login_and_wrong_password_look_the_same(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.MANAGER)
    browser.open("/login")
    answers = [
        browser.client.post("/console/api/login", json=body, headers=browser.headers())
        for body in ({"login": "manager", "password": "no"}, {"login": "nobody", "password": PASSWORD})
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].text == answers[1].text


async def test_a_disabled_person_cannot_log_in(salon: Salon, browser: Browser) -> None:
    user = await salon.hire(Role.MANAGER)
    await salon.accounts.disable(user.id, salon.clock.now())
    assert browser.log_in("manager") == 401


async def guess(salon: Salon, count: int, login: str, address: str) -> list[int]:
    """``count`` guesses at once from one address; the statuses of the answers."""
    transport = httpx2.ASGITransport(app=salon.app(), client=(address, 1234))
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        page = await client.get("/console/login")
        headers = {"x-csrf": csrf_of(page.text), "origin": ORIGIN}

        async def one(number: int) -> int:
            body = {"login": login.format(number), "password": f"guess {number}"}
            return (await client.post("/console/api/login", json=body, headers=headers)).status_code

        return list(await asyncio.gather(*(one(number) for number in range(count))))


async def test_of_a_thousand_guesses_at_once_five_are_looked_at(salon: Salon) -> None:
    await salon.hire(Role.OWNER)
    statuses = await guess(salon, 1000, "owner", "203.0.113.9")
    assert statuses.count(401) == 5
    assert statuses.count(429) == 995


async def test_one_address_does_not_get_more_by_trying_many_logins(salon: Salon) -> None:
    statuses = await guess(salon, 200, "somebody{}", "203.0.113.9")
    assert statuses.count(401) == 5


async def test_many_addresses_do_not_get_more_at_one_login(salon: Salon) -> None:
    counts = [(await guess(salon, 2, "owner", f"203.0.113.{number}")).count(401) for number in range(20)]
    assert sum(counts) == 5


async def test_the_wait_grows_and_the_right_password_works_after_it(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    assert [browser.log_in("owner", "wrong") for _ in range(6)] == [401] * 5 + [429]
    salon.clock.pass_by(timedelta(seconds=16))
    assert [browser.log_in("owner", "wrong") for _ in range(2)] == [401, 429]
    salon.clock.pass_by(timedelta(seconds=16))
    assert browser.log_in("owner") == 429
    salon.clock.pass_by(timedelta(seconds=15))
    assert browser.log_in("owner") == 200


async def test_an_own_account_does_not_buy_more_guesses_at_another(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    await salon.hire(Role.MASTER)
    looked_at = 0
    for _ in range(30):
        looked_at += browser.log_in("owner", "wrong") == 401
        browser.client.cookies.clear()
        browser.log_in("master")
        browser.client.cookies.clear()
    assert looked_at <= 5


async def test_an_own_account_does_not_buy_guesses_at_many(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.MASTER)
    looked_at = 0
    for number in range(30):
        looked_at += browser.log_in(f"colleague{number}", "wrong") == 401
        browser.client.cookies.clear()
        browser.log_in("master")
        browser.client.cookies.clear()
    assert looked_at <= 5


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [((), "198.51.100.1", "testclient"), (("203.0.113.0/24",), "6.6.6.6, 198.51.100.1", "198.51.100.1")],
)
def test_only_named_proxies_may_say_who_came(proxies: tuple[str, ...], forwarded: str, counted: str) -> None:
    from starlette.requests import HTTPConnection

    from console.addresses import client_address

    scope = {
        "type": "http",
        "client": ("203.0.113.5", 1) if proxies else ("192.0.2.1", 1),
        "headers": [(b"x-forwarded-for", forwarded.encode())],
    }
    expected = counted if proxies else "192.0.2.1"
    assert client_address(HTTPConnection(scope), proxies) == expected


def test_neighbours_in_one_ipv6_network_are_counted_together() -> None:
    from starlette.requests import HTTPConnection

    from console.addresses import client_address

    found = {
        client_address(HTTPConnection({"type": "http", "client": (host, 1), "headers": []}), ())
        for host in ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:0:9::1")
    }
    assert found == {"2001:db8::/64"}


FOREIGN = (
    {"origin": "http://evil.test"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "http://salon.test.evil.test"},
    {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
    {"origin": ORIGIN, "sec-fetch-site": "same-site"},
    {"origin": ORIGIN, "x-csrf": ""},
    {"origin": ORIGIN, "x-csrf": "0" * 96},
)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_another_sites_page_changes_nothing(salon: Salon, browser: Browser, headers: dict[str, str]) -> None:
    await salon.hire(Role.OWNER)
    browser.log_in("owner")
    for method, path in posts(salon):
        sent = {"x-csrf": browser.csrf, "sec-fetch-site": "cross-site", **headers}
        if "x-csrf" in headers:
            sent["sec-fetch-site"] = "same-origin"
        elif headers["origin"] == ORIGIN:
            pass
        else:
            del sent["sec-fetch-site"]
        answer = browser.client.request(method, path, json={}, headers=sent)
        assert answer.status_code == 403, path
    assert browser.client.get("/console/api/session").status_code == 200


def posts(salon: Salon) -> list[tuple[str, str]]:
    from tests.console.test_matrix import address

    return [(door.method, address(door.path)) for door in salon.doors if door.method == "POST"]


async def test_the_token_of_another_session_is_worthless(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    await salon.hire(Role.MANAGER)
    browser.log_in("manager")
    stolen = browser.csrf
    browser.client.cookies.clear()
    browser.log_in("owner")
    answer = browser.client.post("/console/api/logout", json={}, headers={"origin": ORIGIN, "x-csrf": stolen})
    assert answer.status_code == 403


async def test_packed_pages_do_not_betray_the_token(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    browser.log_in("owner")
    tokens = [csrf_of(browser.open("/account")) for _ in range(3)]
    assert len(set(tokens)) == 3
    for token in tokens:
        headers = {"origin": ORIGIN, "x-csrf": token}
        assert browser.client.post("/console/api/news/seen", json={"news_id": 0}, headers=headers).status_code == 200


async def test_a_form_of_another_site_is_refused_even_with_our_origin(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    browser.open("/login")
    answer = browser.client.post(
        "/console/api/login",
        content=b'{"login": "owner", "password": "x"}',
        headers={**browser.headers(), "content-type": "text/plain"},
    )
    assert answer.status_code == 422
