"""One's own account: where one is logged in, one's password; and the pages that every role has."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.answers import answer
from console.doorman import is_alive
from console.forms import PasswordForm
from console.own_password import prove_password
from console.parts import Came, With
from console.passwords import weakness
from console.policy import STAFF, Door
from console.refusals import Refusal, not_found
from console.routes.login import home
from handoff.roles import DESK


async def first_page(request: Request, visit: Came) -> Response:
    """Send everybody to the first page of their role."""
    return RedirectResponse(request.scope.get("root_path", "") + home(visit.user), status_code=303)


async def account_page(request: Request, parts: With, visit: Came) -> Response:
    """One's sessions and password."""
    sessions = [
        session
        for session in await parts.accounts.sessions_of(visit.user.id)
        if is_alive(session, parts.settings.sessions, visit.now)
    ]
    pagers = await parts.pagers.all() if parts.pagers and visit.role in DESK else None
    return parts.pages.show(
        request,
        visit,
        "account.html",
        sessions=sessions,
        current=visit.session,
        factor=await parts.second.factors.of(visit.user.id),
        linkable=pagers is not None,
        pager=next((one for one in pagers or () if one.user.id == visit.user.id), None),
    )


async def whoami(parts: With, visit: Came) -> Response:
    """Whether the session still lives: a screen whose socket was refused asks this before it tries again."""
    return answer({"user": visit.user.id, "role": visit.user.role.value, "version": parts.assets.version})


async def end_session(parts: With, visit: Came, session_id: int) -> Response:
    """End one of one's own sessions."""
    mine = {session.id: session for session in await parts.accounts.sessions_of(visit.user.id)}
    if session_id not in mine or not await parts.accounts.end_session(visit.user.id, session_id, visit.now):
        raise not_found()
    parts.live.end_sessions([mine[session_id].token_hash])
    return answer({})


async def change_password(parts: With, visit: Came, form: PasswordForm) -> Response:
    """A new password; every other session of the person ends."""
    await prove_password(parts, visit, form.old, field="old")
    weak = weakness(form.new, visit.user.name, visit.user.login)
    if weak:
        raise Refusal(422, "weak", weak, fields={"new": weak})
    sessions = await parts.accounts.sessions_of(visit.user.id)
    hashed = await parts.passwords.hash(form.new)
    await parts.accounts.set_password(visit.user.id, hashed, visit.key, visit.now)
    parts.live.end_sessions(session.token_hash for session in sessions if session.token_hash != visit.key)
    await parts.accounts.note(visit.user.id, "password changed", "", visit.address, visit.now)
    return answer({})


DOORS = (
    Door(method="GET", path="/", policy=STAFF, handler=first_page),
    Door(method="GET", path="/account", policy=STAFF, handler=account_page),
    Door(method="GET", path="/api/session", policy=STAFF, handler=whoami),
    Door(method="POST", path="/api/account/sessions/{session_id}/end", policy=STAFF, handler=end_session),
    Door(method="POST", path="/api/account/password", policy=STAFF, handler=change_password),
)
