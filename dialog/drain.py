"""The inbox worker: claims conversations, runs their turns, writes them in groups."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from booking.refusal import Refusal
from dialog.burst import first_group, joined_text
from dialog.bus import INBOX, Bus
from dialog.clock import Clock, Dice
from dialog.conversation import Conversation
from dialog.detection import EMPTY, Detection
from dialog.engine import turn
from dialog.errors import StoreBusy
from dialog.inbox import Finished, Inbox, Outcome, Work
from dialog.journal import Journal
from dialog.message import InboundMessage, Kind
from dialog.questions import Answerer, Question
from dialog.rest import rest_until
from dialog.rulebook import Rulebook
from dialog.timers import Timers
from dialog.turn import Turn, TurnContext
from dialog.wakeups import FALLBACK

T = TypeVar("T")

BOOK_TRIES = 4
"""A turn that the book refuses runs again with the reason; so often in all. A flow that is right needs two."""


class Understanding(Protocol):
    """Detection for the loop: never blocks it, never raises."""

    async def detect(self, texts: Sequence[str]) -> Sequence[Detection]:
        """One Detection for each text, in order."""
        ...


class Rules(Protocol):
    """Where the current rulebook comes from."""

    def current(self) -> Rulebook:
        """The newest snapshot. Cheap: called for every turn."""
        ...


class Drain:
    """Runs turns until it is stopped. Any number of these may work on one PostgreSQL database."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        timers: Timers,
        bus: Bus,
        clock: Clock,
        dice: Dice,
        rules: Rules,
        understanding: Understanding,
        answerer: Answerer,
        journal: Journal,
        batch: int = 64,
        poll_seconds: float = 1.0,
    ) -> None:
        self._inbox = inbox
        self._timers = timers
        self._bus = bus
        self._clock = clock
        self._dice = dice
        self._rules = rules
        self._understanding = understanding
        self._answerer = answerer
        self._journal = journal
        self._batch = batch
        self._poll = poll_seconds
        self._timers_due: datetime | None = None
        self._timers_fired = float("-inf")
        self._stopping = False

    def stop(self) -> None:
        """Finish what is in hand, then return from ``run``."""
        self._stopping = True

    async def run(self) -> None:
        """Drain until stopped. A database that cannot write is waited for, not died of."""
        async with self._bus.subscribe(INBOX) as signals:
            while not self._stopping:
                try:
                    await self._drain()
                    due = await asyncio.gather(self._inbox.next_ready(), self._timers.next_due())
                    self._timers_due = due[1]
                    await rest_until(signals, due, self._clock, self._poll)
                except StoreBusy as busy:
                    self._journal.warning("store_busy", reason=str(busy))
                    await asyncio.sleep(min(busy.retry_after, self._poll))

    async def _fire_sometimes(self) -> None:
        """Let timers fire when one is known to be due, else once a poll: under load that is a transaction spared."""
        now = self._clock.now()
        known = self._timers_due is not None and self._timers_due <= now
        if known or now.timestamp() - self._timers_fired >= self._poll:
            fired = await self._timers.fire(now, self._batch)
            self._timers_due, self._timers_fired = now if fired == self._batch else None, now.timestamp()

    async def once(self) -> int:
        """One round: claim, think, write. Returns how many conversations were claimed."""
        works = await self._claim()
        if works:
            await self._releasing(works, self._write(await self._releasing(works, self.think(works))))
        return len(works)

    async def _drain(self) -> None:
        """Rounds until nothing is ready. While one is written the next is claimed: nobody waits for both in turn."""
        await self._fire_sometimes()
        works = await self._claim()
        while works:
            finished = await self._releasing(works, self.think(works))
            written, claimed = await asyncio.gather(
                self._releasing(works, self._write(finished)), self._claim(), return_exceptions=True
            )
            if isinstance(claimed, BaseException):
                raise claimed
            works = claimed
            if isinstance(written, BaseException):
                await self._inbox.release(works, self._clock.now())
                raise written
            await self._releasing(works, self._fire_sometimes())

    async def _claim(self) -> Sequence[Work]:
        """What is ready now; nothing more once we are to stop."""
        return () if self._stopping else await self._inbox.claim(self._clock.now(), self._batch)

    async def _releasing(self, works: Sequence[Work], doing: Awaitable[T]) -> T:
        """The result of what is done with ``works``; they are given back when the database is too busy for it."""
        try:
            return await doing
        except StoreBusy:
            await self._inbox.release(works, self._clock.now())
            raise

    async def _write(self, finished: list[Finished]) -> None:
        for left in reversed(range(BOOK_TRIES)):
            if not finished:
                return
            outcomes = await self._inbox.commit(finished, self._clock.now())
            again: list[Finished] = []
            for one, outcome in zip(finished, outcomes, strict=True):
                if outcome is Outcome.FAILED:
                    await self._failed(one.work, "the database refused what the turn wrote")
                elif isinstance(outcome, Refusal) and left:
                    again += await self._once_more(one, outcome)
                elif isinstance(outcome, Refusal):
                    await self._failed(one.work, f"the book refused again and again: {outcome.value}")
            finished = again

    async def _once_more(self, one: Finished, refusal: Refusal) -> list[Finished]:
        """The turn again, knowing why the book refused what it wanted. None when it fails."""
        context = replace(one.context, refused=refusal.value)
        try:
            return [await self._made(one.work, joined_text(one.work.rows), context)]
        except StoreBusy:
            raise
        except Exception as error:
            self._journal.error("turn_failed", conversation=one.work.conversation.id, error=traceback.format_exc())
            await self._failed(one.work, repr(error))
            return []

    async def think(self, works: Sequence[Work]) -> list[Finished]:
        """Run the next turn of each work. A turn that fails is counted against its rows and left out."""
        for spent in (work for work in works if work.spent):
            await self._failed(spent, "no attempt came to an end")
        groups = [replace(work, rows=first_group(work.rows)) for work in works if not work.spent]
        texts = [joined_text(g.rows) if g.rows[0].message.kind is Kind.TEXT else "" for g in groups]
        asked = [index for index, text in enumerate(texts) if text]
        found = await self._understanding.detect([texts[index] for index in asked]) if asked else ()
        detections = dict(zip(asked, found, strict=True))
        finished: list[Finished] = []
        for index, work in enumerate(groups):
            try:
                finished.append(await self._turn(work, texts[index], detections.get(index, EMPTY)))
            except StoreBusy:
                raise
            except Exception as error:
                self._journal.error("turn_failed", conversation=work.conversation.id, error=traceback.format_exc())
                await self._failed(work, repr(error))
        return finished

    async def _turn(self, work: Work, text: str, detection: Detection) -> Finished:
        context = TurnContext(
            now=self._clock.now(), seed=self._dice.seed(), detection=detection, rulebook=self._rules.current()
        )
        return await self._made(work, text, context)

    async def _made(self, work: Work, text: str, context: TurnContext) -> Finished:
        said = [row.message for row in work.rows]
        if len(said) > 1:
            said = [replace(said[-1], text=text)]
        made, answers = await self._drive(work.conversation, said, context)
        return Finished(work=work, context=context, turn=made, answers=answers)

    async def _drive(
        self, conversation: Conversation, said: Sequence[InboundMessage], context: TurnContext
    ) -> tuple[Turn, tuple[tuple[str, object], ...]]:
        """Run the generator, answering its questions, with no write transaction open."""
        generator = turn(conversation, said, context)
        answers: list[tuple[str, object]] = []
        answer: Any = None
        while True:
            try:
                question: Question[Any] = generator.send(answer)
            except StopIteration as done:
                made: Turn = done.value
                return made, tuple(answers)
            answer = await self._answerer.answer(question, context.now)
            answers.append((type(question).__name__, answer))

    async def _failed(self, work: Work, error: str) -> None:
        now = self._clock.now()
        if await self._inbox.fail(work, error, now):
            row = work.rows[0]
            self._journal.error("quarantined", conversation=work.conversation.id, inbox=row.id)
            wake = InboundMessage(
                address=work.conversation.address,
                event_key=f"{FALLBACK}:{row.id}",
                kind=Kind.TIMER,
                data={"timer": FALLBACK},
                cuts_burst=True,
            )
            await self._inbox.accept_into(work.conversation.id, wake, now)
