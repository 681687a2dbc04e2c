"""The four roles of a salon's people. Whoever is not logged in is the fifth row of every matrix."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is to the salon; stored as its value."""

    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    MASTER = "master"


EVERYBODY = frozenset(Role)
LEADERS = frozenset({Role.OWNER, Role.ADMIN})
DESK = frozenset({Role.OWNER, Role.ADMIN, Role.MANAGER})

_MAY_INVITE = {
    Role.OWNER: EVERYBODY,
    Role.ADMIN: frozenset({Role.MANAGER, Role.MASTER}),
}


def may_manage(actor: Role, other: Role) -> bool:
    """Whether ``actor`` may invite or disable somebody of the role ``other``."""
    return other in _MAY_INVITE.get(actor, frozenset())
