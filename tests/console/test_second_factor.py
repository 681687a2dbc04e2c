"""Coming in with a second factor: the standard's numbers, each code once, guessed by nobody, wanted where wished."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from starlette.testclient import TestClient

from console.second_factor import SecondFactor
from console.visit import token_hash
from dialog.ids import UserId
from handoff.accounts import User
from handoff.roles import Role
from handoff.second_factor import Factor
from tests.console.salon import ORIGIN, PASSWORD, Browser, Salon
from tests.fakes.moments import NOON, FakeDice
from tests.fakes.second_factors import FakeSecondFactors


@pytest.fixture
def owner(salon: Salon) -> User:
    return asyncio.run(salon.hire(Role.OWNER))


def code_at(secret: str, now: datetime) -> str:
    """What an app shows: made by the library, from the secret as the page tells it."""
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(now.timestamp())).decode()


def post(browser: Browser, path: str, **body: str) -> tuple[int, Any]:
    answer = browser.client.post(f"/console/api{path}", json=body, headers=browser.headers())
    return answer.status_code, answer.json()


def turn_on(salon: Salon, browser: Browser) -> tuple[str, list[str]]:
    """Log in, begin, prove; the secret and the codes on paper. Then out again."""
    assert browser.log_in("owner") == 200
    status, begun = post(browser, "/account/second", password=PASSWORD)
    assert status == 200
    status, proved = post(browser, "/account/second/confirm", code=code_at(begun["secret"], salon.clock.now()))
    assert status == 200
    post(browser, "/logout")
    browser.open("/login")
    return begun["secret"], proved["codes"]


def come(browser: Browser, code: str) -> tuple[int, Any]:
    return post(browser, "/login", login="owner", password=PASSWORD, code=code)


VERA = User(
    id=UserId(1), name="Вера", login="vera", role=Role.OWNER, password_hash="", created_at=NOON, disabled_at=None
)


def second_over(factors: FakeSecondFactors) -> SecondFactor:
    return SecondFactor(factors, secret=b"k" * 32, wish="wish", issuer="Лилия", dice=FakeDice())


class _SecondTab(FakeSecondFactors):
    """Between the look at a secret and its proof another tab begins anew."""

    async def of(self, user: UserId) -> Factor | None:
        seen = await super().of(user)
        await self.begin(user, "of the other tab")
        return seen


async def test_only_the_secret_that_the_code_was_of_comes_into_force() -> None:
    factors = _SecondTab()
    second = second_over(factors)
    begun = await second.begin(VERA)
    assert begun is not None
    assert await second.confirm(VERA, code_at(begun.secret, NOON), NOON) is None
    assert await factors.having() == []


async def test_the_numbers_of_the_standard() -> None:
    """RFC 6238, appendix B, SHA-1: the last six of eight digits."""
    factors, user = FakeSecondFactors(), VERA
    second = second_over(factors)
    begun = await second.begin(user)
    assert begun is not None
    kept = await factors.of(user.id)
    assert kept is not None
    assert base64.b32decode(begun.secret).hex() not in kept.sealed
    secret = base64.b32encode(b"12345678901234567890").decode()
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert code_at(secret, datetime.fromtimestamp(seconds, UTC)) == code
    assert await second.confirm(user, code_at(begun.secret, NOON), NOON) is not None
    assert not await second.proved(user, code_at(begun.secret, NOON), NOON)
    for drift, fits in ((61, False), (-61, False), (30, True)):
        given = code_at(begun.secret, NOON + timedelta(seconds=drift))
        assert await second.proved(user, given, NOON) is fits, drift


def test_the_square_says_what_the_words_say(salon: Salon, browser: Browser, owner: User) -> None:
    browser.log_in("owner")
    _, begun = post(browser, "/account/second", password=PASSWORD)
    assert len(base64.b32decode(begun["secret"])) == 20
    assert begun["qr"]["size"] > 33
    assert begun["qr"]["path"].startswith("M4 4h1v1h-1z")


def test_a_password_alone_lets_nobody_in_any_more(salon: Salon, browser: Browser, owner: User) -> None:
    secret, _ = turn_on(salon, browser)
    assert come(browser, "") == (200, {"code": True})
    assert browser.client.get("/console/api/session").status_code == 401
    assert come(browser, code_at(secret, salon.clock.now()))[0] == 401  # spent by turning it on
    salon.clock.pass_by(timedelta(seconds=30))
    now = code_at(secret, salon.clock.now())
    status, data = come(browser, f" {now[:3]} {now[3:]} ")
    assert (status, data["next"]) == (200, "/console/inbox")
    assert browser.client.get("/console/api/session").status_code == 200


def test_a_code_on_paper_lets_in_once(salon: Salon, browser: Browser, owner: User) -> None:
    _, codes = turn_on(salon, browser)
    assert len(set(codes)) == 10
    assert come(browser, codes[3].upper())[0] == 200
    post(browser, "/logout")
    browser.open("/login")
    assert come(browser, codes[3])[0] == 401
    assert come(browser, codes[4])[0] == 200
    assert "осталось 8 кодов на бумаге" in browser.open("/account")


def test_guessing_is_slowed_down(salon: Salon, browser: Browser, owner: User) -> None:
    secret, _ = turn_on(salon, browser)
    salon.clock.pass_by(timedelta(seconds=30))
    now = code_at(secret, salon.clock.now())
    wrong = [f"{(int(now) + shift) % 10**6:06}" for shift in range(11, 31)]
    answers = [come(browser, code)[0] for code in wrong]
    assert answers[:5] == [401] * 5
    assert set(answers[5:]) == {429}
    assert come(browser, now)[0] == 429
    assert "second factor refused" in [line.what for line in salon.accounts.audit]


def test_whoever_has_the_password_only_does_not_keep_the_owner_out(salon: Salon, browser: Browser, owner: User) -> None:
    """Codes that a stranger guesses are not counted against a browser that the owner came in by."""
    secret, _ = turn_on(salon, browser)
    salon.clock.pass_by(timedelta(seconds=30))
    now = code_at(secret, salon.clock.now())
    wrong = [f"{(int(now) + shift) % 10**6:06}" for shift in range(11, 18)]
    with TestClient(salon.twin().app(), base_url=ORIGIN) as elsewhere:
        stranger = Browser(elsewhere)
        stranger.open("/login")
        assert [come(stranger, code)[0] for code in wrong] == [401] * 5 + [429] * 2
    assert come(browser, now)[0] == 200


def test_a_session_left_open_turns_nothing_on(salon: Salon, browser: Browser, owner: User) -> None:
    browser.log_in("owner")
    status, told = post(browser, "/account/second", password="not the owner's")
    assert (status, told["error"]["fields"]) == (403, {"password": "Нынешний пароль другой."})
    assert asyncio.run(salon.factors.of(owner.id)) is None
    guesses = [post(browser, "/account/second", password=f"guess {number}")[0] for number in range(8)]
    assert guesses[-1] == 429


def test_turned_on_or_off_the_other_sessions_end(salon: Salon, browser: Browser, owner: User) -> None:
    with TestClient(salon.twin().app(), base_url=ORIGIN) as elsewhere:
        other = Browser(elsewhere)
        other.log_in("owner")
        browser.log_in("owner")
        _, begun = post(browser, "/account/second", password=PASSWORD)
        assert elsewhere.get("/console/api/session").status_code == 200
        _, proved = post(browser, "/account/second/confirm", code=code_at(begun["secret"], salon.clock.now()))
        assert elsewhere.get("/console/api/session").status_code == 401
        assert browser.client.get("/console/api/session").status_code == 200
        other.open("/login")
        come(other, proved["codes"][0])
        assert elsewhere.get("/console/api/session").status_code == 200
        assert post(browser, "/account/second/end", code=proved["codes"][1])[0] == 200
        assert elsewhere.get("/console/api/session").status_code == 401
        assert browser.client.get("/console/api/session").status_code == 200


def test_a_link_for_a_new_password_is_no_second_factor(salon: Salon, browser: Browser, owner: User) -> None:
    turn_on(salon, browser)
    now = salon.clock.now()
    token = "ab" * 32
    asyncio.run(
        salon.accounts.add_invite(token_hash(token), Role.OWNER, "", None, owner.id, now + timedelta(days=1), now)
    )
    browser.open(f"/welcome/{token}")
    status, data = post(browser, f"/welcome/{token}", password="новый пароль подлиннее")
    assert (status, data["next"]) == (200, "/console/login")
    assert browser.client.get("/console/api/session").status_code == 401


def test_it_is_ended_by_a_code_or_by_whoever_manages(salon: Salon, browser: Browser, owner: User) -> None:
    _, codes = turn_on(salon, browser)
    come(browser, codes[0])
    browser.open("/account")
    assert post(browser, "/account/second", password=PASSWORD)[0] == 409
    assert post(browser, "/account/second/end", code="000000")[0] == 401
    assert post(browser, "/account/second/end", code=codes[1])[0] == 200
    inna = asyncio.run(salon.hire(Role.MANAGER))
    assert post(browser, f"/people/{inna.id}/second/end")[0] == 404
    asyncio.run(salon.factors.begin(inna.id, "x"))
    asyncio.run(salon.factors.confirm(inna.id, "x", 1, [], salon.clock.now()))
    assert "Сбросить код при входе" in browser.open("/people")
    assert post(browser, f"/people/{inna.id}/second/end")[0] == 200
    lines = [line.what for line in salon.accounts.audit if line.what.startswith("second factor o")]
    assert lines == ["second factor on", "second factor off", "second factor off"]


@pytest.fixture
def strict() -> Iterator[tuple[Salon, Browser]]:
    """A salon that wants it of its owners."""
    salon = Salon(second_factor="owners")
    asyncio.run(salon.hire(Role.OWNER))
    asyncio.run(salon.hire(Role.MANAGER))
    with TestClient(salon.app(), base_url=ORIGIN) as client:
        yield salon, Browser(client)


def test_where_the_salon_wants_it_an_owner_sets_it_up_at_the_door(strict: tuple[Salon, Browser]) -> None:
    salon, browser = strict
    browser.open("/login")
    _, begun = come(browser, "")
    assert begun["qr"]["size"] > 33
    assert come(browser, "000000")[0] == 401
    assert browser.client.get("/console/api/session").status_code == 401
    status, proved = come(browser, code_at(begun["secret"], salon.clock.now()))
    assert (status, len(proved["codes"]), proved["onward"]) == (200, 10, "/console/inbox")
    assert browser.client.get("/console/api/session").status_code == 200
    post(browser, "/logout")
    assert browser.log_in("manager") == 200


def test_switched_off_on_the_server_nobody_is_asked(salon: Salon, browser: Browser, owner: User) -> None:
    turn_on(salon, browser)
    salon.second_factor = "off"
    salon.__post_init__()
    with TestClient(salon.app(), base_url=ORIGIN) as client:
        other = Browser(client)
        assert other.log_in("owner") == 200
