"""The inbox: its page and the calls of its screens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from console.answers import answer
from console.client_visits import visits_json
from console.forms import ClaimForm, ReplyForm, ReturnForm
from console.parts import Came, Parts, With
from console.policy import INBOX, Door
from console.refusals import N_, Refusal, not_found
from console.visit import Visit
from console.wire import Json, card_json, item_json, message_json, page_json, sight_of
from dialog.errors import Conflict
from dialog.ids import UserId
from handoff.desk import QueueItem

_MOST_ITEMS = 100
_MOST_LINES = 100
_MOST_ID = 40
Box = Literal["waiting", "mine", "bot", "closed"]
Seq = Annotated[int, Query(ge=0, le=2**62)]


async def inbox_page(request: Request, parts: With, visit: Came) -> Response:
    """The page: everything else is done by its scripts, so that it never reloads."""
    first = await _box(parts, visit, "waiting")
    news = await parts.desk.news(await parts.accounts.news_seen(visit.user.id), _MOST_ITEMS)
    return parts.pages.show(request, visit, "inbox.html", state={"box": first, "news": len(news)})


async def box(parts: With, visit: Came, box: Box = "waiting") -> Response:
    """One box of the inbox with the counts of all and the number of the newest event in it."""
    return answer(await _box(parts, visit, box))


async def conversation(parts: With, visit: Came, public_id: str) -> Response:
    """One conversation: its strip, its last lines, the client's card and visits."""
    item = await readable(parts, visit, public_id)
    sight = sight_of(visit.role)
    lines = await parts.transcript.before(item.conversation_id, item.last_seq + 1, _MOST_LINES)
    card = await parts.cards.card(item.public_id)
    page = await parts.notebook.page(item.conversation_id, visit.now)
    return answer(
        {
            "item": item_json(item, sight),
            "messages": [message_json(line, sight) for line in lines],
            "card": card_json(card, sight) if card else None,
            "page": page_json(page, sight),
            "visits": await visits_json(parts.book, item.conversation_id, visit),
        }
    )


async def messages(
    parts: With, visit: Came, public_id: str, after: Seq | None = None, before: Seq | None = None
) -> Response:
    """Lines above ``after``, or the last ones below ``before``."""
    item = await readable(parts, visit, public_id)
    sight = sight_of(visit.role)
    if after is not None:
        lines = await parts.transcript.after(item.conversation_id, after, _MOST_LINES)
    else:
        below = item.last_seq + 1 if before is None else before
        lines = await parts.transcript.before(item.conversation_id, below, _MOST_LINES)
    return answer({"messages": [message_json(line, sight) for line in lines]})


async def claim(parts: With, visit: Came, public_id: str, form: ClaimForm) -> Response:
    """Take a conversation; of two who try, one learns that the other was first."""
    item = await item_of(parts, public_id)
    if item.owner != "human":  # a colleague's is answered with the colleague's name
        item = await readable(parts, visit, public_id)
    try:
        await parts.desk.claim(item.conversation_id, visit.user.id, form.epoch, visit.now)
    except Conflict as conflict:
        raise await taken(parts, visit, conflict) from None
    await parts.accounts.note(visit.user.id, "claimed", f"conversation {public_id}", visit.address, visit.now)
    return answer({"item": item_json(await item_of(parts, public_id), sight_of(visit.role))})


async def reply(parts: With, visit: Came, public_id: str, form: ReplyForm) -> Response:
    """Answer the client. Sent again with the same client id, it is answered again and said once."""
    item = await item_of(parts, public_id)
    if item.window_until is not None and item.window_until <= visit.now:
        message = N_("Too late for an answer here: the client must write first. Call him or write to him elsewhere.")
        raise Refusal(422, "window_closed", message)
    try:
        accepted = await parts.desk.reply(
            item.conversation_id, visit.user.id, form.text, form.client_id, form.epoch, visit.now
        )
    except Conflict as conflict:
        raise await taken(parts, visit, conflict) from None
    if (due := parts.find_word(form.text, visit.now)) is not None:  # a repeat, too: the first time may have ended here
        await parts.notebook.give_word(item.conversation_id, visit.user.id, form.text, due, visit.now, form.client_id)
    return answer({"client_id": form.client_id, "fresh": accepted.fresh, "seq": accepted.shown_seq})


async def give_back(parts: With, visit: Came, public_id: str, form: ReturnForm) -> Response:
    """Let the bot go on."""
    item = await item_of(parts, public_id)
    try:
        await parts.desk.give_back(
            item.conversation_id, visit.user.id, form.choice, form.client_id, form.epoch, visit.now
        )
    except Conflict as conflict:
        raise await taken(parts, visit, conflict) from None
    return answer({"item": item_json(await item_of(parts, public_id), sight_of(visit.role))})


async def _box(parts: Parts, visit: Visit, name: str) -> Json:
    after = parts.live.seq  # read first: an event in between is then seen twice, never missed
    items = await parts.desk.queue(name, visit.user.id, _MOST_ITEMS)
    counts: Mapping[str, int] = await parts.desk.counts(visit.user.id)
    reach, sight = parts.reach_of(visit), sight_of(visit.role)
    items = [item for item in items if reach.reads(item.owner, item.owner_id, item.last_at)]
    return {"box": name, "items": [item_json(item, sight) for item in items], "counts": counts, "after": after}


async def item_of(parts: Parts, public_id: str) -> QueueItem:
    """The conversation of an address. Refuses what is no conversation."""
    item = await parts.desk.item(public_id) if len(public_id) <= _MOST_ID and "\0" not in public_id else None
    if item is None:
        raise not_found()
    return item


async def readable(parts: Parts, visit: Visit, public_id: str) -> QueueItem:
    """The conversation of an address, if this person may read it; else there is none."""
    item = await item_of(parts, public_id)
    if not parts.reach_of(visit).reads(item.owner, item.owner_id, item.last_at):
        raise not_found()
    return item


async def taken(parts: Parts, visit: Visit, conflict: Conflict) -> Refusal:
    """How to say that somebody else was first."""
    holder = await parts.accounts.user(UserId(conflict.holder)) if conflict.holder is not None else None
    if holder is None or holder.id == visit.user.id:
        return Refusal(409, "stale", N_("The conversation has changed meanwhile. Look at it again."))
    message = N_("%(name)s already leads this conversation.")
    return Refusal(409, "conflict", message, values={"name": holder.name, "holder": holder.id})


DOORS = (
    Door(method="GET", path="/inbox", policy=INBOX, handler=inbox_page),
    Door(method="GET", path="/inbox/{public_id}", policy=INBOX, handler=inbox_page),
    Door(method="GET", path="/api/inbox", policy=INBOX, handler=box),
    Door(method="GET", path="/api/conversations/{public_id}", policy=INBOX, handler=conversation),
    Door(method="GET", path="/api/conversations/{public_id}/messages", policy=INBOX, handler=messages),
    Door(method="POST", path="/api/conversations/{public_id}/claim", policy=INBOX, handler=claim),
    Door(method="POST", path="/api/conversations/{public_id}/reply", policy=INBOX, handler=reply),
    Door(method="POST", path="/api/conversations/{public_id}/return", policy=INBOX, handler=give_back),
)
