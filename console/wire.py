"""The JSON that pages and scripts see: one place for pages, calls and sockets alike, so that no way leaks more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from console.masks import mask_phone, mask_text
from dialog.transcript import ShownMessage
from handoff.client_card import ClientCard
from handoff.desk import NewsItem, QueueItem
from handoff.roles import LEADERS, Role

Json = Mapping[str, object]
_PHONE = "phone"


class Sight:
    """What a role may see: everything, or phones masked wherever they stand."""

    def __init__(self, *, masked: bool) -> None:
        self.masked = masked

    def text(self, text: str) -> str:
        """A text as this role sees it."""
        return mask_text(text) if self.masked else text

    def answer(self, name: str, value: str) -> str:
        """One gathered answer as this role sees it."""
        if name == _PHONE:
            return mask_phone(value)
        return self.text(value)


FULL = Sight(masked=False)
MASKED = Sight(masked=True)


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
        "words": [sight.text(word) for word in trigger_words(item)],
        "answers": {name: sight.answer(name, value) for name, value in item.answers.items()},
        "promised_at": _moment(item.promised_at),
        "waiting_since": _moment(item.waiting_since),
        "last_text": sight.text(item.last_text),
        "last_at": _moment(item.last_at),
        "last_seq": item.last_seq,
        "epoch": item.epoch,
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
    }


def news_json(news: NewsItem, sight: Sight) -> Json:
    """One line of "what's new"."""
    return {
        "id": news.id,
        "kind": news.kind,
        "conversation": news.public_id,
        "body": {name: sight.answer(name, value) for name, value in news.body.items()},
        "at": _moment(news.created_at),
    }


def trigger_words(item: QueueItem) -> list[str]:
    """The client's own words that made somebody be called, each once."""
    found: dict[str, None] = {}
    for trigger in item.triggers:
        words = trigger.get("words", ())
        if isinstance(words, str):
            words = (words,)
        if isinstance(words, list | tuple):
            found.update((word, None) for word in words if isinstance(word, str) and word)
    return list(found)


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
