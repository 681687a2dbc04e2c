"""Runs the detector beside the event loop, so that understanding a message never delays another's answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from dialog.clock import Clock
from dialog.detection import EMPTY, Detection, Detector


class ThreadedUnderstanding:
    """One worker thread: the detector is pure Python, more threads would only fight for the interpreter."""

    def __init__(self, detector: Callable[[], Detector], clock: Clock) -> None:
        self._detector = detector
        self._clock = clock
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="understanding")

    async def detect(self, texts: Sequence[str]) -> Sequence[Detection]:
        """One Detection for each text, in order."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._detect, tuple(texts))

    def _detect(self, texts: Sequence[str]) -> list[Detection]:
        detector, now = self._detector(), self._clock.now()
        return [detector.detect(text, now) if text else EMPTY for text in texts]

    def close(self) -> None:
        """Let the thread end."""
        self._pool.shutdown(wait=False, cancel_futures=True)
