"""What helps the desk: notes, labels, given words, putting off, passing on, finding again, ready replies."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from console.answers import answer
from console.client_visits import visits_json
from console.forms import AssignForm, KeptForm, NoteForm, PartForm, SnoozeForm, TagForm
from console.parts import Came, Parts, With
from console.policy import INBOX, Door
from console.refusals import N_, Refusal, not_found
from console.routes.inbox import item_of, readable, taken
from console.wire import card_json, found_json, item_json, page_json, sight_of
from dialog.errors import Conflict
from dialog.ids import UserId
from handoff.accounts import User
from handoff.desk import QueueItem
from handoff.reply_texts import avoided, filled, first_lines, ready_replies
from handoff.roles import DESK, LEADERS

FEWEST_SIGNS = 4
"""A manager's search needs so many: nobody leafs through the client base by single letters."""
MOST_FOUND = 10
MOST_FOUND_BY_LEADERS = 50
MOST_UNANSWERED = 100
_MENTION = re.compile(r"(?<![\w.])@([\w.+\-]{3,64})")
_ASSIGNED = N_("This person does not answer clients.")
_TOO_MANY_PHONES = N_("You have looked at many phones lately. Ask the owner, or try again later.")
Words = Annotated[str, Query(max_length=100)]


async def page(parts: With, visit: Came, public_id: str) -> Response:
    """What is written down about a conversation, and the client's visits as they stand now."""
    item = await readable(parts, visit, public_id)
    page = await parts.notebook.page(item.conversation_id, visit.now)
    visits = await visits_json(parts.book, item.conversation_id, visit)
    return answer({"page": page_json(page, sight_of(visit.role)), "visits": visits})


async def note(parts: With, visit: Came, public_id: str, form: NoteForm) -> Response:
    """Write a note; whoever it calls hears of it."""
    item = await readable(parts, visit, public_id)
    called = {login.casefold() for login in _MENTION.findall(form.text)}
    people = [user.id for user in await _desk_people(parts) if user.login in called]
    await parts.notebook.note(item.conversation_id, visit.user.id, form.text, people, visit.now)
    return await _page(parts, visit, item)


async def tag(parts: With, visit: Came, public_id: str, form: TagForm) -> Response:
    """A label on or off."""
    item = await readable(parts, visit, public_id)
    await parts.notebook.tag(item.conversation_id, visit.user.id, form.tag, form.on, visit.now)
    return await _page(parts, visit, item)


async def kept(parts: With, visit: Came, public_id: str, form: KeptForm) -> Response:
    """A given word is kept."""
    item = await readable(parts, visit, public_id)
    if not await parts.notebook.keep_word(item.conversation_id, form.word_id, visit.now):
        raise not_found()
    return await _page(parts, visit, item)


async def snooze(parts: With, visit: Came, public_id: str, form: SnoozeForm) -> Response:
    """Put one's own conversation off; it is back by itself, at the latest when the client writes."""
    item = await item_of(parts, public_id)
    if item.owner != "human" or item.owner_id != visit.user.id:
        raise await taken(parts, visit, Conflict("not yours", item.owner_id))
    until = visit.now + timedelta(minutes=form.minutes) if form.minutes else None
    await parts.notebook.snooze(item.conversation_id, until, visit.now)
    return answer({"item": item_json(await item_of(parts, public_id), sight_of(visit.role))})


async def assign(parts: With, visit: Came, public_id: str, form: AssignForm) -> Response:
    """Pass a conversation to a colleague."""
    item = await item_of(parts, public_id)
    if item.owner != "human":  # a colleague's is answered with the colleague's name
        item = await readable(parts, visit, public_id)
    to = next((user for user in await _desk_people(parts) if user.id == form.user_id), None)
    if to is None:
        raise Refusal(422, "malformed", _ASSIGNED)
    leads = visit.role in LEADERS
    try:
        await parts.desk.assign(item.conversation_id, visit.user.id, to.id, form.epoch, visit.now, over=leads)
    except Conflict as conflict:
        raise await taken(parts, visit, conflict) from None
    about = f"conversation {public_id} to user {to.id}"
    await parts.accounts.note(visit.user.id, "assigned", about, visit.address, visit.now)
    return answer({"item": item_json(await item_of(parts, public_id), sight_of(visit.role))})


async def phone(parts: With, visit: Came, public_id: str) -> Response:
    """One client's phone in full: one at a time, each look leaves a trace, and a manager's looks are counted."""
    item = await readable(parts, visit, public_id)
    card = await parts.cards.card(public_id)
    if card is None or not card.phone:
        raise not_found()
    limits = None if visit.role in LEADERS else parts.settings.reveals
    about = f"conversation {item.public_id}"
    if not await parts.accounts.reveal(visit.user.id, about, visit.address, limits, visit.now):
        raise Refusal(429, "budget", _TOO_MANY_PHONES)
    return answer({"phone": card.phone})


