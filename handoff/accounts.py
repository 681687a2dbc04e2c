"""The people who may come in, their sessions and invitations: the port that a store fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dialog.errors import ZabotaError
from dialog.ids import UserId
from handoff.roles import Role


class InviteSpent(ZabotaError):
    """The one-time link was used, cancelled or never made."""


class LoginTaken(ZabotaError):
    """Somebody else has this login."""


class LastOwner(ZabotaError):
    """The salon would be left without an owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessLimits:
    """``free`` wrong passwords are let through; then each one doubles the wait from ``first`` up to ``most`` seconds.

    Counts are forgotten after ``forget`` seconds without a try.
    """

    free: int = 5
    first: float = 15.0
    most: float = 900.0
    forget: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealLimits:
    """How many clients' phones one manager may look at: enough for a day's work, too few for a client base."""

    an_hour: int = 60
    a_day: int = 150


REVEALED = "phone revealed"
"""The line of the audit log that each look leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person of the salon. ``login`` is stored in lower case; ``disabled_at`` set means: may not come in."""

    id: UserId
    name: str
    login: str
    role: Role
    password_hash: str
    created_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that is logged in, with the person as of now. The cookie's token itself is never stored."""

    id: int
    user: User
    token_hash: str
    created_at: datetime
    seen_at: datetime
    address: str
    browser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """An open one-time link. ``user_id`` set: not a new person, but a new password for this one."""

    id: int
    role: Role
    name: str
    created_at: datetime
    expires_at: datetime
    user_id: UserId | None = None


class Accounts(Protocol):
    """Every change is one transaction and durable when it returns. StoreBusy: nothing was changed."""

    async def users(self) -> Sequence[User]:
        """Everybody, also the disabled, in the order in which they came."""
        ...

    async def user(self, user_id: UserId) -> User | None:
        """One person."""
        ...

    async def by_login(self, login: str) -> User | None:
        """Whoever has this login (given in lower case)."""
        ...

    async def disable(self, user_id: UserId, now: datetime) -> None:
        """Shut a person out and end all their sessions and open links. Raises LastOwner."""
        ...

    async def enable(self, user_id: UserId, now: datetime) -> None:
        """Let a disabled person in again (old sessions stay ended)."""
        ...

    async def set_password(self, user_id: UserId, password_hash: str, keep: str, now: datetime) -> None:
        """Store a new password; every session but the one with the token hash ``keep`` ends, and the linked chat."""
        ...

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
        """Make a one-time link. ``by`` None: made at the first start."""
        ...

    async def invites(self, now: datetime) -> Sequence[Invite]:
        """Links that are neither used nor expired, newest first."""
        ...

    async def invite(self, token_hash: str, now: datetime) -> Invite | None:
        """The open link with this token, if there is one."""
        ...

    async def cancel_invite(self, invite_id: int, now: datetime) -> None:
        """Make a link worthless. No error when it already is."""
        ...

    async def join(self, token_hash: str, name: str, login: str, password_hash: str, now: datetime) -> User:
        """Spend a link: a new person, or a new password (ending all sessions and the linked chat) for the one it names.

        Of two who spend the same link at once one wins; the other gets InviteSpent. Raises LoginTaken.
        """
        ...

    async def open_session(self, user_id: UserId, token_hash: str, address: str, browser: str, now: datetime) -> None:
        """Store a new session."""
        ...

    async def find_sessions(self, token_hashes: Sequence[str]) -> Mapping[str, Session]:
        """The sessions that were not ended, by token hash, of people who are not disabled. Age is not looked at."""
        ...

    async def sessions_of(self, user_id: UserId) -> Sequence[Session]:
        """A person's sessions that were not ended, last used first."""
        ...

    async def note_session(self, token_hash: str, now: datetime) -> None:
        """Write down that the session was used."""
        ...

    async def end_session(self, user_id: UserId, session_id: int, now: datetime) -> bool:
        """End one session of this person. False when they have no such session."""
        ...

    async def attempt(self, keys: Sequence[str], limits: GuessLimits, now: datetime) -> float:
        """Ask leave to test a password; seconds to wait, 0.0 means: go on, and it counts as a failure already.

        One transaction looks at all ``keys`` and adds one to each, so that no number of parallel tries gets
        through together. A refused try adds nothing.
        """
        ...

    async def forgive(self, keys: Sequence[str], now: datetime) -> None:
        """Take back the one failure of each of ``keys`` that a right password was counted as, and end the wait.

        Earlier failures stay counted: an own account must not buy guesses at other people's.
        """
        ...

    async def note(self, who: UserId | None, what: str, about: str, address: str, now: datetime) -> None:
        """Write a line of the audit log. ``about`` names the object, never a secret."""
        ...

    async def reveal(self, who: UserId, about: str, address: str, limits: RevealLimits | None, now: datetime) -> bool:
        """Ask leave to look at one phone. True: it is in the audit log, look. False: too many looks already.

        Counting and writing down are one transaction: no number of parallel looks gets past ``limits`` (None: no end).
        """
        ...

    async def news_seen(self, user_id: UserId) -> int:
        """The newest line of "what's new" that this person has seen; 0 at first."""
        ...

    async def see_news(self, user_id: UserId, news_id: int) -> None:
        """Remember that everything up to ``news_id`` was seen. Never goes back."""
        ...
