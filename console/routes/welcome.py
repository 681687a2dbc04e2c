"""One-time links: the owner's first visit, newcomers, and a new password for somebody who forgot theirs."""

from __future__ import annotations

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from console.answers import answer
from console.forms import NewPersonForm, WelcomeForm
from console.parts import Came, Parts, With
from console.passwords import weakness
from console.policy import ANYBODY, Door
from console.refusals import N_, Refusal
from console.routes.login import begin_session, home
from console.visit import Visit, token_hash
from handoff.accounts import Invite, InviteSpent, LoginTaken

_TOKEN_LENGTH = 64


async def welcome_page(request: Request, parts: With, visit: Came, token: str) -> Response:
    """Greet whoever holds the link, or say honestly that it has expired."""
    try:
        invite = await _invite(parts, visit, token)
    except Refusal as refusal:
        return parts.pages.show(request, visit, "link_spent.html", status=refusal.status)
    known = await parts.accounts.user(invite.user_id) if invite.user_id is not None else None
    return parts.pages.show(request, visit, "welcome.html", invite=invite, known=known, token=token)


async def welcome(request: Request, parts: With, visit: Came, token: str, form: WelcomeForm) -> Response:
    """Spend the link and come in."""
    invite = await _invite(parts, visit, token)
    name, login = await _who(parts, invite, form)
    weak = weakness(form.password, name, login)
    if weak:
        raise Refusal(422, "weak", weak, fields={"password": weak})
    hashed = await parts.passwords.hash(form.password)
    try:
        user = await parts.accounts.join(token_hash(token), name, login, hashed, visit.now)
    except InviteSpent:
        raise _spent() from None
    except LoginTaken:
        taken = N_("This login is taken. Choose another one.")
        raise Refusal(409, "taken", taken, fields={"login": taken}) from None
    root = request.scope.get("root_path", "")
    if await parts.second.asked(user) or parts.second.must_have(user):
        return answer({"next": f"{root}/login"})  # a link is no second factor
    response = answer({"next": root + home(user)})
    await begin_session(request, response, parts, visit, user)
    return response


async def _invite(parts: Parts, visit: Visit, token: str) -> Invite:
    invite = await parts.accounts.invite(token_hash(token), visit.now) if len(token) == _TOKEN_LENGTH else None
    if invite is None:
        raise _spent()
    return invite


async def _who(parts: Parts, invite: Invite, form: WelcomeForm) -> tuple[str, str]:
    if invite.user_id is not None:
        user = await parts.accounts.user(invite.user_id)
        if user is None:
            raise _spent()
        return user.name, user.login
    try:
        new = NewPersonForm(name=form.name, login=form.login)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from None
    return new.name, new.login


def _spent() -> Refusal:
    return Refusal(410, "spent", N_("This link has been used or has expired."))


DOORS = (
    Door(method="GET", path="/welcome/{token}", policy=ANYBODY, handler=welcome_page),
    Door(method="POST", path="/api/welcome/{token}", policy=ANYBODY, handler=welcome),
)
