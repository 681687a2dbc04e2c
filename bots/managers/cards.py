"""What managers read about a conversation: enough to take it, no phones, no history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bots.managers.buttons import BACK, PAUSE, REPLIES, TAKE, data_of
from bots.managers.chat import Button, Card
from bots.managers.words import line, named
from channels.rendering.capabilities import Unit
from channels.rendering.measure import shorten
from console.wire import MASKED, trigger_words
from dialog.transcript import ShownMessage
from handoff.desk import QueueItem
from handoff.pagers import Alert

_MOST_LINES = 5
_LONGEST_LINE = 600
_LONGEST_VALUE = 200
_LONGEST_NAME = 60
_PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a card tells beside the conversation. ``visit`` and ``first`` line may be empty."""

    now: datetime
    zone: ZoneInfo
    visit: str = ""
    first: str = ""


def name_of(item: QueueItem) -> str:
    """The client as managers know him here."""
    return _cut(MASKED.text(item.client_name), _LONGEST_NAME) or line("guest", n=int(item.conversation_id))


def waiting_card(item: QueueItem, alert: Alert, about: About) -> Card:
    """Somebody waits: who, since when, why, what he said, what is known."""
    head = line(
        "waits",
        sign=named("signs", item.label),
        label=named("labels", item.label),
        name=name_of(item),
        channel=named("channels", item.channel),
    )
    called = line("again_called") if alert.level else ""
    text = _lines((head, called, _patience(item, about), *_why(item, about)))
    return Card(text=text, rows=((Button(label=named("buttons", "take"), data=data_of(TAKE, alert.token)),),))


def taken_card(item: QueueItem, alert: Alert, about: About) -> Card:
    """The conversation is the reader's: what he needs to begin, and how to go on."""
    head = line("yours", name=name_of(item), channel=named("channels", item.channel))
    return Card(text=_lines((head, *_why(item, about), line("how_to_answer"))), rows=working_rows(alert))


def settled_card(item: QueueItem, alert: Alert, about: About) -> Card:
    """Nobody waits any more: says who leads it; the reader himself gets his buttons."""
    if item.owner == "human" and item.owner_id == alert.user_id:
        return taken_card(item, alert, about)
    if item.owner == "human":
        return Card(text=line("led", name=name_of(item), holder=item.owner_name))
    return Card(text=line("served", name=name_of(item)))


def lines_card(item: QueueItem, alert: Alert, lines: Sequence[ShownMessage]) -> Card:
    """What the client has written since the last time."""
    new = [one for one in lines if one.author == "client" and (alert.since is None or one.created_at > alert.since)]
    said = [_cut(MASKED.text(one.text)) or line("attachment") for one in new[-_MOST_LINES:]]
    more = line("more_lines") if len(new) > _MOST_LINES else ""
    return Card(text=_lines((line("wrote", name=name_of(item)), more, *said)), rows=working_rows(alert))


def again_card(item: QueueItem, alert: Alert) -> Card:
    """What was put off is due."""
    text = _lines((line("due_again", name=name_of(item)), line("said", text=_cut(MASKED.text(item.last_text)))))
    return Card(text=text, rows=working_rows(alert))


def working_rows(alert: Alert) -> tuple[tuple[Button, ...], ...]:
    """What whoever leads a conversation can do from here."""
    return (
        (_button("replies", REPLIES, alert), _button("pause", PAUSE, alert)),
        (_button("back", BACK, alert),),
    )


def _button(label: str, verb: str, alert: Alert) -> Button:
    return Button(label=named("buttons", label), data=data_of(verb, alert.token))


def _patience(item: QueueItem, about: About) -> str:
    """How long he has waited, and what he was promised."""
    since = item.waiting_since or item.last_at
    minutes = int((about.now - since) / timedelta(minutes=1))
    waits = line("since", n=minutes) if minutes > 0 else line("since_now")
    if item.promised_at is None:
        return waits
    key = "promised" if item.promised_at > about.now else "promised_late"
    return f"{waits}, {line(key, time=item.promised_at.astimezone(about.zone).strftime('%H:%M'))}"


def _why(item: QueueItem, about: About) -> Iterable[str]:
    yield line("why", reason=named("reasons", item.reason)) if item.reason else ""
    hurt = [f"«{_cut(MASKED.text(words), _LONGEST_VALUE)}»" for words in trigger_words(item)]
    yield line("words", words=_cut(", ".join(hurt))) if hurt else ""
    yield line("said", text=_cut(MASKED.text(item.last_text))) if item.last_text else ""
    known = [
        f"{named('answers', name)} — {_cut(MASKED.text(value), _LONGEST_VALUE)}"
        for name, value in item.answers.items()
        if name != _PHONE and value
    ]
    yield line("known", answers=_cut(", ".join(known))) if known else ""
    yield line("visit", visit=_cut(MASKED.text(about.visit), _LONGEST_VALUE)) if about.visit else ""
    yield line("begin", text=_cut(MASKED.text(about.first))) if about.first else ""


def _cut(text: str, most: int = _LONGEST_LINE) -> str:
    """Whatever clients and salons have written, a card stays one that the messenger takes."""
    return shorten(text, most, Unit.UTF16)


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)
