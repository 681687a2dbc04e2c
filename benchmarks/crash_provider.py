"""The outside world of the crash harness: clients, providers that repeat until they are heard, a keyless messenger.

It lives in the process that is never killed, so what it saw is the truth.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from benchmarks.crash_bookers import BOOKERS, choose, next_wish
from benchmarks.crash_life import chat_address, messenger_address
from benchmarks.wire import Line
from dialog.message import InboundMessage, Kind

PLAIN_CHATS = tuple(f"c{number}" for number in range(6))
MANAGED_CHATS = tuple(f"m{number}" for number in range(4))
MESSENGER_PEERS = tuple(f"k{number}" for number in range(4))
CHATS = (*PLAIN_CHATS, *MANAGED_CHATS, *BOOKERS)
REPEATED = 0.15
LOST_ANSWERS = 0.02
REFUSALS = 0.02
PRESSED = 0.25
MANAGED = 0.4
BOOKS = 0.3
KEPT = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """One line on a client's screen."""

    seq: int
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """One line that the messenger took. ``heard`` is False when its answer was lost."""

    outbox_id: int
    text: str
    heard: bool


@dataclass(slots=True)
class Provider:
    """Everything that happened outside."""

    chance: random.Random
    sent: dict[str, InboundMessage] = field(default_factory=dict)
    """By event key: every message a client ever sent."""
    pending: dict[str, InboundMessage] = field(default_factory=dict)
    """Not acknowledged yet: sent again in the next life."""
    acknowledged: dict[str, InboundMessage] = field(default_factory=dict)
    deliveries: Counter[str] = field(default_factory=Counter)
    screens: dict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    messenger: dict[str, list[Delivered]] = field(default_factory=lambda: defaultdict(list))
    claimed: int = 0
    booking: set[str] = field(default_factory=set)
    """Bookers who have said their wish and go on by buttons."""
    replies: list[str] = field(default_factory=list)
    number: int = 0
    provider_ids: int = 0

    def batches(self, fresh: int) -> tuple[tuple[InboundMessage, ...], ...]:
        """What arrives in the next life: what was not heard, new messages, repeats; a little out of order."""
        for _ in range(fresh):
            self._text()
        flow = list(self.pending.values())
        heard = list(self.acknowledged.values())[-KEPT:]
        flow += [m for m in (*flow, *heard) if self.chance.random() < REPEATED]
        order = sorted(enumerate(flow), key=lambda pair: pair[0] + self.chance.random() * 6)
        mixed = [message for _, message in order]
        self.deliveries.update(message.event_key for message in mixed)
        batches: list[tuple[InboundMessage, ...]] = []
        while mixed:
            size = self.chance.choice((1, 1, 1, 2, 4))
            batches.append(tuple(mixed[:size]))
            del mixed[:size]
        return tuple(batches)

    def seen(self) -> dict[str, int]:
        """The last number on every screen."""
        return {peer: self.screens[peer][-1].seq if self.screens[peer] else 0 for peer in CHATS}

    def heard(self, line: Line) -> list[Any] | None:
        """A line of the mortal process; the answer when it waits for one."""
        kind, *rest = line
        match kind:
            case "acknowledged":
                for key in rest[0]:
                    if message := self.pending.pop(key, None):
                        self.acknowledged[key] = message
            case "shown":
                peer, seq, author, text, tokens = rest
                self.screens[peer].append(Shown(seq, author, text))
                if author == "bot":
                    self._maybe_press(peer, tokens)
            case "send":
                number, outbox_id, peer, text, tokens, _attempt = rest
                return [number, *self._take(outbox_id, peer, text, tokens)]
            case "claimed":
                self.claimed += 1
            case "replied":
                self.replies.append(rest[0])
        return None

    def _take(self, outbox_id: int, peer: str, text: str, tokens: list[str]) -> tuple[str, str]:
        if self.chance.random() < REFUSALS:
            return "later", ""
        heard = self.chance.random() >= LOST_ANSWERS
        self.messenger[peer].append(Delivered(outbox_id, text, heard))
        self._maybe_press(peer, tokens)
        self.provider_ids += 1
        return ("ok", f"mid{self.provider_ids}") if heard else ("lost", "")

    def _text(self) -> None:
        self.number += 1
        idle = [peer for peer in BOOKERS if peer not in self.booking]
        if idle and self.chance.random() < BOOKS:
            peer = self.chance.choice(idle)
            self.booking.add(peer)
            self._send(peer, f"e{self.number}", Kind.TEXT, text=next_wish(self.number))
            return
        managed = self.chance.random() < MANAGED
        peer = self.chance.choice(MANAGED_CHATS if managed else (*PLAIN_CHATS, *MESSENGER_PEERS))
        human = managed and self.chance.random() < 0.2
        text = f"human {self.number}" if human else f"{'m' if managed else 'n'}{self.number}"
        self._send(peer, f"e{self.number}", Kind.TEXT, text=text)

    def _maybe_press(self, peer: str, tokens: list[str]) -> None:
        if peer in BOOKERS:
            token = choose(tokens, self.chance)
            if token and f"p-{token}" not in self.sent:
                self._send(peer, f"p-{token}", Kind.PRESS, token=token)
            else:
                self.booking.discard(peer)
        elif len(tokens) == 1 and peer not in MANAGED_CHATS and self.chance.random() < PRESSED:
            key = f"p-{tokens[0]}"
            if key not in self.sent:
                self._send(peer, key, Kind.PRESS, token=tokens[0])

    def _send(self, peer: str, key: str, kind: Kind, *, text: str = "", token: str = "") -> None:
        address = messenger_address(peer) if peer in MESSENGER_PEERS else chat_address(peer)
        message = InboundMessage(
            address=address, event_key=key, kind=kind, text=text, token=token, cuts_burst=kind is Kind.PRESS
        )
        self.sent[key] = self.pending[key] = message
