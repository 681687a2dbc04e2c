"""The salon's people, their sessions and invitations in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

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
from storage.audit import write_down
from storage.changes import Changes
from storage.database import Database
from storage.login_attempts import forgive, try_password
from storage.moments import micros, moment
from storage.sql import Row, Script, Sql
from storage.unlinking import unlink

_USERS = Sql("""SELECT id, name, login, role, password_hash, created_at, disabled_at FROM user_account ORDER BY id""")
_USER_BY_ID = Sql(
    """SELECT id, name, login, role, password_hash, created_at, disabled_at FROM user_account WHERE id = $1"""
)
_USER_BY_LOGIN = Sql("""SELECT id, name, login, role, password_hash, created_at, disabled_at FROM user_account
    WHERE login = $1""")
_ADD_USER = Sql(
    """INSERT INTO user_account (login, name, role, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (login) DO NOTHING RETURNING id"""
)
# Ordered and locked: of two owners who shut each other out at once, the second sees that he is the last.
_LOCK_OWNERS = Sql(
    "SELECT id FROM user_account WHERE role = 'owner' AND disabled_at IS NULL ORDER BY id /*pg FOR UPDATE*/"
)
_DISABLE = Sql("UPDATE user_account SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL")
_ENABLE = Sql("UPDATE user_account SET disabled_at = NULL WHERE id = $1")
_PASSWORD = Sql("UPDATE user_account SET password_hash = $2 WHERE id = $1")
_SEEN_NEWS = Sql("SELECT news_seen FROM user_account WHERE id = $1")
_SEE_NEWS = Sql("UPDATE user_account SET news_seen = $2 WHERE id = $1 AND news_seen < $2")

_ADD_INVITE = Sql(
    """INSERT INTO invite (token_hash, role, name, by_id, user_id, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id"""
)
_INVITES = Sql("""SELECT id, role, name, created_at, expires_at, user_id FROM invite WHERE used_at IS NULL AND
    expires_at > $1 ORDER BY id DESC""")
_OPEN_INVITE = Sql("""SELECT id, role, name, created_at, expires_at, user_id FROM invite
    WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2""")
_SPEND = Sql(
    """UPDATE invite SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
    RETURNING id, role, name, created_at, expires_at, user_id"""
)
_CANCEL_INVITE = Sql("UPDATE invite SET used_at = $2 WHERE id = $1 AND used_at IS NULL")
_CANCEL_INVITES_OF = Sql("UPDATE invite SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL")

_OPEN_SESSION = Sql(
    "INSERT INTO session (token_hash, user_id, created_at, seen_at, address, browser) VALUES ($1, $2, $3, $3, $4, $5)"
)
_FIND_SESSIONS = Sql("""SELECT s.id, s.token_hash, s.created_at, s.seen_at, s.address, s.browser, u.id, u.name, u.login,
    u.role, u.password_hash, u.created_at, u.disabled_at FROM session s JOIN user_account u ON u.id =
    s.user_id WHERE u.disabled_at IS NULL AND s.token_hash IN @text1""")
_SESSIONS_OF = Sql("""SELECT s.id, s.token_hash, s.created_at, s.seen_at, s.address, s.browser, u.id, u.name, u.login,
    u.role, u.password_hash, u.created_at, u.disabled_at FROM session s JOIN user_account u ON u.id =
    s.user_id WHERE u.id = $1 ORDER BY s.seen_at DESC""")
_NOTE_SESSION = Sql("UPDATE session SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2")
_END_SESSION = Sql("DELETE FROM session WHERE user_id = $1 AND id = $2 RETURNING id")
_END_SESSIONS = Sql("DELETE FROM session WHERE user_id = $1 AND token_hash <> $2")

_LOCK_USER = Sql("SELECT id FROM user_account WHERE id = $1 /*pg FOR UPDATE*/")
_REVEALS = Sql("SELECT count(*) FROM audit WHERE at > $1 AND user_id = $2 AND action = $3")


class StoredAccounts:
    """The accounts port on either database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def users(self) -> Sequence[User]:
        """Everybody, in the order in which they came."""

        def script() -> Script[list[User]]:
            return [user_of(row) for row in (yield _USERS, ())]

        return await self._database.read(script)

    async def user(self, user_id: UserId) -> User | None:
        """One person."""

        def script() -> Script[User | None]:
            rows = yield _USER_BY_ID, (user_id,)
            return user_of(rows[0]) if rows else None

        return await self._database.read(script)

    async def by_login(self, login: str) -> User | None:
        """Whoever has this login."""

        def script() -> Script[User | None]:
            rows = yield _USER_BY_LOGIN, (login,)
            return user_of(rows[0]) if rows else None

        return await self._database.read(script)

    async def disable(self, user_id: UserId, now: datetime) -> None:
        """Shut a person out, with sessions, links and the chat with the bot. Raises LastOwner."""
        at = micros(now)

        def script(changes: Changes) -> Script[None]:
            owners = [row[0] for row in (yield _LOCK_OWNERS, ())]
            if owners == [user_id]:
                raise LastOwner
            yield _DISABLE, (user_id, at)
            yield _END_SESSIONS, (user_id, "")
            yield _CANCEL_INVITES_OF, (user_id, at)
            yield from unlink(user_id)

        await self._database.write(script)

    async def enable(self, user_id: UserId, now: datetime) -> None:
        """Let a disabled person in again."""

        def script(changes: Changes) -> Script[None]:
            yield _ENABLE, (user_id,)

        await self._database.write(script)

    async def set_password(self, user_id: UserId, password_hash: str, keep: str, now: datetime) -> None:
        """A new password; every session but the one with token hash ``keep`` ends, and the chat with the bot."""

        def script(changes: Changes) -> Script[None]:
            yield _PASSWORD, (user_id, password_hash)
            yield _END_SESSIONS, (user_id, keep)
            yield from unlink(user_id)

        await self._database.write(script)

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
        """Make a one-time link."""
        values = (token_hash, role.value, name, by, user_id, micros(now), micros(expires_at))

        def script(changes: Changes) -> Script[Invite]:
            made = yield _ADD_INVITE, values
            return Invite(id=made[0][0], role=role, name=name, created_at=now, expires_at=expires_at, user_id=user_id)

        return await self._database.write(script)

    async def invites(self, now: datetime) -> Sequence[Invite]:
        """Links that are neither used nor expired, newest first."""

        def script() -> Script[list[Invite]]:
            return [_invite(row) for row in (yield _INVITES, (micros(now),))]

        return await self._database.read(script)

    async def invite(self, token_hash: str, now: datetime) -> Invite | None:
        """The open link with this token."""

        def script() -> Script[Invite | None]:
            rows = yield _OPEN_INVITE, (token_hash, micros(now))
            return _invite(rows[0]) if rows else None

        return await self._database.read(script)

    async def cancel_invite(self, invite_id: int, now: datetime) -> None:
        """Make a link worthless."""

        def script(changes: Changes) -> Script[None]:
            yield _CANCEL_INVITE, (invite_id, micros(now))

        await self._database.write(script)

    async def join(self, token_hash: str, name: str, login: str, password_hash: str, now: datetime) -> User:
        """Spend a link. Raises InviteSpent, LoginTaken (the link stays open then)."""
        at = micros(now)

        def script(changes: Changes) -> Script[User]:
            spent = yield _SPEND, (token_hash, at)
            if not spent:
                raise InviteSpent
            invite = _invite(spent[0])
            if invite.user_id is not None:
                yield _PASSWORD, (invite.user_id, password_hash)
                yield _END_SESSIONS, (invite.user_id, "")
                yield from unlink(invite.user_id)
                return user_of((yield _USER_BY_ID, (invite.user_id,))[0])
            made = yield _ADD_USER, (login, name, invite.role.value, password_hash, at)
            if not made:
                raise LoginTaken
            return user_of((yield _USER_BY_ID, (made[0][0],))[0])

        return await self._database.write(script)

    async def open_session(self, user_id: UserId, token_hash: str, address: str, browser: str, now: datetime) -> None:
        """Store a new session."""

        def script(changes: Changes) -> Script[None]:
            yield _OPEN_SESSION, (token_hash, user_id, micros(now), address, browser)

        await self._database.write(script)

    async def find_sessions(self, token_hashes: Sequence[str]) -> Mapping[str, Session]:
        """Sessions that were not ended, of people who are not disabled."""

        def script() -> Script[dict[str, Session]]:
            rows = yield _FIND_SESSIONS, (list(token_hashes),)
            return {row[1]: _session(row) for row in rows}

        return await self._database.read(script)

    async def sessions_of(self, user_id: UserId) -> Sequence[Session]:
        """A person's sessions, last used first."""

        def script() -> Script[list[Session]]:
            return [_session(row) for row in (yield _SESSIONS_OF, (user_id,))]

        return await self._database.read(script)

    async def note_session(self, token_hash: str, now: datetime) -> None:
        """Write down that the session was used."""

        def script(changes: Changes) -> Script[None]:
            yield _NOTE_SESSION, (token_hash, micros(now))

        await self._database.write(script)

    async def end_session(self, user_id: UserId, session_id: int, now: datetime) -> bool:
        """End one session of this person."""

        def script(changes: Changes) -> Script[bool]:
            return bool((yield _END_SESSION, (user_id, session_id)))

        return await self._database.write(script)

    async def attempt(self, keys: Sequence[str], limits: GuessLimits, now: datetime) -> float:
        """Seconds to wait before a password may be tested; 0.0 lets it through and counts it."""
        return await self._database.write(lambda changes: try_password(keys, limits, micros(now)))

    async def forgive(self, keys: Sequence[str], now: datetime) -> None:
        """Take the failures of ``keys`` back."""
        await self._database.write(lambda changes: forgive(keys))

    async def note(self, who: UserId | None, what: str, about: str, address: str, now: datetime) -> None:
        """Write a line of the audit log."""

        def script(changes: Changes) -> Script[None]:
            yield from write_down(changes, micros(now), who, what, about, address)

        await self._database.write(script)

    async def reveal(self, who: UserId, about: str, address: str, limits: RevealLimits | None, now: datetime) -> bool:
        """Leave to look at one phone; granted, it is written down in the same transaction."""

        def script(changes: Changes) -> Script[bool]:
            yield _LOCK_USER, (who,)
            spans = ((timedelta(hours=1), limits.an_hour), (timedelta(days=1), limits.a_day)) if limits else ()
            for span, most in spans:
                if (yield _REVEALS, (micros(now - span), who, REVEALED))[0][0] >= most:
                    return False
            yield from write_down(changes, micros(now), who, REVEALED, about, address)
            return True

        return await self._database.write(script)

    async def news_seen(self, user_id: UserId) -> int:
        """The newest line of "what's new" that this person has seen."""

        def script() -> Script[int]:
            rows = yield _SEEN_NEWS, (user_id,)
            return int(rows[0][0]) if rows else 0

        return await self._database.read(script)

    async def see_news(self, user_id: UserId, news_id: int) -> None:
        """Everything up to ``news_id`` was seen."""

        def script(changes: Changes) -> Script[None]:
            yield _SEE_NEWS, (user_id, news_id)

        await self._database.write(script)


def user_of(row: Row) -> User:
    """A person from the columns of user_account, in the order of these statements."""
    return User(
        id=UserId(row[0]),
        name=row[1],
        login=row[2],
        role=Role(row[3]),
        password_hash=row[4],
        created_at=moment(row[5]),
        disabled_at=None if row[6] is None else moment(row[6]),
    )


def _invite(row: Row) -> Invite:
    return Invite(
        id=row[0],
        role=Role(row[1]),
        name=row[2],
        created_at=moment(row[3]),
        expires_at=moment(row[4]),
        user_id=None if row[5] is None else UserId(row[5]),
    )


def _session(row: Row) -> Session:
    return Session(
        id=row[0],
        token_hash=row[1],
        created_at=moment(row[2]),
        seen_at=moment(row[3]),
        address=row[4],
        browser=row[5],
        user=user_of(row[6:]),
    )
