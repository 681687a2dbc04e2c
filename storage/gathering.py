"""Callers who come while others are served are served together: one transaction for many, as few waits as possible."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dialog.errors import StoreBusy

A = TypeVar("A")
B = TypeVar("B")


@dataclass(slots=True)
class _Caller(Generic[A, B]):
    items: Sequence[A]
    future: asyncio.Future[Sequence[B]]


class Gathering(Generic[A, B]):
    """``act`` takes items of several callers and gives one result each, in order; it stores all of them or none.

    When it cannot, every caller is served alone, so that one caller's bad item is nobody else's trouble.
    What was asked for is carried out even when the caller stops waiting.
    """

    def __init__(
        self, act: Callable[[Sequence[A]], Awaitable[Sequence[B]]], *, most: int = 64, at_once: int = 2
    ) -> None:
        self._act = act
        self._most = most
        self._at_once = at_once
        self._waiting: list[_Caller[A, B]] = []
        self._running: set[asyncio.Task[None]] = set()

    async def add(self, items: Sequence[A]) -> Sequence[B]:
        """The results of these items."""
        caller: _Caller[A, B] = _Caller(items, asyncio.get_running_loop().create_future())
        self._waiting.append(caller)
        if len(self._running) < self._at_once:
            task = asyncio.create_task(self._serve())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await caller.future

    async def close(self) -> None:
        """Serve everybody who waits."""
        while self._running:
            await asyncio.gather(*self._running)

    async def _serve(self) -> None:
        while self._waiting:
            callers = self._take()
            try:
                await self._together(callers)
            except StoreBusy as busy:
                _refuse(callers, busy)
            except Exception:
                for caller in callers:
                    await self._alone(caller)

    def _take(self) -> list[_Caller[A, B]]:
        callers: list[_Caller[A, B]] = []
        count = 0
        while self._waiting and (not callers or count + len(self._waiting[0].items) <= self._most):
            callers.append(self._waiting.pop(0))
            count += len(callers[-1].items)
        return callers

    async def _together(self, callers: Sequence[_Caller[A, B]]) -> None:
        results = list(await self._act([item for caller in callers for item in caller.items]))
        for caller in callers:
            mine, results = results[: len(caller.items)], results[len(caller.items) :]
            if not caller.future.done():
                caller.future.set_result(mine)

    async def _alone(self, caller: _Caller[A, B]) -> None:
        try:
            await self._together([caller])
        except Exception as error:  # handed to whoever asked
            _refuse([caller], error)


def _refuse(callers: Sequence[_Caller[A, B]], error: Exception) -> None:
    for caller in callers:
        if not caller.future.done():
            caller.future.set_exception(error)
