"""The password of whoever is logged in, asked for once more before what lets somebody in or keeps the owner out.

A session left open proves nobody: it may be a stranger who sits there.
"""

from __future__ import annotations

from console.parts import Parts
from console.refusals import N_, Refusal
from console.visit import Visit

_WRONG = N_("This is not your current password.")
_TOO_MANY = N_("Too many attempts. Try again in %(seconds)s s.")


async def prove_password(parts: Parts, visit: Visit, given: str, *, field: str = "password") -> None:
    """Refuses a wrong one, beside the form's ``field``, and too many of them."""
    keys = (f"password:{visit.user.id}",)
    wait = await parts.accounts.attempt(keys, parts.settings.guesses, visit.now)
    if wait > 0:
        raise Refusal(429, "wait", _TOO_MANY, values={"seconds": max(1, round(wait))}, retry_after=wait)
    if not await parts.passwords.matches(visit.user.password_hash, given):
        raise Refusal(403, "password", _WRONG, fields={field: _WRONG})
    await parts.accounts.forgive(keys, visit.now)
