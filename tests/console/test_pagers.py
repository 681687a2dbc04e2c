"""Linking the managers' bot: the own chat on the own page, others' by who manages them, with a trace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from console.visit import token_hash
from handoff.accounts import User
from handoff.pagers import CodeSpent, Pager
from handoff.roles import Role
from tests.console.salon import ORIGIN, PASSWORD, Browser, Salon
from tests.fakes.accounts import FakeAccounts
from tests.fakes.pagers import FakePagers


@pytest.fixture
def salon() -> Salon:
    """A salon with a managers' bot."""
    accounts = FakeAccounts()
    return Salon(accounts=accounts, pagers=FakePagers(accounts))


@pytest.fixture
def people(salon: Salon) -> dict[Role, User]:
    return {role: asyncio.run(salon.hire(role)) for role in Role}


@pytest.fixture
def browser(salon: Salon) -> Iterator[Browser]:
    with TestClient(salon.app(), base_url=ORIGIN) as client:
        yield Browser(client)


def post(browser: Browser, path: str, **body: str) -> tuple[int, Any]:
    answer = browser.client.post(f"/console/api{path}", json=body, headers=browser.headers())
    return answer.status_code, answer.json()


def come(salon: Salon, link: str, chat: int) -> Pager:
    """Press Start behind the link."""
    assert salon.pagers is not None
    code = link.removeprefix("https://t.me/salon_desk_bot?start=")
    return asyncio.run(salon.pagers.link(token_hash(code), chat, salon.clock.now()))


def test_a_manager_links_and_unlinks_the_own_chat(salon: Salon, browser: Browser, people: dict[Role, User]) -> None:
    browser.log_in("manager")
    assert "Подключить Телеграм" in browser.open("/account")
    status, data = post(browser, "/account/messenger", password=PASSWORD)
    assert status == 200
    assert come(salon, data["link"], 7).user.id == people[Role.MANAGER].id
    with pytest.raises(CodeSpent):
        come(salon, data["link"], 8)
    page = browser.open("/account")
    assert "Подключён" in page
    assert "Подключить Телеграм" not in page
    assert post(browser, "/account/messenger/end")[0] == 200
    assert post(browser, "/account/messenger/end")[0] == 404
    lines = [(line.what, line.about) for line in salon.accounts.audit if line.what.startswith("messenger")]
    own = f"user {people[Role.MANAGER].id}"
    assert lines == [("messenger code", own), ("messenger unlinked", own)]


def test_a_session_left_open_links_nobody(salon: Salon, browser: Browser, people: dict[Role, User]) -> None:
    browser.log_in("manager")
    status, told = post(browser, "/account/messenger", password="not the manager's")
    assert (status, told["error"]["fields"]) == (403, {"password": "Нынешний пароль другой."})
    assert "messenger code" not in [line.what for line in salon.accounts.audit]


def test_a_code_lives_ten_minutes_and_the_newest_counts(
    salon: Salon, browser: Browser, people: dict[Role, User]
) -> None:
    browser.log_in("manager")
    old, new = (post(browser, "/account/messenger", password=PASSWORD)[1]["link"] for _ in range(2))
    with pytest.raises(CodeSpent):
        come(salon, old, 7)
    salon.clock.pass_by(timedelta(minutes=10))
    with pytest.raises(CodeSpent):
        come(salon, new, 7)


@pytest.mark.parametrize(("actor", "allowed"), [(Role.OWNER, {Role.ADMIN, Role.MANAGER}), (Role.ADMIN, {Role.MANAGER})])
def test_others_are_linked_by_those_who_manage_them(
    salon: Salon, browser: Browser, people: dict[Role, User], actor: Role, allowed: set[Role]
) -> None:
    browser.log_in(actor.value)
    for role in Role:
        if role is not actor:
            status, data = post(browser, f"/people/{people[role].id}/messenger")
            assert (status == 200) == (role in allowed), role
            if status == 200:
                come(salon, data["link"], 100 + people[role].id)
    assert "Отключить Телеграм" in browser.open("/people")
    for role in Role:
        if role is not actor:
            assert (post(browser, f"/people/{people[role].id}/messenger/end")[0] == 200) == (role in allowed), role


def test_whoever_is_shut_out_cannot_be_linked(salon: Salon, browser: Browser, people: dict[Role, User]) -> None:
    browser.log_in("owner")
    asyncio.run(salon.accounts.disable(people[Role.MANAGER].id, salon.clock.now()))
    assert post(browser, f"/people/{people[Role.MANAGER].id}/messenger")[0] == 404


def test_before_the_bot_has_run_there_is_no_link(salon: Salon, browser: Browser, people: dict[Role, User]) -> None:
    assert salon.pagers is not None
    asyncio.run(salon.pagers.introduce(""))
    browser.log_in("manager")
    status, data = post(browser, "/account/messenger", password=PASSWORD)
    assert (status, data["error"]["message"]) == (
        409,
        "Бот администраторов ещё не запустился. Проверьте его ключ в настройках.",
    )


def test_without_a_bot_nothing_is_said_of_it(people: dict[Role, User], salon: Salon) -> None:
    salon.pagers = None
    with TestClient(salon.twin().app(), base_url=ORIGIN) as client:
        browser = Browser(client)
        browser.log_in("manager")
        assert "Телеграм" not in browser.open("/account")
        assert post(browser, "/account/messenger", password=PASSWORD)[0] == 404


def test_a_master_has_nothing_to_link(browser: Browser, people: dict[Role, User]) -> None:
    browser.log_in("master")
    assert "Подключить" not in browser.open("/account")
    assert post(browser, "/account/messenger", password=PASSWORD)[0] == 403
