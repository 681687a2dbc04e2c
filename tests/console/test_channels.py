"""The page where a messenger is connected: plain words for what is wrong, and never a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence

import pytest
from starlette.testclient import TestClient

from channels.connection import Pulse
from channels.desk import Offer, Standing
from channels.port import Field, Trouble
from handoff.roles import Role
from tests.console.salon import ORIGIN, Browser, Salon

TOKEN = "123456789:canary-canary-canary-canary-canary"


class FakeConnections:
    """One messenger that takes one token."""

    def __init__(self) -> None:
        self.public_url = ""
        self.known: dict[str, Standing] = {}
        self.done: list[str] = []

    async def offers(self) -> Sequence[Offer]:
        fields = (Field(name="token", secret=True), Field(name="base_url", optional=True))
        return [Offer(channel="telegram", fields=fields, installed=True, standing=list(self.known.values()))]

    async def connect(self, channel: str, given: Mapping[str, str]) -> Standing:
        if channel != "telegram":
            raise LookupError(channel)
        if given["token"] != TOKEN:
            raise Trouble("token_shape")
        pulse = Pulse(error="throttled: 429", waiting_out=3)
        self.known["1"] = Standing(
            channel=channel, account="1", title="@lilia_bot", enabled=True, trouble="", polls=True, pulse=pulse
        )
        return self.known["1"]

    async def check(self, channel: str, account: str) -> Standing:
        if account not in self.known:
            raise LookupError(account)
        raise Trouble("bad_credentials")

    async def switch(self, channel: str, account: str, *, on: bool) -> None:
        self.done.append(f"{account} {on}")

    async def forget(self, channel: str, account: str) -> None:
        del self.known[account]


@pytest.fixture
def desk() -> FakeConnections:
    return FakeConnections()


@pytest.fixture
def owner(desk: FakeConnections) -> Iterator[Browser]:
    salon = Salon(connections=desk)
    asyncio.run(salon.hire(Role.OWNER))
    with TestClient(salon.app(), base_url=ORIGIN) as client:
        browser = Browser(client)
        browser.open("/login")
        assert browser.log_in("owner") == 200
        yield browser


def post(browser: Browser, path: str, body: dict[str, str] | None = None) -> tuple[int, str]:
    answer = browser.client.post(f"/console/api/channels/{path}", json=body or {}, headers=browser.headers())
    return answer.status_code, answer.text


def page(browser: Browser) -> str:
    return browser.client.get("/console/channels").text


def test_the_guide_says_where_to_click(owner: Browser) -> None:
    shown = page(owner)
    assert "@BotFather" in shown
    assert "Как выйти в интернет" in shown


def test_a_wrong_token_is_explained_and_a_right_one_is_never_shown(owner: Browser, desk: FakeConnections) -> None:
    status, text = post(owner, "telegram/connect", {"token": "привет"})
    assert status == 422
    assert "не похоже на токен" in text
    assert post(owner, "telegram/connect", {"token": TOKEN, "base_url": ""})[0] == 200
    shown = page(owner)
    assert "@lilia_bot" in shown
    assert "canary" not in shown
    assert "throttled: 429" in shown


def test_checking_says_what_is_wrong(owner: Browser, desk: FakeConnections) -> None:
    post(owner, "telegram/connect", {"token": TOKEN})
    status, text = post(owner, "telegram/1/check")
    assert (status, "BotFather" in text) == (422, True)


def test_switching_off_and_forgetting(owner: Browser, desk: FakeConnections) -> None:
    post(owner, "telegram/connect", {"token": TOKEN})
    assert post(owner, "telegram/1/off")[0] == post(owner, "telegram/1/on")[0] == 200
    assert desk.done == ["1 False", "1 True"]
    assert post(owner, "telegram/1/forget")[0] == 200
    assert desk.known == {}


@pytest.mark.parametrize("path", ["viber/connect", "telegram/77/check"])
def test_what_is_not_there_is_missing(owner: Browser, path: str) -> None:
    assert post(owner, path)[0] == 404


def test_a_field_that_nobody_asked_for_is_refused(owner: Browser) -> None:
    assert post(owner, "telegram/connect", {"token": TOKEN, "hook_secret": "x"})[0] == 422
