"""Messengers: connect one by pasting its key, see how it is doing, switch it off."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from channels.desk import ConnectionDesk
from channels.guide import common, guide
from channels.port import Trouble
from console.answers import answer
from console.forms import ConnectForm
from console.parts import Came, Parts, With
from console.policy import PEOPLE, Door
from console.refusals import N_, Refusal, not_found
from console.visit import Visit


async def channels_page(request: Request, parts: With, visit: Came) -> Response:
    """Every messenger that is built, with its guide and its accounts; those that are in use come first."""
    desk = parts.connections
    offers = sorted(await desk.offers() if desk else (), key=lambda offer: not offer.standing)
    language = visit.language
    return parts.pages.show(
        request,
        visit,
        "channels.html",
        offers=[(offer, guide(offer.channel, language)) for offer in offers],
        web=common(language)["web"],
        public_url=desk.public_url if desk else "",
    )


async def connect(request: Request, parts: With, visit: Came, channel: str, form: ConnectForm) -> Response:
    """Prove the key at the messenger and keep it."""
    desk = _desk(parts)
    known = {field.name for offer in await desk.offers() if offer.channel == channel for field in offer.fields}
    if known and not known >= set(form.root):
        raise Refusal(422, "malformed", N_("The request was not understood."))
    try:
        standing = await desk.connect(channel, form.root)
    except LookupError:
        raise not_found() from None
    except Trouble as trouble:
        raise _told(channel, trouble, visit.language) from None
    subject = f"{channel} {standing.account}"
    await parts.accounts.note(visit.user.id, "channel connected", subject, visit.address, visit.now)
    return answer({"next": f"{request.scope.get('root_path', '')}/channels"})


async def check(parts: With, visit: Came, channel: str, account: str) -> Response:
    """Ask the messenger once more."""
    try:
        await _desk(parts).check(channel, account)
    except LookupError:
        raise not_found() from None
    except Trouble as trouble:
        raise _told(channel, trouble, visit.language) from None
    return answer({})


async def switch_on(parts: With, visit: Came, channel: str, account: str) -> Response:
    """Speak and listen again."""
    return await _switch(parts, visit, channel, account, on=True)


async def switch_off(parts: With, visit: Came, channel: str, account: str) -> Response:
    """Neither speak nor listen; nothing is forgotten."""
    return await _switch(parts, visit, channel, account, on=False)


async def forget(parts: With, visit: Came, channel: str, account: str) -> Response:
    """Take the account and its key away."""
    try:
        await _desk(parts).forget(channel, account)
    except LookupError:
        raise not_found() from None
    await parts.accounts.note(visit.user.id, "channel forgotten", f"{channel} {account}", visit.address, visit.now)
    return answer({})


async def _switch(parts: Parts, visit: Visit, channel: str, account: str, *, on: bool) -> Response:
    try:
        await _desk(parts).switch(channel, account, on=on)
    except LookupError:
        raise not_found() from None
    what = "channel switched on" if on else "channel switched off"
    await parts.accounts.note(visit.user.id, what, f"{channel} {account}", visit.address, visit.now)
    return answer({})


def _desk(parts: Parts) -> ConnectionDesk:
    if parts.connections is None:
        raise not_found()
    return parts.connections


def _told(channel: str, trouble: Trouble, language: str) -> Refusal:
    """The channel's own words, beside its first field: that is where the key was pasted."""
    told = guide(channel, language).trouble(trouble.code)
    return Refusal(422, trouble.code, N_("This did not work. %(trouble)s"), values={"trouble": told})


DOORS = (
    Door(method="GET", path="/channels", policy=PEOPLE, handler=channels_page),
    Door(method="POST", path="/api/channels/{channel}/connect", policy=PEOPLE, handler=connect),
    Door(method="POST", path="/api/channels/{channel}/{account}/check", policy=PEOPLE, handler=check),
    Door(method="POST", path="/api/channels/{channel}/{account}/on", policy=PEOPLE, handler=switch_on),
    Door(method="POST", path="/api/channels/{channel}/{account}/off", policy=PEOPLE, handler=switch_off),
    Door(method="POST", path="/api/channels/{channel}/{account}/forget", policy=PEOPLE, handler=forget),
)
