"""Fills a salon with the conversations of one morning (morning.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from dialog.ids import ConversationId
from tests.console.salon import Salon

_MORNING = Path(__file__).with_suffix(".yaml")


async def fill_morning(salon: Salon) -> dict[str, ConversationId]:
    """All conversations and the lines of "what's new"; the conversations' numbers by their keys."""
    now = salon.clock.now()
    found: dict[str, ConversationId] = {}
    for talk in yaml.safe_load(_MORNING.read_text(encoding="utf-8")):
        found[talk["key"]] = await _talk(salon, talk, now)
    await salon.desk.tell("lead", found["irina"], {"name": "Ирина", "phone": "+79265557788"}, _ago(now, 40))
    await salon.desk.tell("upset", found["olga"], {"text": "Всё плохо, я отдала 9 000"}, _ago(now, 20))
    question = {"question": "а у вас делают ламинирование бровей сразу после беременности"}
    await salon.desk.tell("missed", found["guest"], question, _ago(now, 5))
    return found


async def _talk(salon: Salon, talk: Mapping[str, Any], now: datetime) -> ConversationId:
    first = now - timedelta(days=30)
    number = await salon.desk.open(
        f"conv-{talk['key']}", first, channel=talk["channel"], name=talk["name"], phone=talk["phone"]
    )
    step = talk["minutes"] / len(talk["lines"])
    for index, line in enumerate(talk["lines"]):
        author, text = next(iter(line.items()))
        await salon.desk.say(
            number,
            "client" if author == "press" else author,
            text,
            _ago(now, talk["minutes"] - step * index),
            kind="press" if author == "press" else "text",
            choices=line.get("choices", ()),
            author_name="Вера" if author == "manager" else "",
        )
    if handoff := talk.get("handoff"):
        await _hand_over(salon, number, handoff, now)
    return number


async def _hand_over(salon: Salon, number: ConversationId, handoff: Mapping[str, Any], now: datetime) -> None:
    at = _ago(now, handoff["minutes"])
    await salon.desk.hand_over(
        number,
        at,
        label=handoff["label"],
        priority=handoff["priority"],
        reason=handoff["reason"],
        promised_at=_ago(now, -handoff["promised_in"]) if "promised_in" in handoff else None,
        triggers=tuple(handoff.get("triggers", ())),
        answers=handoff.get("answers", {}),
        waiting_since=at,
    )


def _ago(now: datetime, minutes: float) -> datetime:
    return now - timedelta(minutes=minutes)