async def part(parts: With, visit: Came, public_id: str, form: PartForm) -> Response:
    """Two addresses that a link has joined are two clients again."""
    item = await readable(parts, visit, public_id)
    if not await parts.cards.part(public_id, form.joining_id, visit.user.id, visit.now):
        raise not_found()
    await parts.accounts.note(visit.user.id, "parted", f"conversation {item.public_id}", visit.address, visit.now)
    card = await parts.cards.card(public_id)
    return answer({"card": card_json(card, sight_of(visit.role)) if card else None})


async def colleagues(parts: With, _: Came) -> Response:
    """Who answers clients, and which labels are in use."""
    people = [{"id": user.id, "name": user.name, "login": user.login} for user in await _desk_people(parts)]
    return answer({"people": people, "tags": await parts.notebook.tags()})


async def helping(parts: With, visit: Came, public_id: str) -> Response:
    """Ready replies with this client's name in them, those for this feeling first; what is not said."""
    item = await readable(parts, visit, public_id)
    values = {"name": _first_name(item), "me": visit.user.name.split()[0], "salon": parts.settings.salon_name}
    replies = sorted(ready_replies(), key=lambda one: item.label not in one.fits)
    line = first_lines().get(item.label, "")
    return answer(
        {
            "first": filled(line, values) if line else "",
            "replies": [
                {
                    "key": one.key,
                    "group": one.group,
                    "title": one.title,
                    "text": filled(one.text, values),
                    "fits": item.label in one.fits,
                }
                for one in replies
            ],
            "avoid": [{"words": one.words, "why": one.why, "better": one.better} for one in avoided()],
        }
    )


async def search(parts: With, visit: Came, q: Words = "") -> Response:
    """Find conversations by what was said or by the client's name; managers among those that are their business."""
    leads = visit.role in LEADERS
    words = " ".join(q.split())
    if len(words) < (2 if leads else FEWEST_SIGNS):
        return answer({"found": [], "short": True})
    only_of: UserId | None = None if leads else visit.user.id
    found = await parts.notebook.search(words, MOST_FOUND_BY_LEADERS if leads else MOST_FOUND, only_of=only_of)
    reach = parts.reach_of(visit)
    found = [one for one in found if reach.reads(one.item.owner, one.item.owner_id, one.item.last_at)]
    await parts.accounts.note(visit.user.id, "searched", f"{len(found)} found", visit.address, visit.now)
    return answer({"found": [found_json(one, sight_of(visit.role)) for one in found], "short": False})


async def unanswered(parts: With, visit: Came) -> Response:
    """Every client whose last word nobody has answered, longest waiting first."""
    items = await parts.notebook.unanswered(MOST_UNANSWERED)
    reach, sight = parts.reach_of(visit), sight_of(visit.role)
    mine = [item for item in items if reach.reads(item.owner, item.owner_id, item.last_at)]
    return answer({"items": [item_json(item, sight) for item in mine]})


async def _page(parts: Parts, visit: Came, item: QueueItem) -> Response:
    return answer({"page": page_json(await parts.notebook.page(item.conversation_id, visit.now), sight_of(visit.role))})


async def _desk_people(parts: Parts) -> list[User]:
    return [user for user in await parts.accounts.users() if user.disabled_at is None and user.role in DESK]


def _first_name(item: QueueItem) -> str:
    return item.client_name.split()[0] if item.client_name.split() else ""


_TALK = "/api/conversations/{public_id}"
DOORS = (
    Door(method="GET", path=f"{_TALK}/page", policy=INBOX, handler=page),
    Door(method="GET", path=f"{_TALK}/help", policy=INBOX, handler=helping),
    Door(method="POST", path=f"{_TALK}/note", policy=INBOX, handler=note),
    Door(method="POST", path=f"{_TALK}/tag", policy=INBOX, handler=tag),
    Door(method="POST", path=f"{_TALK}/kept", policy=INBOX, handler=kept),
    Door(method="POST", path=f"{_TALK}/snooze", policy=INBOX, handler=snooze),
    Door(method="POST", path=f"{_TALK}/assign", policy=INBOX, handler=assign),
    Door(method="POST", path=f"{_TALK}/phone", policy=INBOX, handler=phone),
    Door(method="POST", path=f"{_TALK}/part", policy=INBOX, handler=part),
    Door(method="GET", path="/api/colleagues", policy=INBOX, handler=colleagues),
    Door(method="GET", path="/api/search", policy=INBOX, handler=search),
    Door(method="GET", path="/api/unanswered", policy=INBOX, handler=unanswered),
)
