"""Who stands before a door: finds the session, counts its age, and judges unsafe requests."""

from __future__ import annotations

import contextlib
from datetime import datetime
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from console.addresses import client_address
from console.cookies import LANGUAGE, THEME, Cookies
from console.policy import Policy
from console.refusals import Refusal, forbidden, foreign_page, login_needed
from console.settings import ConsoleSettings, SessionLimits
from console.visit import Visit, csrf_is_right, csrf_token, token_hash
from dialog.clock import Clock, Dice
from dialog.errors import StoreBusy
from handoff.accounts import Accounts, Session

LANGUAGES = ("ru", "en")
THEMES = ("light", "dark")
CSRF_HEADER = "x-csrf"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_alive(session: Session, limits: SessionLimits, now: datetime) -> bool:
    """Whether a stored session still counts."""
    return now - session.seen_at < limits.idle and now - session.created_at < limits.absolute


class Doorman:
    """Meets every request; the same for pages, calls and sockets."""

    def __init__(
        self, *, settings: ConsoleSettings, accounts: Accounts, cookies: Cookies, clock: Clock, dice: Dice
    ) -> None:
        self._settings = settings
        self._accounts = accounts
        self._cookies = cookies
        self._clock = clock
        self._dice = dice

    async def meet(self, connection: HTTPConnection) -> Visit:
        """Find out who came. Raises StoreBusy when sessions cannot be read."""
        now = self._clock.now()
        session = await self._session(connection, now)
        nonce = self._cookies.nonce(connection)
        fresh = "" if session or nonce else self._dice.public_id()
        key = session.token_hash if session else token_hash(nonce or fresh)
        return Visit(
            session=session,
            key=key,
            csrf=csrf_token(self._settings.secret, key, self._dice.seed()),
            language=_one_of(connection.cookies.get(LANGUAGE), LANGUAGES, self._settings.language),
            theme=_one_of(connection.cookies.get(THEME), THEMES, ""),
            address=client_address(connection, self._settings.trusted_proxies),
            now=now,
            fresh_nonce=fresh,
        )

    def judge(self, connection: HTTPConnection, visit: Visit, policy: Policy) -> Refusal | None:
        """Why this visit may not pass this door, if it may not."""
        if not policy.admits(visit.role):
            return forbidden() if visit.session else login_needed()
        if connection.scope["type"] == "websocket":
            return None if self._same_origin(connection) else foreign_page()
        if connection.scope["method"] in _SAFE:
            return None
        sent = connection.headers.get(CSRF_HEADER, "")
        if self._same_origin(connection) and csrf_is_right(self._settings.secret, visit.key, sent):
            return None
        return foreign_page()

    async def _session(self, connection: HTTPConnection, now: datetime) -> Session | None:
        token = self._cookies.session(connection)
        if not token:
            return None
        hashed = token_hash(token)
        session = (await self._accounts.find_sessions([hashed])).get(hashed)
        if session is None or not is_alive(session, self._settings.sessions, now):
            return None
        if now - session.seen_at >= self._settings.sessions.note_every:
            with contextlib.suppress(StoreBusy):  # a full disk must not lock readers out
                await self._accounts.note_session(hashed, now)
        return session

    def _same_origin(self, connection: HTTPConnection) -> bool:
        origin = connection.headers.get("origin", "")
        site = connection.headers.get("sec-fetch-site", "same-origin")
        if site not in ("same-origin", "none"):
            return False
        if self._settings.origin:
            return origin == self._settings.origin
        return bool(origin) and urlsplit(origin).netloc == connection.headers.get("host", "")


def _one_of(value: str | None, known: tuple[str, ...], default: str) -> str:
    return value if value in known else default
