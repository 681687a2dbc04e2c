"""A stranger who guesses at a login does not lock out the browsers in which its owner has been before."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from handoff.roles import Role
from tests.console.salon import ORIGIN, PASSWORD, Browser, Salon
from tests.console.test_login import guess


async def test_a_strangers_guesses_do_not_lock_out_a_known_browser(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    assert browser.log_in("owner") == 200
    browser.client.post("/console/api/logout", json={}, headers=browser.headers())
    statuses = await guess(salon, 100, "owner", "203.0.113.9")
    statuses += await guess(salon, 100, "owner", "testclient")
    assert 429 in statuses
    assert browser.log_in("owner") == 200
    with TestClient(salon.twin().app(), base_url=ORIGIN) as fresh:
        assert Browser(fresh).log_in("owner") == 429


async def test_a_known_browser_has_a_brake_of_its_own(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    browser.log_in("owner")
    browser.client.post("/console/api/logout", json={}, headers=browser.headers())
    assert [browser.log_in("owner", "wrong") for _ in range(7)] == [401] * 5 + [429] * 2
    salon.clock.pass_by(timedelta(seconds=16))
    assert browser.log_in("owner") == 200


async def test_a_mark_cannot_be_made_up_lent_or_kept_for_ever(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    await salon.hire(Role.MASTER)
    browser.log_in("master")
    lent = mark_of(browser)
    browser.client.cookies.clear()
    browser.log_in("owner")
    mark = mark_of(browser)
    devices = salon.console.app.state.parts.devices
    name = next(name for name in browser.client.cookies if name.startswith("zabota-device-"))

    def known(value: str, after: timedelta = timedelta(0)) -> bool:
        scope = {"type": "http", "headers": [(b"cookie", f"{name}={value}".encode())]}
        return bool(devices.known(HTTPConnection(scope), "owner", salon.clock.now() + after))

    device, until, signature = mark.split(".")
    assert known(mark)
    assert not known(mark, salon.settings.device_life)
    for forged in (lent, f"{'0' * 32}.{until}.{signature}", f"{device}.{int(until) + 1}.{signature}", "", "a.b.c"):
        assert not known(forged), forged


def mark_of(browser: Browser) -> str:
    return next(value for name, value in browser.client.cookies.items() if name.startswith("zabota-device-"))


async def test_a_shared_front_desk_stays_known_to_everybody(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    await salon.hire(Role.MANAGER)
    browser.log_in("owner")
    browser.log_in("manager")
    browser.client.post("/console/api/logout", json={}, headers=browser.headers())
    for login in ("owner", "manager"):
        await guess(salon, 100, login, "203.0.113.9")
    assert browser.log_in("owner") == 200
    browser.client.post("/console/api/logout", json={}, headers=browser.headers())
    assert browser.log_in("manager") == 200


async def test_strangers_do_not_keep_anybody_from_changing_a_password(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    browser.log_in("owner")
    await guess(salon, 100, "owner", "203.0.113.9")
    body = {"old": PASSWORD, "new": "новый длинный пароль для салона"}
    changed = browser.client.post("/console/api/account/password", json=body, headers=browser.headers())
    assert changed.status_code == 200
