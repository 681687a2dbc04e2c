"""The managers' bot and its people: codes that link a chat to an account, and taking the chat away."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from console.answers import answer
from console.forms import OwnPasswordForm
from console.own_password import prove_password
from console.parts import Came, Parts, With
from console.policy import INBOX, PEOPLE, Door
from console.refusals import N_, Refusal, not_found
from console.routes.people import managed
from console.visit import Visit, token_hash
from handoff.accounts import User
from handoff.pagers import Pagers
from handoff.roles import DESK

CODE_LIFE = timedelta(minutes=10)
_LINK = "https://t.me/{name}?start={code}"
_NOT_RUNNING = N_("The managers' bot has not started yet. Look at its token in the settings.")


async def link_mine(parts: With, visit: Came, form: OwnPasswordForm) -> Response:
    """A one-time link for one's own Telegram."""
    _pagers(parts)
    await prove_password(parts, visit, form.password)
    return await _link(parts, visit, visit.user)


async def unlink_mine(parts: With, visit: Came) -> Response:
    """One's own chat is nobody's."""
    return await _unlink(parts, visit, visit.user)


async def link(parts: With, visit: Came, user_id: int) -> Response:
    """A one-time link for somebody else's Telegram."""
    user = await managed(parts, visit, user_id)
    if user.role not in DESK or user.disabled_at is not None:
        raise not_found()
    return await _link(parts, visit, user)


async def unlink(parts: With, visit: Came, user_id: int) -> Response:
    """Somebody else's chat is nobody's."""
    return await _unlink(parts, visit, await managed(parts, visit, user_id))


async def _link(parts: Parts, visit: Visit, user: User) -> Response:
    pagers = _pagers(parts)
    name = await pagers.name()
    if not name:
        raise Refusal(409, "not_running", _NOT_RUNNING)
    code = parts.dice.seed()
    await pagers.make_code(user.id, token_hash(code), visit.now + CODE_LIFE)
    await parts.accounts.note(visit.user.id, "messenger code", f"user {user.id}", visit.address, visit.now)
    return answer({"link": _LINK.replace("{name}", name).replace("{code}", code)})


async def _unlink(parts: Parts, visit: Visit, user: User) -> Response:
    if not await _pagers(parts).unlink(user.id):
        raise not_found()
    await parts.accounts.note(visit.user.id, "messenger unlinked", f"user {user.id}", visit.address, visit.now)
    return answer({})


def _pagers(parts: Parts) -> Pagers:
    if parts.pagers is None:
        raise not_found()
    return parts.pagers


DOORS = (
    Door(method="POST", path="/api/account/messenger", policy=INBOX, handler=link_mine),
    Door(method="POST", path="/api/account/messenger/end", policy=INBOX, handler=unlink_mine),
    Door(method="POST", path="/api/people/{user_id}/messenger", policy=PEOPLE, handler=link),
    Door(method="POST", path="/api/people/{user_id}/messenger/end", policy=PEOPLE, handler=unlink),
)
