"""The console's cookies: under https bound to this very host, under http at least out of scripts' reach."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

_SESSION = "zabota"
_NONCE = "zabota-visit"
_DEVICE = "zabota-device-"
LANGUAGE = "zabota-language"
THEME = "zabota-theme"


class Cookies:
    """Names and flags follow from whether the installation is reached over https."""

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure
        prefix = "__Host-" if secure else ""
        self._session = prefix + _SESSION
        self._nonce = prefix + _NONCE
        self._device = prefix + _DEVICE

    def session(self, connection: HTTPConnection) -> str:
        """The session's token, empty when none came."""
        return connection.cookies.get(self._session, "")

    def nonce(self, connection: HTTPConnection) -> str:
        """The anonymous visitor's throw-away value, empty when none came."""
        return connection.cookies.get(self._nonce, "")

    def device(self, connection: HTTPConnection, name: str) -> str:
        """The mark that an earlier login left in this browser, empty when none came."""
        return connection.cookies.get(self._device + name, "")

    def set_device(self, response: Response, name: str, mark: str, seconds: float) -> None:
        """Leave a mark of a login in this browser."""
        self._set(response, self._device + name, mark, int(seconds))

    def set_session(self, response: Response, token: str, seconds: float) -> None:
        """Hand a new session's token to the browser."""
        self._set(response, self._session, token, int(seconds))

    def set_nonce(self, response: Response, value: str) -> None:
        """Hand an anonymous visitor a value of their own; it ends with the browser."""
        self._set(response, self._nonce, value, None)

    def drop_session(self, response: Response) -> None:
        """Make the browser forget its session."""
        self._set(response, self._session, "", 0)

    def _set(self, response: Response, name: str, value: str, seconds: int | None) -> None:
        response.set_cookie(name, value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="lax")
