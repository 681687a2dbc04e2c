"""Pages: Jinja with autoescape and no undefined names, one environment a language."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from console.assets import Assets
from console.cookies import Cookies
from console.language import script_words, words
from console.settings import ConsoleSettings
from console.visit import Visit


class Pages:
    """Renders templates for a visit."""

    def __init__(self, settings: ConsoleSettings, assets: Assets, cookies: Cookies) -> None:
        self._settings = settings
        self._assets = assets
        self._cookies = cookies
        self._environments: dict[str, Environment] = {}

    def show(
        self,
        connection: HTTPConnection,
        visit: Visit,
        template: str,
        *,
        status: int = 200,
        state: Mapping[str, object] | None = None,
        **values: object,
    ) -> HTMLResponse:
        """A whole page. ``state`` reaches the page's scripts through a data attribute."""
        root = connection.scope.get("root_path", "")
        page = self._environment(visit.language).get_template(template)
        body = page.render(
            visit=visit,
            role=visit.role.value if visit.role else "",
            language=visit.language,
            salon=self._settings.salon_name,
            root=root,
            static=lambda name: f"{root}/static/{self._assets.path(name)}",
            modules=self._assets.modules,
            words=lambda *folders: orjson.dumps(dict(script_words(visit.language, *folders))).decode(),
            state=orjson.dumps(self._state(root, visit) | dict(state or {})).decode(),
            **values,
        )
        response = HTMLResponse(body, status_code=status)
        if visit.fresh_nonce:
            self._cookies.set_nonce(response, visit.fresh_nonce)
        return response

    def _state(self, root: str, visit: Visit) -> dict[str, object]:
        user = visit.session.user if visit.session else None
        return {
            "root": root,
            "csrf": visit.csrf,
            "language": visit.language,
            "zone": self._settings.zone,
            "version": self._assets.version,
            "user": {"id": user.id, "name": user.name, "role": user.role.value} if user else None,
        }

    def _environment(self, language: str) -> Environment:
        if language not in self._environments:
            environment = Environment(
                loader=PackageLoader("console"),
                autoescape=True,
                undefined=StrictUndefined,
                extensions=["jinja2.ext.i18n"],
                trim_blocks=True,
                lstrip_blocks=True,
            )
            environment.install_gettext_translations(words(language), newstyle=True)  # type: ignore[attr-defined]
            self._environments[language] = environment
        return self._environments[language]
