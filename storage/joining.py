"""One person on several messengers: joined by a code that only he was given, and parted again when that was wrong.

Nothing is copied: an address and its conversation change hands. What was proved at an address goes with it.
"""

from __future__ import annotations

import hashlib

from dialog.joining import Joining
from dialog.message import Address
from storage.changes import Changes
from storage.moments import moment
from storage.sql import Script, Sql

_ADDRESS = Sql("SELECT id, person_id FROM address WHERE channel = $1 AND account = $2 AND peer = $3")
_KEEP = Sql("INSERT INTO link_code (hash, address_id, expires_at) VALUES ($1, $2, $3)")
_OF_CONVERSATION = Sql(
    "SELECT a.id, a.person_id FROM conversation c JOIN address a ON a.id = c.address_id WHERE c.id = $1"
)
_HOLDS = Sql(
    """SELECT 1 FROM link_code l JOIN conversation c ON c.id = $3
    WHERE l.hash = $1 AND l.used_at IS NULL AND l.expires_at > $2 AND l.address_id <> c.address_id"""
)
_USE = Sql(
    """UPDATE link_code SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND address_id <> $3
    RETURNING address_id"""
)
_PERSON_OF = Sql("SELECT person_id FROM address WHERE id = $1")
_JOINING = Sql(
    """INSERT INTO joining (address_id, person_before, person_after, reason, joined_at)
    VALUES ($1, $2, $3, 'link', $4)"""
)
_MOVE_ADDRESS = Sql("UPDATE address SET person_id = $2 WHERE id = $1")
_MOVE_CONVERSATION = Sql("UPDATE conversation SET person_id = $2 WHERE address_id = $1")
_MOVE_PROOFS = Sql("UPDATE verification SET person_id = $2 WHERE address_id = $1")
_NAME = Sql(
    """UPDATE person SET name = (SELECT b.name FROM person b WHERE b.id = $2)
    WHERE id = $1 AND name = ''"""
)
_FIND = Sql(
    """SELECT j.address_id, j.person_before, j.person_after, a.person_id FROM joining j
    JOIN address a ON a.id = j.address_id WHERE j.id = $1 AND j.undone_at IS NULL"""
)
_UNDO = Sql("UPDATE joining SET undone_at = $2, user_id = $3 WHERE id = $1")
_JOINED = Sql(
    """SELECT j.id, a.channel, a.account, a.peer, j.joined_at FROM joining j JOIN address a ON a.id = j.address_id
    WHERE j.person_after = $1 AND j.undone_at IS NULL ORDER BY j.id DESC"""
)


def keep_code(changes: Changes, code: str, address: Address, expires_at: int, now: int) -> Script[bool]:
    """Only the code's hash is kept: whoever reads the database cannot come as somebody else."""
    found = yield _ADDRESS, (address.channel, address.account, address.peer)
    if not found:
        return False
    yield _KEEP, (_hash(code), found[0][0], expires_at)
    return True


def code_holds(code: str, conversation_id: int, now: int) -> Script[bool]:
    """A code is used once, and never by the address that it was made for."""
    return bool((yield _HOLDS, (_hash(code), now, conversation_id)))


def use_code(code: str, conversation_id: int, now: int) -> Script[None]:
    """The address of this conversation belongs to whoever was given the code. One that is used does nothing."""
    address_id, before = (yield _OF_CONVERSATION, (conversation_id,))[0]
    used = yield _USE, (_hash(code), now, address_id)
    if not used:
        return
    after = (yield _PERSON_OF, (used[0][0],))[0][0]
    if after != before:
        yield _JOINING, (address_id, before, after, now)
        yield from _move(address_id, after)
        yield _NAME, (after, before)


def part(changes: Changes, joining_id: int, user_id: int | None, now: int) -> Script[bool]:
    """Undo, unless the address has gone on to somebody else since."""
    found = yield _FIND, (joining_id,)
    if not found:
        return False
    address_id, before, after, holder = found[0]
    if holder != after:
        return False
    yield _UNDO, (joining_id, now, user_id)
    yield from _move(address_id, before)
    return True


def joined(address: Address) -> Script[list[Joining]]:
    """Joinings that hold, of the person behind the address."""
    found = yield _ADDRESS, (address.channel, address.account, address.peer)
    return (yield from joined_to(found[0][1])) if found else []


def joined_to(person_id: int) -> Script[list[Joining]]:
    """Joinings that hold, of one person."""
    rows = yield _JOINED, (person_id,)
    return [
        Joining(id=row[0], address=Address(channel=row[1], account=row[2], peer=row[3]), joined_at=moment(row[4]))
        for row in rows
    ]


def _move(address_id: int, person_id: int) -> Script[None]:
    for statement in (_MOVE_ADDRESS, _MOVE_CONVERSATION, _MOVE_PROOFS):
        yield statement, (address_id, person_id)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
