"""`zabota simulate`: talk to the demo salon in the terminal, and keep the talk as an example conversation."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bots.cannot_start import CannotStart
from bots.flow_library import flow_in
from bots.messages import message
from bots.recording import outcome_of, written
from bots.simulation import Simulation, replies, simulated
from dialog.free_text import why
from dialog.turn import Turn

MEDIA = ("photo", "voice", "video", "sticker")
QUIT = "/quit"
LATER = "/later"

Say = Callable[[str], None]


async def simulate(
    lines: AsyncIterator[str], say: Say, *, at: str, flow: Path | None, record: Path | None, explain: bool
) -> None:
    """Talk until ``lines`` end or /quit. ``flow``: a folder tried over the shipped flows.

    Raises CannotStart for a moment or a folder that cannot be used, BadFlow for a flow with mistakes.
    """
    steps: list[dict[str, Any]] = []
    async with simulated(_moment(at), os.environ, _flow(flow)) as talk:
        say(message("simulate_hello"))
        await _step(talk, {"opens": "ru"}, steps, say, explain=explain)
        async for line in lines:
            if line.strip() == QUIT:
                break
            await _line(talk, line.strip(), steps, say, explain=explain)
    if record is not None:
        kept = written({"about": message("simulate_about"), "at": at, "steps": steps})
        await asyncio.to_thread(record.write_text, kept, encoding="utf-8")
        say(message("simulate_recorded", path=str(record)))


def _moment(at: str) -> datetime:
    try:
        return datetime.fromisoformat(at)
    except ValueError as error:
        raise CannotStart(message("simulate_moment", at=at)) from error


def _flow(folder: Path | None) -> Mapping[str, Any] | None:
    if folder is None:
        return None
    try:
        return flow_in(folder)
    except OSError as error:
        raise CannotStart(message("simulate_flow", path=str(folder))) from error


async def _line(talk: Simulation, line: str, steps: list[dict[str, Any]], say: Say, *, explain: bool) -> None:
    word, _, rest = line.partition(" ")
    if not line:
        return
    if word == LATER:
        if not rest.isdecimal():
            say(message("simulate_commands"))
            return
        await _step(talk, {"later": int(rest)}, steps, say, explain=explain)
    elif word.startswith("/"):
        media = word.removeprefix("/")
        if media not in MEDIA:
            say(message("simulate_commands"))
            return
        await _step(talk, {"sends": media}, steps, say, explain=explain)
    elif line in {choice.label for choice in talk.choices}:
        await _step(talk, {"presses": line}, steps, say, explain=explain)
    else:
        await _step(talk, {"says": line}, steps, say, explain=explain)


async def _step(
    talk: Simulation, step: dict[str, Any], steps: list[dict[str, Any]], say: Say, *, explain: bool
) -> None:
    ((name, what),) = step.items()
    turns: Sequence[Turn] = await getattr(talk, name)(what)
    steps.append({**step, **(outcome_of(turns[-1]) if turns else {})})
    for turn in turns:
        for reply in replies(turn):
            say(f"\n{reply.text}")
            if reply.choices:
                say("  ".join(f"[{choice.label}]" for choice in reply.choices))
        if explain:
            say(f"\n  ({turn.trace.route}: {' > '.join(turn.trace.rungs) or '-'})")
            for rung in turn.trace.rungs:
                say(f"  {rung}: {' '.join(why(rung).split())}")
