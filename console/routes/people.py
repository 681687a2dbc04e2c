"""The people of the salon: who may come in, open links, shutting somebody out within a second."""

from __future__ import annotations

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response

from console.answers import answer
from console.forms import InviteForm
from console.parts import Came, Parts, With
from console.policy import PEOPLE, Door
from console.refusals import N_, Refusal, forbidden, not_found
from console.visit import Visit, token_hash
from console.wire import sight_of
from dialog.errors import Conflict
from dialog.ids import UserId
from handoff.accounts import LastOwner, User
from handoff.desk import QueueItem
from handoff.roles import DESK, Role, may_manage

_MOST_HELD = 1_000


async def people_page(request: Request, parts: With, visit: Came) -> Response:
    """Everybody and the open links."""
    return parts.pages.show(
        request,
        visit,
        "people.html",
        people=await parts.accounts.users(),
        invites=await parts.accounts.invites(visit.now),
        roles=[role for role in Role if may_manage(visit.user.role, role)],
        may_manage=may_manage,
        secured=await parts.second.factors.having(),
        linked={one.user.id for one in await parts.pagers.all()} if parts.pagers else None,
        desk=DESK,
    )


async def invite(request: Request, parts: With, visit: Came, form: InviteForm) -> Response:
    """Make a one-time link; it is shown this once and never again."""
    if not may_manage(visit.user.role, form.role):
        raise forbidden()
    return await _link(request, parts, visit, form.role, form.name, None)


async def renew_password(request: Request, parts: With, visit: Came, user_id: int) -> Response:
    """A one-time link by which somebody sets a new password."""
    user = await managed(parts, visit, user_id)
    return await _link(request, parts, visit, user.role, user.name, user.id)


async def cancel_invite(parts: With, visit: Came, invite_id: int) -> Response:
    """Make an open link worthless."""
    found = next((link for link in await parts.accounts.invites(visit.now) if link.id == invite_id), None)
    if found is None or not may_manage(visit.user.role, found.role):
        raise not_found()
    await parts.accounts.cancel_invite(found.id, visit.now)
    await parts.accounts.note(visit.user.id, "invite cancelled", f"invite {found.id}", visit.address, visit.now)
    return answer({})


async def disable(parts: With, visit: Came, user_id: int) -> Response:
    """Shut a person out: sessions and open screens end now, what the person led waits for somebody else."""
    user = await managed(parts, visit, user_id)
    if user.id == visit.user.id:
        raise Refusal(409, "self", N_("You cannot shut yourself out."))
    sessions = await parts.accounts.sessions_of(user.id)
    try:
        await parts.accounts.disable(user.id, visit.now)
    except LastOwner:
        raise Refusal(409, "last", N_("The salon needs at least one owner.")) from None
    parts.live.end_sessions([session.token_hash for session in sessions])
    await parts.accounts.note(visit.user.id, "disabled", f"user {user.id}", visit.address, visit.now)
    held = await _returned(parts, user.id, visit)
    about = f"user {user.id}: {', '.join(item.public_id for item in held)}"
    if held:
        await parts.accounts.note(visit.user.id, "conversations returned", about, visit.address, visit.now)
    sight = sight_of(visit.role)
    return answer(
        {
            "report": {
                "name": user.name,
                "sessions": len(sessions),
                "held": [{"id": item.public_id, "name": sight.text(item.client_name)} for item in held],
            }
        }
    )


async def _returned(parts: Parts, holder: UserId, visit: Visit) -> list[QueueItem]:
    """What somebody who was shut out led goes back to the queue; those conversations."""
    returned: list[QueueItem] = []
    for item in await parts.desk.queue("mine", holder, _MOST_HELD):
        with suppress(Conflict):  # passed on a moment ago
            await parts.desk.leave(item.conversation_id, holder, item.epoch, visit.now)
            returned.append(item)
    return returned


async def enable(parts: With, visit: Came, user_id: int) -> Response:
    """Let a person in again."""
    user = await managed(parts, visit, user_id)
    await parts.accounts.enable(user.id, visit.now)
    await parts.accounts.note(visit.user.id, "enabled", f"user {user.id}", visit.address, visit.now)
    return answer({})


async def managed(parts: Parts, visit: Visit, user_id: int) -> User:
    """A person whom whoever came may manage. Refuses everybody else."""
    user = await parts.accounts.user(UserId(user_id)) if 0 < user_id < 2**62 else None
    if user is None:
        raise not_found()
    if not may_manage(visit.user.role, user.role):
        raise forbidden()
    return user


async def _link(
    request: Request, parts: Parts, visit: Visit, role: Role, name: str, user_id: UserId | None
) -> Response:
    token = parts.dice.seed() + parts.dice.seed()
    expires = visit.now + parts.settings.invite_life
    made = await parts.accounts.add_invite(token_hash(token), role, name, visit.user.id, user_id, expires, visit.now)
    await parts.accounts.note(visit.user.id, "invited", f"invite {made.id}", visit.address, visit.now)
    base = parts.settings.origin or f"{request.url.scheme}://{request.url.netloc}"
    return answer({"link": f"{base}{request.scope.get('root_path', '')}/welcome/{token}"})


DOORS = (
    Door(method="GET", path="/people", policy=PEOPLE, handler=people_page),
    Door(method="POST", path="/api/people/invites", policy=PEOPLE, handler=invite),
    Door(method="POST", path="/api/people/invites/{invite_id}/cancel", policy=PEOPLE, handler=cancel_invite),
    Door(method="POST", path="/api/people/{user_id}/password", policy=PEOPLE, handler=renew_password),
    Door(method="POST", path="/api/people/{user_id}/disable", policy=PEOPLE, handler=disable),
    Door(method="POST", path="/api/people/{user_id}/enable", policy=PEOPLE, handler=enable),
)
