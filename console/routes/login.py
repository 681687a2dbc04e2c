"""Coming in by password and going out."""

from __future__ import annotations

import re
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.addresses import is_this_machine
from console.answers import answer
from console.forms import LoginForm
from console.parts import Came, Parts, With
from console.policy import ANYBODY, STAFF, Door
from console.refusals import N_, Refusal
from console.second_proof import beginning_json, confirmed, prove
from console.visit import Visit, token_hash
from console.wire import Json
from dialog.errors import StoreBusy
from handoff.accounts import User
from handoff.roles import DESK

_INNER_PATH = re.compile(r"/[a-z][A-Za-z0-9/_-]*")
_BROWSER_LENGTH = 200


async def login_page(request: Request, parts: With, visit: Came, next: str = "") -> Response:  # noqa: A002 - the address' word
    """The form; whoever is in already goes on."""
    if visit.session:
        return RedirectResponse(_root(request) + home(visit.session.user), status_code=303)
    bare = not parts.settings.secure and not is_this_machine(request.url.hostname or "")
    return parts.pages.show(request, visit, "login.html", state={"next": _inner(next)}, bare=bare)


async def log_in(request: Request, parts: With, visit: Came, form: LoginForm) -> Response:
    """Test a password, at a rate that makes guessing hopeless, and begin a new session."""
    login = form.login.casefold()
    device = parts.devices.known(request, login, visit.now)
    keys = (f"device:{device}",) if device else (f"login:{login}", f"address:{visit.address}")
    wait = await parts.accounts.attempt(keys, parts.settings.guesses, visit.now)
    if wait > 0:
        message = N_("Too many attempts. Try again in %(seconds)s s.")
        seconds = max(1, round(wait))
        raise Refusal(429, "wait", message, values={"seconds": seconds}, retry_after=wait)
    user = await parts.accounts.by_login(login)
    stored = user.password_hash if user and user.disabled_at is None else ""
    if not await parts.passwords.matches(stored, form.password) or user is None:
        with suppress(StoreBusy):  # the guess is counted already; "come again" would not write the line either
            await parts.accounts.note(user.id if user else None, "login refused", "", visit.address, visit.now)
        raise Refusal(401, "password", N_("The login or the password is wrong."))
    await parts.accounts.forgive(keys, visit.now)
    onward = _root(request) + (_inner(form.next) or home(user))
    shown: Json = {"next": onward}
    if await parts.second.asked(user):
        if not form.code:
            return answer({"code": True})
        await prove(request, parts, visit, user, form.code)
    elif parts.second.must_have(user):
        if not form.code:
            begun = await parts.second.begin(user)
            return answer(beginning_json(begun) if begun else {"code": True})
        # The codes are shown first: this page goes on when they are written down.
        shown = {"codes": await confirmed(request, parts, visit, user, form.code), "onward": onward}
    response = answer(shown)
    await begin_session(request, response, parts, visit, user)
    return response


async def log_out(parts: With, visit: Came) -> Response:
    """End this session and its open screens."""
    if visit.session:
        await parts.accounts.end_session(visit.user.id, visit.session.id, visit.now)
        parts.live.end_sessions([visit.session.token_hash])
    response = answer({"next": "login"})
    parts.cookies.drop_session(response)
    return response


async def begin_session(request: Request, response: Response, parts: Parts, visit: Visit, user: User) -> None:
    """A session with a new id, whatever cookie the browser came with; its old session ends."""
    token = parts.dice.seed() + parts.dice.seed()
    browser = request.headers.get("user-agent", "")[:_BROWSER_LENGTH]
    if visit.session:
        await parts.accounts.end_session(visit.session.user.id, visit.session.id, visit.now)
        parts.live.end_sessions([visit.session.token_hash])
    await parts.accounts.open_session(user.id, token_hash(token), visit.address, browser, visit.now)
    await parts.accounts.note(user.id, "login", "", visit.address, visit.now)
    parts.cookies.set_session(response, token, parts.settings.sessions.absolute.total_seconds())
    parts.devices.remember(request, response, user.login, visit.now)


def home(user: User) -> str:
    """The first page of this person."""
    return "/inbox" if user.role in DESK else "/today"


def _root(request: Request) -> str:
    root: str = request.scope.get("root_path", "")
    return root


def _inner(path: str) -> str:
    return path if _INNER_PATH.fullmatch(path) and not path.startswith(("/api", "/login")) else ""


DOORS = (
    Door(method="GET", path="/login", policy=ANYBODY, handler=login_page),
    Door(method="POST", path="/api/login", policy=ANYBODY, handler=log_in),
    Door(method="POST", path="/api/logout", policy=STAFF, handler=log_out),
)
