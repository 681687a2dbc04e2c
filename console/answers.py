"""How refusals and faults become answers: JSON for calls, a page for people, both in their language."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.language import translate
from console.refusals import N_, Refusal, not_found
from console.visit import Visit
from dialog.errors import StoreBusy

_BY_TYPE = {
    "missing": N_("This field is needed."),
    "string_too_long": N_("This is too long."),
    "extra_forbidden": N_("This field is not known here."),
}
_BY_FIELD = {
    "login": N_("A login has 3 to 64 letters, digits, dots or dashes."),
    "name": N_("Write a name, please."),
    "text": N_("An empty message cannot be sent."),
    "password": N_("Write the password, please."),
    "tag": N_("A label has 1 to 30 signs."),
    "topic": N_("A topic is a few words without punctuation."),
}
_MALFORMED = N_("The request was not understood.")


def answer(data: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(data), status_code=status, media_type="application/json")


def install_answers(app: FastAPI) -> None:
    """Make ``app`` answer every refusal in one way."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(StoreBusy, _busy)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    if is_call(request):
        return _call(request, error)
    if error.code == "login" and request.method == "GET":
        return RedirectResponse(_login_address(request), status_code=303)
    return _page(request, error)


async def _busy(request: Request, error: Exception) -> Response:
    assert isinstance(error, StoreBusy)
    message = N_("The server cannot save right now. Nothing is lost: try again in a few seconds.")
    return await _refused(request, Refusal(503, "busy", message, retry_after=error.retry_after))


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields: dict[str, str] = {}
    for fault in error.errors():
        place = [part for part in fault["loc"] if isinstance(part, str)]
        name = place[-1] if len(place) > 1 else ""
        if name:
            fields[name] = _BY_TYPE.get(fault["type"]) or _BY_FIELD.get(name, _MALFORMED)
    return await _refused(request, Refusal(422, "malformed", _MALFORMED, fields=fields))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return await _refused(request, not_found())
    known = {405: N_("This cannot be done here."), 413: N_("This is too long.")}
    return await _refused(request, Refusal(error.status_code, "malformed", known.get(error.status_code, _MALFORMED)))


def is_call(request: Request) -> bool:
    """Whether a script asked, not a person's address line."""
    return _path(request).startswith("/api/") or request.method not in ("GET", "HEAD")


def _path(request: Request) -> str:
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", ""))


def _call(request: Request, refusal: Refusal) -> Response:
    language = _language(request)
    body = {
        "error": {
            "code": refusal.code,
            "message": translate(language, refusal.message, refusal.values),
            "fields": {name: translate(language, message) for name, message in refusal.fields.items()},
            **refusal.values,
        }
    }
    return _with_retry(answer(body, refusal.status), refusal)


def _page(request: Request, refusal: Refusal) -> Response:
    visit = _visit(request)
    message = translate(_language(request), refusal.message, refusal.values)
    if visit is None:
        return _with_retry(Response(message, status_code=refusal.status, media_type="text/plain"), refusal)
    pages = request.app.state.parts.pages
    page: Response = pages.show(request, visit, "refused.html", status=refusal.status, message=message)
    return _with_retry(page, refusal)


def _with_retry(response: Response, refusal: Refusal) -> Response:
    if refusal.retry_after is not None:
        response.headers["retry-after"] = str(max(1, round(refusal.retry_after)))
    return response


def _visit(request: Request) -> Visit | None:
    visit: Visit | None = request.scope.get("state", {}).get("visit")
    return visit


def _language(request: Request) -> str:
    visit = _visit(request)
    language: str = visit.language if visit else request.app.state.parts.settings.language
    return language


def _login_address(request: Request) -> str:
    root = request.scope.get("root_path", "")
    return f"{root}/login?{urlencode({'next': quote(_path(request), safe='/')})}"
