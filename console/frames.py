"""Events made ready for screens: each is read and serialised once, however many managers look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from console.wire import Json, Sight, item_json, message_json
from dialog.ids import UserId
from dialog.transcript import ShownMessage, Transcript
from handoff.desk import Desk, QueueItem, ScreenEvent

_TAIL = 5
"""A frame carries that many last lines; a screen that misses more asks for them."""
_NOBODY = UserId(0)


class Frame:
    """One change as it goes over the wire, in the forms that differ by who looks."""

    def __init__(
        self,
        seq: int,
        kinds: Sequence[str],
        item: QueueItem | None,
        lines: Sequence[ShownMessage],
        counts: Mapping[str, int],
        calls: Sequence[object] = (),
        by: object = None,
    ) -> None:
        """``calls``: numbers of the people whom a new note calls. ``by``: who gave the conversation to its holder."""
        self._calls = calls
        self._by = by
        self.seq = seq
        self._kinds = kinds
        self._item = item
        self._lines = lines
        self._counts = counts
        self._bodies: dict[Sight, bytes] = {}

    def body(self, sight: Sight) -> bytes:
        """The frame's bytes for this sight."""
        if sight not in self._bodies:
            self._bodies[sight] = orjson.dumps(self._json(sight))
        return self._bodies[sight]

    def is_anothers(self, user_id: int) -> bool:
        """Whether somebody else than ``user_id`` leads the conversation."""
        return self._item is not None and self._item.owner == "human" and self._item.owner_id != user_id

    def _json(self, sight: Sight) -> Json:
        return {
            "type": "event",
            "seq": self.seq,
            "kinds": self._kinds,
            "item": item_json(self._item, sight) if self._item else None,
            "messages": [] if sight.hidden else [message_json(line, sight) for line in self._lines],
            "counts": self._counts,
            "calls": self._calls,
            "by": self._by,
        }


class Frames:
    """Turns events into frames. Frames show the state as it is: of many about one conversation the last is enough."""

    def __init__(self, desk: Desk, transcript: Transcript) -> None:
        self._desk = desk
        self._transcript = transcript

    async def of(self, events: Sequence[ScreenEvent]) -> Sequence[Frame]:
        """Frames in the order of their numbers. An event that names no conversation changes no screen."""
        subjects: dict[str, list[ScreenEvent]] = {}
        for event in events:
            subject = event.body.get("public_id")
            if isinstance(subject, str):
                subjects.setdefault(subject, []).append(event)
        if not subjects:
            return ()
        counts = await shared_counts(self._desk)
        chosen = sorted(subjects.items(), key=lambda pair: pair[1][-1].seq)
        return [await self._frame(public_id, happened, counts) for public_id, happened in chosen]

    async def _frame(self, public_id: str, events: Sequence[ScreenEvent], counts: Mapping[str, int]) -> Frame:
        item = await self._desk.item(public_id)
        lines: Sequence[ShownMessage] = ()
        if item:
            lines = await self._transcript.before(item.conversation_id, item.last_seq + 1, _TAIL)
        kinds = list(dict.fromkeys(event.kind for event in events))
        calls = [user for event in events for user in _listed(event.body.get("mentions"))]
        by = next((event.body["by"] for event in reversed(events) if "by" in event.body), None)
        return Frame(events[-1].seq, kinds, item, lines, counts, calls, by)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


async def shared_counts(desk: Desk) -> Mapping[str, int]:
    """The counts that are the same for everybody; a screen knows its own conversations by itself."""
    counts = await desk.counts(_NOBODY)
    return {box: count for box, count in counts.items() if box != "mine"}
