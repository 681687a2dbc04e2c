"""The console's accounts in memory. Every method yields once before it acts, as a database would."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dialog.errors import StoreBusy
from dialog.ids import UserId
from handoff.accounts import (
    REVEALED,
    GuessLimits,
    Invite,
    InviteSpent,
    LastOwner,
    LoginTaken,
    RevealLimits,
    Session,
    User,
)
from handoff.roles import Role


@dataclass(slots=True)
class _Guesses:
    count: int = 0
    until: float = 0.0
    last: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    who: int | None
    what: str
    about: str
    address: str
    at: datetime


class FakeAccounts:
    """Implements handoff.accounts.Accounts."""

    def __init__(self) -> None:
        self._users: dict[int, User] = {}
        self._sessions: dict[str, Session] = {}
        self._invites: dict[str, Invite] = {}
        self._guesses: dict[str, _Guesses] = {}
        self._seen: dict[int, int] = {}
        self._next = 0
        self.audit: list[AuditLine] = []
        self.busy = False
        self.reads = 0

    async def users(self) -> Sequence[User]:
        await self._read()
        return list(self._users.values())

    async def user(self, user_id: UserId) -> User | None:
        await self._read()
        return self._users.get(user_id)

    async def by_login(self, login: str) -> User | None:
        await self._read()
        return next((user for user in self._users.values() if user.login == login), None)

    async def disable(self, user_id: UserId, now: datetime) -> None:
        await self._write()
        user = self._users[user_id]
        owners = [other for other in self._users.values() if other.role is Role.OWNER and not other.disabled_at]
        if owners == [user]:
            raise LastOwner
        self._users[user_id] = replace(user, disabled_at=now)
        self._end(user_id, keep="")
        self._invites = {key: link for key, link in self._invites.items() if link.user_id != user_id}

    async def enable(self, user_id: UserId, now: datetime) -> None:
        await self._write()
        self._users[user_id] = replace(self._users[user_id], disabled_at=None)

    async def set_password(self, user_id: UserId, password_hash: str, keep: str, now: datetime) -> None:
        await self._write()
        self._users[user_id] = replace(self._users[user_id], password_hash=password_hash)
        self._end(user_id, keep=keep)

    async def add_invite(
        self,
        token_hash: str,
        role: Role,
        name: str,
        by: UserId | None,
        user_id: UserId | None,
        expires_at: datetime,
        now: datetime,
    ) -> Invite:
        await self._write()
        link = Invite(id=self._id(), role=role, name=name, created_at=now, expires_at=expires_at, user_id=user_id)
        self._invites[token_hash] = link
        return link

    async def invites(self, now: datetime) -> Sequence[Invite]:
        await self._read()
        return [link for link in reversed(self._invites.values()) if link.expires_at > now]

    async def invite(self, token_hash: str, now: datetime) -> Invite | None:
        await self._read()
        link = self._invites.get(token_hash)
        return link if link and link.expires_at > now else None

    async def cancel_invite(self, invite_id: int, now: datetime) -> None:
        await self._write()
        self._invites = {key: link for key, link in self._invites.items() if link.id != invite_id}

    async def join(self, token_hash: str, name: str, login: str, password_hash: str, now: datetime) -> User:
        await self._write()
        link = self._invites.get(token_hash)
        if link is None or link.expires_at <= now:
            raise InviteSpent
        if link.user_id is not None:
            user = replace(self._users[link.user_id], password_hash=password_hash)
            self._end(user.id, keep="")
        else:
            if any(other.login == login for other in self._users.values()):
                raise LoginTaken
            user = User(
                id=UserId(self._id()),
                name=name,
                login=login,
                role=link.role,
                password_hash=password_hash,
                created_at=now,
            )
        del self._invites[token_hash]
        self._users[user.id] = user
        return user

    async def open_session(self, user_id: UserId, token_hash: str, address: str, browser: str, now: datetime) -> None:
        await self._write()
        self._sessions[token_hash] = Session(
            id=self._id(),
            user=self._users[user_id],
            token_hash=token_hash,
            created_at=now,
            seen_at=now,
            address=address,
            browser=browser,
        )

    async def find_sessions(self, token_hashes: Sequence[str]) -> Mapping[str, Session]:
        await self._read()
        found = {key: self._sessions[key] for key in token_hashes if key in self._sessions}
        current = {key: replace(session, user=self._users[session.user.id]) for key, session in found.items()}
        return {key: session for key, session in current.items() if session.user.disabled_at is None}

    async def sessions_of(self, user_id: UserId) -> Sequence[Session]:
        await self._read()
        mine = [session for session in self._sessions.values() if session.user.id == user_id]
        return sorted(mine, key=lambda session: session.seen_at, reverse=True)

    async def note_session(self, token_hash: str, now: datetime) -> None:
        await self._write()
        if token_hash in self._sessions:
            self._sessions[token_hash] = replace(self._sessions[token_hash], seen_at=now)

    async def end_session(self, user_id: UserId, session_id: int, now: datetime) -> bool:
        await self._write()
        for key, session in list(self._sessions.items()):
            if session.id == session_id and session.user.id == user_id:
                del self._sessions[key]
                return True
        return False

    async def attempt(self, keys: Sequence[str], limits: GuessLimits, now: datetime) -> float:
        await self._write()
        moment = now.timestamp()
        rows = [self._guesses.setdefault(key, _Guesses()) for key in keys]
        for row in rows:
            if moment - row.last > limits.forget:
                row.count, row.until = 0, 0.0
        wait = max(row.until - moment for row in rows)
        if wait > 0:
            return wait
        for row in rows:
            row.count += 1
            row.last = moment
            if row.count >= limits.free:
                row.until = moment + min(limits.most, limits.first * 2 ** (row.count - limits.free))
        return 0.0

    async def forgive(self, keys: Sequence[str], now: datetime) -> None:
        await self._write()
        for key in keys:
            row = self._guesses.get(key)
            if row and row.count:
                row.count -= 1
                row.until = 0.0

    async def note(self, who: UserId | None, what: str, about: str, address: str, now: datetime) -> None:
        await self._write()
        self.audit.append(AuditLine(who=who, what=what, about=about, address=address, at=now))

    async def reveal(self, who: UserId, about: str, address: str, limits: RevealLimits | None, now: datetime) -> bool:
        await self._write()
        looks = [line.at for line in self.audit if line.who == who and line.what == REVEALED]
        spans = ((timedelta(hours=1), limits.an_hour), (timedelta(days=1), limits.a_day)) if limits else ()
        if any(sum(now - at < span for at in looks) >= most for span, most in spans):
            return False
        self.audit.append(AuditLine(who=who, what=REVEALED, about=about, address=address, at=now))
        return True

    async def news_seen(self, user_id: UserId) -> int:
        await self._read()
        return self._seen.get(user_id, 0)

    async def see_news(self, user_id: UserId, news_id: int) -> None:
        await self._write()
        self._seen[user_id] = max(self._seen.get(user_id, 0), news_id)

    def rename(self, user_id: UserId, name: str) -> None:
        """What a person of the salon may be called."""
        self._users[user_id] = replace(self._users[user_id], name=name)

    def change_role(self, user_id: UserId, role: Role) -> None:
        """What an operator may do behind the console's back."""
        self._users[user_id] = replace(self._users[user_id], role=role)

    def forget_session(self, token_hash: str) -> None:
        """A session ended by another process."""
        self._sessions.pop(token_hash, None)

    async def _read(self) -> None:
        self.reads += 1
        await asyncio.sleep(0)

    async def _write(self) -> None:
        await asyncio.sleep(0)
        if self.busy:
            raise StoreBusy("the disk is full", 3.0)

    def _end(self, user_id: int, keep: str) -> None:
        self._sessions = {
            key: session for key, session in self._sessions.items() if session.user.id != user_id or key == keep
        }

    def _id(self) -> int:
        self._next += 1
        return self._next
