"""The JSON that pages and scripts see: one place for pages, calls and sockets alike, so that no way leaks more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from console.masks import mask_phone, mask_text
from dialog.transcript import ShownMessage
from handoff.client_card import ClientCard
from handoff.desk import NewsItem, QueueItem
from handoff.notebook import Found, Page
from handoff.reach import Reach
from handoff.roles import LEADERS, Role

Json = Mapping[str, object]
_PHONE = "phone"


class Sight:
    """What somebody may see: everything, or phones masked wherever they stand, or (``hidden``) no words at all."""

    def __init__(self, *, masked: bool, hidden: bool = False) -> None:
        self.masked = masked
        self.hidden = hidden

    def text(self, text: str) -> str:
        """A text as they see it."""
        if self.hidden:
            return ""
        return mask_text(text) if self.masked else text

    def answer(self, name: str, value: str) -> str:
        """One gathered answer as this role sees it."""
        if name == _PHONE:
            return mask_phone(value)
        return self.text(value)


FULL = Sight(masked=False)
MASKED = Sight(masked=True)
HIDDEN = Sight(masked=True, hidden=True)
"""A colleague's conversation: that it is led, and by whom, nothing of what is said."""


def sight_of(role: Role | None) -> Sight:
    """Leaders read what was written; the others get phones masked."""
    return FULL if role in LEADERS else MASKED


def item_json(item: QueueItem, sight: Sight) -> Json:
    """One line of the list together with the strip on top of its conversation."""
    return {
        "id": item.public_id,
        "number": int(item.conversation_id),
        "channel": item.channel,
        "name": sight.text(item.client_name),
        "owner": item.owner,
        "owner_id": item.owner_id,
        "owner_name": item.owner_name,
        "label": item.label,
        "priority": item.priority,
        "reason": sight.text(item.reason),
        "words": [] if sight.hidden else [sight.text(word) for word in trigger_words(item)],
        "answers": {} if sight.hidden else {name: sight.answer(name, value) for name, value in item.answers.items()},
        "promised_at": _moment(item.promised_at),
        "waiting_since": _moment(item.waiting_since),
        "last_text": sight.text(item.last_text),
        "last_at": _moment(item.last_at),
        "last_seq": item.last_seq,
        "epoch": item.epoch,
        "level": item.level,
        "meant_for": item.meant_for,
        "left_by": item.left_by,
        "snoozed_until": _moment(item.snoozed_until),
        "window_hours": item.window_hours,
        "window_until": _moment(item.window_until),
    }


def message_json(message: ShownMessage, sight: Sight) -> Json:
    """One line of the conversation. Tokens of buttons stay here: a manager needs their labels only."""
    return {
        "seq": message.seq,
        "author": message.author,
        "author_name": message.author_name,
        "kind": message.kind,
        "text": sight.text(message.text),
        "media": bool(message.media_id),
        "choices": [sight.text(choice.label) for choice in message.choices],
        "key": message.event_key if message.author == "manager" else "",
        "at": _moment(message.created_at),
    }


def card_json(card: ClientCard, sight: Sight) -> Json:
    """The right-hand card. The phone is masked for everybody: it is revealed by an act that leaves a trace."""
    return {
        "name": sight.text(card.name),
        "phone": mask_phone(card.phone) if card.phone else "",
        "phone_verified": card.phone_verified,
        "channel": card.channel,
        "language": card.language,
        "first_at": _moment(card.first_at),
        "joined": [{"id": one.id, "channel": one.address.channel, "at": _moment(one.joined_at)} for one in card.joined],
    }


def page_json(page: Page, sight: Sight) -> Json:
    """What is written down about one conversation."""
    return {
        "notes": [
            {"id": note.id, "author": note.author_name, "text": sight.text(note.text), "at": _moment(note.created_at)}
            for note in page.notes
        ],
        "tags": [sight.text(tag) for tag in page.tags],
        "words": [
            {
                "id": word.id,
                "author": word.author_name,
                "text": sight.text(word.text),
                "due_at": _moment(word.due_at),
                "kept": word.kept_at is not None,
            }
            for word in page.words
        ],
        "mood": [
            {"at": _moment(point.at), "score": round(point.score, 2), "label": point.label} for point in page.mood
        ],
        "others": [
            {"id": other.public_id, "channel": other.channel, "at": _moment(other.last_at)} for other in page.others
        ],
    }


def found_json(found: Found, sight: Sight) -> Json:
    """One hit of a search."""
    return {"item": item_json(found.item, sight), "text": sight.text(found.text), "at": _moment(found.at)}


def news_json(news: NewsItem, sight: Sight, reach: Reach) -> Json:
    """One line of "what's new"; it leads to its conversation, and tells of it, only if that may be read."""
    readable = news.last_at is not None and reach.reads(news.owner, news.owner_id, news.last_at)
    return {
        "id": news.id,
        "kind": news.kind,
        "conversation": news.public_id if readable else "",
        "number": int(news.conversation_id) if news.conversation_id is not None else 0,
        "name": sight.text(news.client_name) if readable else "",
        "last_text": sight.text(news.last_text) if readable else "",
        "body": {name: sight.answer(name, value) for name, value in news.body.items()},
        "at": _moment(news.created_at),
    }


def trigger_words(item: QueueItem) -> list[str]:
    """The client's own phrases that made somebody be called, each once and none that is part of another."""
    phrases = dict.fromkeys(_phrase(trigger.get("words", ())) for trigger in item.triggers)
    padded = [f" {phrase} " for phrase in phrases]
    return [
        phrase
        for phrase, whole in zip(phrases, padded, strict=True)
        if phrase and not any(whole in other for other in padded if other != whole)
    ]


def _phrase(words: object) -> str:
    """The words of one piece of evidence stand side by side in the client's line."""
    if isinstance(words, str):
        return words
    return " ".join(word for word in words if isinstance(word, str) and word) if isinstance(words, list | tuple) else ""


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
