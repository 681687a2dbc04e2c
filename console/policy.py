"""Who may pass a door. Every route names its policy; a route without one stops the console from starting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from handoff.roles import DESK, EVERYBODY, LEADERS, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The roles that pass; ``anonymous`` lets everybody in. ``plain`` doors serve fixed files and look at nobody."""

    name: str
    roles: frozenset[Role]
    anonymous: bool = False
    plain: bool = False

    def admits(self, role: Role | None) -> bool:
        """Whether somebody of ``role`` (None: not logged in) may pass."""
        return self.anonymous or role in self.roles


FILES = Policy(name="files", roles=EVERYBODY, anonymous=True, plain=True)
ANYBODY = Policy(name="anybody", roles=EVERYBODY, anonymous=True)
STAFF = Policy(name="staff", roles=EVERYBODY)
INBOX = Policy(name="inbox", roles=DESK)
PEOPLE = Policy(name="people", roles=LEADERS)
OWNERS = Policy(name="owners", roles=frozenset({Role.OWNER}))
REPORTS = Policy(name="reports", roles=LEADERS)
ANSWERS = Policy(name="answers", roles=LEADERS)
SETTINGS = Policy(name="settings", roles=LEADERS)

SOCKET = "WS"
"""The method of a WebSocket door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One route: what it answers to, who may pass, what is behind it."""

    method: str
    path: str
    policy: Policy
    handler: Callable[..., Awaitable[Response | None]]
