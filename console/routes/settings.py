"""The installation's settings: what each is, what it takes, where its value comes from; changed one by one."""

from __future__ import annotations

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from console.answers import answer
from console.forms import SettingForm
from console.language import translate
from console.parts import Came, With
from console.policy import SETTINGS, Door
from console.refusals import N_, Refusal, not_found
from console.tuning import BadValue, Knob
from console.visit import Visit
from handoff.roles import Role


async def settings_page(request: Request, parts: With, visit: Came) -> Response:
    """Every setting that the visitor may change, under its heading."""
    knobs = [knob for knob in await parts.tuning.all(visit.language) if _may(visit, knob)]
    groups = [(title, list(some)) for title, some in groupby(knobs, lambda knob: knob.group)]

    def expected(knob: Knob) -> str:
        return _expected(knob, visit.language)

    return parts.pages.show(request, visit, "settings.html", groups=groups, expected=expected, shown=shown)


async def change(parts: With, visit: Came, name: str, form: SettingForm) -> Response:
    """Take a new value, or say what is expected instead."""
    knob = await _knob(parts, visit, name)
    if not _may(visit, knob):
        raise Refusal(403, "owners", N_("Only an owner may change this."))
    if knob.fixed:
        message = N_("This value is set by %(variable)s on the server and cannot be changed here.")
        raise Refusal(409, "fixed", message, values={"variable": knob.source})
    try:
        await parts.tuning.put(name, form.value, visit.user.login, visit.now)
    except BadValue:
        message = N_("This does not fit. Expected: %(expected)s.")
        raise Refusal(422, "value", message, values={"expected": _expected(knob, visit.language)}) from None
    await parts.accounts.note(visit.user.id, "setting changed", name, visit.address, visit.now)
    now = await _knob(parts, visit, name)
    return answer({"name": name, "value": shown(now.value), "source": now.source, "live": now.live})


def _may(visit: Visit, knob: Knob) -> bool:
    return not knob.owners or visit.role is Role.OWNER


async def _knob(parts: With, visit: Came, name: str) -> Knob:
    found = next((knob for knob in await parts.tuning.all(visit.language) if knob.name == name), None)
    if found is None:
        raise not_found()
    return found


def shown(value: object) -> str:
    """A value as a field holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _expected(knob: Knob, language: str) -> str:
    if knob.among:
        return translate(
            language, N_("one of: %(values)s"), {"values": ", ".join(knob.called(value) for value in knob.among)}
        )
    if isinstance(knob.default, bool):
        return translate(language, N_("yes or no"))
    if knob.address:
        return translate(language, N_("an address such as http://server:port, or nothing"))
    if isinstance(knob.default, str) or knob.least is None or knob.most is None:
        return translate(language, N_("text"))
    bounds = {"least": shown(float(knob.least)), "most": shown(float(knob.most))}
    if isinstance(knob.default, int):
        return translate(language, N_("a whole number from %(least)s to %(most)s"), bounds)
    return translate(language, N_("a number from %(least)s to %(most)s"), bounds)


DOORS = (
    Door(method="GET", path="/settings", policy=SETTINGS, handler=settings_page),
    Door(method="POST", path="/api/settings/{name}", policy=SETTINGS, handler=change),
)
