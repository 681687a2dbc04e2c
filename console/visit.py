"""One request as the handlers see it: who came, from where, in which language."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import HTTPConnection

from handoff.accounts import Session, User
from handoff.roles import Role

_PAD = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """``key`` is the session's token hash, or of an anonymous visitor the hash of a throw-away cookie."""

    session: Session | None
    key: str
    csrf: str
    language: str
    theme: str
    address: str
    """What guesses are counted by: the IPv4 address or the /64 of an IPv6 one."""
    now: datetime
    fresh_nonce: str = ""
    """Set: the anonymous cookie that the answer has to set."""

    @property
    def role(self) -> Role | None:
        """The role of whoever came, None when not logged in."""
        return self.session.user.role if self.session else None

    @property
    def user(self) -> User:
        """Whoever is logged in. Only behind doors that let nobody else pass."""
        if self.session is None:
            raise LookupError("nobody is logged in")
        return self.session.user


def token_hash(token: str) -> str:
    """What is stored of a token: SHA-256 of 256 random bits needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(secret: bytes, key: str, pad: str) -> str:
    """The token that a page of this visitor sends back in a header: worthless in any other session.

    ``pad`` is random, 32 hex digits: no two pages carry the same token, so packed pages do not betray it.
    """
    return pad + hmac.new(secret, f"csrf:{key}:{pad}".encode(), hashlib.sha256).hexdigest()


def csrf_is_right(secret: bytes, key: str, sent: str) -> bool:
    """Whether ``sent`` is a token of this visitor."""
    return hmac.compare_digest(sent.encode(), csrf_token(secret, key, sent[:_PAD]).encode())


def visit_of(connection: HTTPConnection) -> Visit:
    """The visit that the guard left in the connection."""
    visit: Visit = connection.scope["state"]["visit"]
    return visit
