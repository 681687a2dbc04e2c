"""One's own second factor: begun, proved, ended; and ended for somebody who lost the phone."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from console.answers import answer
from console.forms import CodeForm, OwnPasswordForm
from console.own_password import prove_password
from console.parts import Came, With
from console.policy import PEOPLE, STAFF, Door
from console.refusals import N_, Refusal, not_found
from console.routes.people import managed
from console.second_proof import beginning_json, confirmed, end_other_sessions, prove

_IN_FORCE = N_("The second factor is already on.")


async def begin(parts: With, visit: Came, form: OwnPasswordForm) -> Response:
    """A secret for one's app."""
    await prove_password(parts, visit, form.password)
    begun = await parts.second.begin(visit.user)
    if begun is None:
        raise Refusal(409, "in_force", _IN_FORCE)
    return answer(beginning_json(begun))


async def confirm(request: Request, parts: With, visit: Came, form: CodeForm) -> Response:
    """The app's first code: from now on it is asked for."""
    codes = await confirmed(request, parts, visit, visit.user, form.code)
    return answer({"codes": codes})


async def end(request: Request, parts: With, visit: Came, form: CodeForm) -> Response:
    """Off again, by one of its codes."""
    await prove(request, parts, visit, visit.user, form.code)
    await parts.second.factors.end(visit.user.id)
    await end_other_sessions(parts, visit, visit.user)
    await parts.accounts.note(visit.user.id, "second factor off", f"user {visit.user.id}", visit.address, visit.now)
    return answer({"next": f"{request.scope.get('root_path', '')}/account"})


async def end_for(parts: With, visit: Came, user_id: int) -> Response:
    """Off for somebody who has neither phone nor codes."""
    user = await managed(parts, visit, user_id)
    if not await parts.second.factors.end(user.id):
        raise not_found()
    await parts.accounts.note(visit.user.id, "second factor off", f"user {user.id}", visit.address, visit.now)
    return answer({})


DOORS = (
    Door(method="POST", path="/api/account/second", policy=STAFF, handler=begin),
    Door(method="POST", path="/api/account/second/confirm", policy=STAFF, handler=confirm),
    Door(method="POST", path="/api/account/second/end", policy=STAFF, handler=end),
    Door(method="POST", path="/api/people/{user_id}/second/end", policy=PEOPLE, handler=end_for),
)
