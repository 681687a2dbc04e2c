"""Codes of the second factor as they come by a form: tested at a rate that makes guessing hopeless."""

from __future__ import annotations

from starlette.requests import Request

from console.parts import Parts
from console.refusals import N_, Refusal
from console.second_factor import Beginning
from console.visit import Visit
from console.wire import Json
from handoff.accounts import User

_WRONG = N_("This code does not fit. Codes change every half minute: take the newest.")
_TOO_MANY = N_("Too many attempts. Try again in %(seconds)s s.")


async def confirmed(request: Request, parts: Parts, visit: Visit, user: User, code: str) -> list[str]:
    """The codes on paper after the app's first code; refuses a wrong one, and too many of them.

    Whoever came in without a code before is out: every session ends but the one it is done in.
    """
    keys = await _attempt(request, parts, visit, user)
    codes = await parts.second.confirm(user, code, visit.now)
    if codes is None:
        raise Refusal(401, "code", _WRONG, fields={"code": _WRONG})
    await parts.accounts.forgive(keys, visit.now)
    await parts.accounts.note(user.id, "second factor on", f"user {user.id}", visit.address, visit.now)
    await end_other_sessions(parts, visit, user)
    return codes


async def prove(request: Request, parts: Parts, visit: Visit, user: User, code: str) -> None:
    """Spend a code; refuses a wrong one, and too many of them."""
    keys = await _attempt(request, parts, visit, user)
    if not await parts.second.proved(user, code, visit.now):
        await parts.accounts.note(user.id, "second factor refused", "", visit.address, visit.now)
        raise Refusal(401, "code", _WRONG, fields={"code": _WRONG})
    await parts.accounts.forgive(keys, visit.now)


async def end_other_sessions(parts: Parts, visit: Visit, user: User) -> None:
    """All but the one that the visit came with, with their open screens."""
    others = [one for one in await parts.accounts.sessions_of(user.id) if one.token_hash != visit.key]
    for session in others:
        await parts.accounts.end_session(user.id, session.id, visit.now)
    parts.live.end_sessions(session.token_hash for session in others)


async def _attempt(request: Request, parts: Parts, visit: Visit, user: User) -> tuple[str, ...]:
    """A browser that the person came in by counts for itself: whoever has the password only does not shut it out."""
    device = parts.devices.known(request, user.login, visit.now)
    keys = (f"second:device:{device}" if device else f"second:{user.id}",)
    wait = await parts.accounts.attempt(keys, parts.settings.guesses, visit.now)
    if wait > 0:
        raise Refusal(429, "wait", _TOO_MANY, values={"seconds": max(1, round(wait))}, retry_after=wait)
    return keys


def beginning_json(begun: Beginning) -> Json:
    """What a page shows to the camera and to the eye."""
    return {"secret": begun.secret, "qr": {"path": begun.path, "size": begun.size}}
