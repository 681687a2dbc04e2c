"""People, sessions, invitations and guessing, on real databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from dialog.errors import StoreBusy
from dialog.ids import UserId
from dialog.message import Address, InboundMessage, Kind
from handoff.accounts import GuessLimits, InviteSpent, LastOwner, LoginTaken, RevealLimits
from handoff.roles import Role
from tests.storage.conftest import World


async def _person(world: World, login: str, role: Role = Role.OWNER) -> UserId:
    now = world.clock.now()
    token = f"token-{login}"
    await world.store.accounts.add_invite(token, role, "", None, None, now + timedelta(days=1), now)
    user = await world.store.accounts.join(token, login.title(), login, "hash", now)
    return user.id


async def test_a_link_lets_one_person_in_once(world: World) -> None:
    accounts, now = world.store.accounts, world.clock.now()
    await accounts.add_invite("t", Role.MANAGER, "", None, None, now + timedelta(hours=1), now)
    joined = await asyncio.gather(
        *(accounts.join("t", "Vera", f"vera{n}", "hash", now) for n in range(5)), return_exceptions=True
    )
    assert sum(not isinstance(one, BaseException) for one in joined) == 1
    assert sum(isinstance(one, InviteSpent) for one in joined) == 4
    assert len(await accounts.users()) == 1


async def test_a_taken_login_leaves_the_link_open(world: World) -> None:
    accounts, now = world.store.accounts, world.clock.now()
    await _person(world, "vera")
    await accounts.add_invite("t2", Role.MANAGER, "", None, None, now + timedelta(hours=1), now)
    with pytest.raises(LoginTaken):
        await accounts.join("t2", "Other", "vera", "hash", now)
    assert await accounts.invite("t2", now) is not None
    assert await accounts.invite("t2", now + timedelta(hours=2)) is None


async def test_shutting_out_ends_sessions_at_once_and_never_the_last_owner(world: World) -> None:
    accounts, now = world.store.accounts, world.clock.now()
    owner, manager = await _person(world, "owner"), await _person(world, "vera", Role.MANAGER)
    for user in (owner, manager):
        await accounts.open_session(user, f"s{user}", "127.0.0.1", "browser", now)
    assert set(await accounts.find_sessions([f"s{owner}", f"s{manager}", "none"])) == {f"s{owner}", f"s{manager}"}
    await accounts.disable(manager, now)
    assert set(await accounts.find_sessions([f"s{owner}", f"s{manager}"])) == {f"s{owner}"}
    with pytest.raises(LastOwner):
        await accounts.disable(owner, now)
    await accounts.enable(manager, now)
    assert await accounts.sessions_of(manager) == [], "old sessions stay ended"


async def test_a_new_password_ends_every_other_session(world: World) -> None:
    accounts, now = world.store.accounts, world.clock.now()
    owner = await _person(world, "owner")
    for token in ("a", "b", "c"):
        await accounts.open_session(owner, token, "", "", now)
    await accounts.set_password(owner, "new", "b", now)
    assert [session.token_hash for session in await accounts.sessions_of(owner)] == ["b"]
    (session,) = await accounts.sessions_of(owner)
    assert await accounts.end_session(owner, session.id, now)
    assert not await accounts.end_session(owner, session.id, now)


async def test_a_thousand_guesses_at_once_are_five(world: World) -> None:
    accounts, now, limits = world.store.accounts, world.clock.now(), GuessLimits()
    guesses = (accounts.attempt(["account:x", "ip:y"], limits, now) for _ in range(1000))
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    # On a busy machine some are told to come back later, which lets nobody in either.
    assert all(isinstance(answer, (float, StoreBusy)) for answer in answers)
    waits = [answer for answer in answers if isinstance(answer, float)]
    assert waits.count(0.0) == limits.free
    assert min(wait for wait in waits if wait) == pytest.approx(limits.first)
    assert await accounts.attempt(["account:x"], limits, now + timedelta(seconds=limits.first)) == 0.0
    assert await accounts.attempt(["account:x"], limits, now + timedelta(seconds=limits.first + 1)) > limits.first
    await accounts.forgive(["account:x", "ip:y"], now)
    assert await accounts.attempt(["account:x"], limits, now + timedelta(seconds=limits.first + 2)) == 0.0


async def test_news_that_were_seen_stay_seen(world: World) -> None:
    owner = await _person(world, "owner")
    await world.store.accounts.see_news(owner, 7)
    await world.store.accounts.see_news(owner, 3)
    assert await world.store.accounts.news_seen(owner) == 7


async def test_whoever_was_introduced_is_known_when_writing_first(world: World) -> None:
    now = world.clock.now()
    address = Address(channel="webchat", account="main", peer="anna")
    for _ in range(2):
        await world.store.people.introduce(address, name="Anna", phone="+79001234567", language="ru", now=now)
    message = InboundMessage(address=address, event_key="anna:1", kind=Kind.TEXT, text="x")
    await world.store.inbox.accept([message], now)
    (item,) = await world.store.desk.queue("all", UserId(1), 10)
    card = await world.store.cards.card(item.public_id)
    assert card is not None
    assert (card.name, card.phone, card.phone_verified) == ("Anna", "+79001234567", True)


async def test_looks_at_phones_are_counted_with_their_traces_however_many_come_at_once(world: World) -> None:
    accounts = world.store.accounts
    anna, boris = await _person(world, "anna"), await _person(world, "boris")
    limits = RevealLimits(an_hour=3, a_day=5)
    now = world.clock.now()
    looks = await asyncio.gather(*(accounts.reveal(anna, f"c{n}", "a", limits, now) for n in range(9)))
    assert sum(looks) == 3
    assert await accounts.reveal(boris, "c1", "a", limits, now)
    later = now + timedelta(hours=2)
    assert sum([await accounts.reveal(anna, "c1", "a", limits, later) for _ in range(4)]) == 2
    assert await accounts.reveal(anna, "c1", "a", None, later)
    assert await accounts.reveal(anna, "c1", "a", limits, later + timedelta(days=2))
