"""All that the console is put together from, and how a handler reaches it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias

from fastapi import Depends
from starlette.requests import HTTPConnection

from channels.desk import ConnectionDesk
from channels.media_store import MediaStore
from console.assets import Assets
from console.book_desk import BookDesk
from console.cookies import Cookies
from console.devices import Devices
from console.live import Live
from console.passwords import Passwords
from console.render import Pages
from console.second_factor import SecondFactor
from console.settings import ConsoleSettings
from console.studio import Studio
from console.trial import Trial
from console.tuning import Tuning
from console.visit import Visit, visit_of
from dialog.clock import Clock, Dice
from dialog.opinion import Opinions
from dialog.transcript import Transcript
from handoff.accounts import Accounts
from handoff.audit import AuditLog
from handoff.client_card import Cards
from handoff.desk import Desk
from handoff.notebook import Notebook
from handoff.pagers import Pagers
from handoff.reach import Reach

WordFinder: TypeAlias = Callable[[str, datetime], datetime | None]
"""When a manager's line has promised something for; None when it promises nothing, or names no time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """One of each. ``assets.version`` is also the version of the JSON that pages and scripts speak."""

    settings: ConsoleSettings
    accounts: Accounts
    second: SecondFactor
    desk: Desk
    transcript: Transcript
    cards: Cards
    notebook: Notebook
    audit: AuditLog
    find_word: WordFinder
    media: MediaStore
    connections: ConnectionDesk | None
    clock: Clock
    dice: Dice
    passwords: Passwords
    cookies: Cookies
    devices: Devices
    assets: Assets
    pages: Pages
    live: Live
    tuning: Tuning
    studio: Studio | None
    """None: a console without answers to edit."""
    trial: Trial | None
    """None: a console that cannot try messages."""
    book: BookDesk | None
    """None: a console without a book."""
    pagers: Pagers | None
    """None: the salon has no bot for its managers."""
    opinions: Opinions | None
    """None: a console without the report on what clients say."""

    def reach_of(self, visit: Visit) -> Reach:
        """How far whoever came may reach into the conversations."""
        user = visit.user
        return Reach(role=user.role, user_id=user.id, now=visit.now, recent=self.settings.managers_sight)


def _parts(connection: HTTPConnection) -> Parts:
    parts: Parts = connection.app.state.parts
    return parts


With = Annotated[Parts, Depends(_parts)]
"""A handler's parameter that receives the parts."""
Came = Annotated[Visit, Depends(visit_of)]
"""A handler's parameter that receives the visit."""
