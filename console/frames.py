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
    """One change as it goes over the wire, in the two forms that differ by role."""

    def __init__(
        self, seq: int, kind: str, item: QueueItem | None, lines: Sequence[ShownMessage], counts: Mapping[str, int]
    ) -> None:
        self.seq = seq
        self._kind = kind
        self._item = item
        self._lines = lines
        self._counts = counts
        self._bodies: dict[bool, bytes] = {}

    def body(self, sight: Sight) -> bytes:
        """The frame's bytes for this sight."""
        if sight.masked not in self._bodies:
            self._bodies[sight.masked] = orjson.dumps(self._json(sight))
        return self._bodies[sight.masked]

    def _json(self, sight: Sight) -> Json:
        return {
            "type": "event",
            "seq": self.seq,
            "kind": self._kind,
            "item": item_json(self._item, sight) if self._item else None,
            "messages": [message_json(line, sight) for line in self._lines],
            "counts": self._counts,
        }


class Frames:
    """Turns events into frames. Frames show the state as it is: of many about one conversation the last is enough."""

    def __init__(self, desk: Desk, transcript: Transcript) -> None:
        self._desk = desk
        self._transcript = transcript

    async def of(self, events: Sequence[ScreenEvent]) -> Sequence[Frame]:
        """Frames in the order of their numbers; the last one has the number of the last event."""
        last: dict[object, ScreenEvent] = {}
        for event in events:
            subject = event.conversation_id if event.conversation_id is not None else f"event {event.seq}"
            last[subject] = event
        counts = await shared_counts(self._desk)
        chosen = sorted(last.values(), key=lambda event: event.seq)
        return [await self._frame(event, counts) for event in chosen]

    async def _frame(self, event: ScreenEvent, counts: Mapping[str, int]) -> Frame:
        public_id = event.body.get("public_id")
        item = await self._desk.item(public_id) if isinstance(public_id, str) else None
        lines: Sequence[ShownMessage] = ()
        if item:
            lines = await self._transcript.before(item.conversation_id, item.last_seq + 1, _TAIL)
        return Frame(event.seq, event.kind, item, lines, counts)


async def shared_counts(desk: Desk) -> Mapping[str, int]:
    """The counts that are the same for everybody; a screen knows its own conversations by itself."""
    counts = await desk.counts(_NOBODY)
    return {box: count for box, count in counts.items() if box != "mine"}
