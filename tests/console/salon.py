"""A console on fakes, and people who come to it."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from booking.salon_documents import salon_to_documents
from bots.answer_studio import AnswerStudio
from bots.flow_library import shipped_flow
from channels.desk import ConnectionDesk
from console.app import DOORS, Console, create_console
from console.first_owner import first_owner_path
from console.policy import Door
from console.settings import ConsoleSettings, HashCost
from console.trial import Trial
from console.visit import token_hash
from handoff.accounts import GuessLimits, User
from handoff.roles import Role
from tests.fakes.accounts import FakeAccounts
from tests.fakes.audit import FakeAudit
from tests.fakes.book_desk import FakeBookDesk, demo_salon
from tests.fakes.chat_store import MemoryMedia
from tests.fakes.desk import FakeBus, FakeDesk
from tests.fakes.missed import FakeMissed
from tests.fakes.moments import FakeClock, FakeDice
from tests.fakes.notebook import FakeNotebook
from tests.fakes.opinions import FakeOpinions
from tests.fakes.pagers import FakePagers
from tests.fakes.revisions import MemoryRevisions
from tests.fakes.second_factors import FakeSecondFactors
from tests.fakes.tuning import FakeTuning

ORIGIN = "http://salon.test"
PASSWORD = "рыжий кот спит до обеда"
CHEAP = HashCost(passes=1, memory=64, lanes=1)


def demo_documents() -> MemoryRevisions:
    """The demo salon as a new installation has it stored."""
    request = {("flow", "request"): shipped_flow("request")}
    return MemoryRevisions({**salon_to_documents(demo_salon()), **request})


def tomorrow(line: str, now: datetime) -> datetime | None:
    """Reads one promise only: something is for tomorrow."""
    return now + timedelta(days=1) if "завтра" in line else None


@dataclass(slots=True)
class Salon:
    """Everything behind one console."""

    public_url: str = ""
    guesses: GuessLimits = field(default_factory=GuessLimits)
    doors: tuple[Door, ...] = tuple(DOORS)
    proxies: tuple[str, ...] = ()
    accounts: FakeAccounts = field(default_factory=FakeAccounts)
    media: MemoryMedia = field(default_factory=MemoryMedia)
    connections: ConnectionDesk | None = None
    tuning: FakeTuning = field(default_factory=FakeTuning)
    opinions: FakeOpinions = field(default_factory=FakeOpinions)
    book: FakeBookDesk = field(default_factory=FakeBookDesk)
    revisions: MemoryRevisions = field(default_factory=demo_documents)
    hits: dict[str, int] = field(default_factory=dict)
    missed: FakeMissed = field(default_factory=FakeMissed)
    trial: Trial | None = None
    pagers: FakePagers | None = None
    factors: FakeSecondFactors = field(default_factory=FakeSecondFactors)
    second_factor: str = "wish"
    bus: FakeBus = field(default_factory=FakeBus)
    clock: FakeClock = field(default_factory=FakeClock)
    dice: FakeDice = field(default_factory=FakeDice)
    desk: FakeDesk = field(init=False)
    notebook: FakeNotebook = field(init=False)
    settings: ConsoleSettings = field(init=False)
    console: Console = field(init=False)

    def __post_init__(self) -> None:
        self.desk = FakeDesk(self.bus)
        self.notebook = FakeNotebook(self.desk)
        self.settings = ConsoleSettings(
            secret=b"s" * 32,
            public_url=self.public_url,
            salon_name="Лилия",
            hash_cost=CHEAP,
            guesses=self.guesses,
            trusted_proxies=self.proxies,
            second_factor=self.second_factor,
        )
        self.console = self._build()

    async def _hits(self, since: datetime) -> dict[str, int]:
        return self.hits

    async def _taken_up(self) -> None:
        """No bot here goes by what was published."""

    def twin(self) -> Salon:
        """The same salon behind a console of another process."""
        twin = copy.copy(self)
        twin.console = twin._build()
        return twin

    def _build(self) -> Console:
        return create_console(
            settings=self.settings,
            accounts=self.accounts,
            factors=self.factors,
            desk=self.desk,
            transcript=self.desk,
            cards=self.desk,
            notebook=self.notebook,
            audit=FakeAudit(self.accounts),
            find_word=tomorrow,
            files=self.media,
            connections=self.connections,
            tuning=self.tuning,
            opinions=self.opinions,
            studio=AnswerStudio(self.revisions, self._hits, self.missed, self._taken_up),
            pagers=self.pagers,
            trial=self.trial,
            bus=self.bus,
            clock=self.clock,
            dice=self.dice,
            book=self.book,
            doors=self.doors,
        )

    def app(self) -> Starlette:
        """The console mounted as bots mounts it, with its live screens running."""

        def lifespan(_: Starlette) -> object:
            return self.console.running()

        return Starlette(routes=[Mount("/console", app=self.console)], lifespan=lifespan)  # type: ignore[arg-type]

    async def hire(self, role: Role, name: str = "", login: str = "") -> User:
        """A person with the usual password, made behind the console's back."""
        token = self.dice.seed()
        now = self.clock.now()
        await self.accounts.add_invite(token_hash(token), role, "", None, None, now + timedelta(days=1), now)
        hashed = await self.console.app.state.parts.passwords.hash(PASSWORD)
        login = login or role.value
        user = await self.accounts.join(token_hash(token), name or login.title(), login, hashed, now)
        self.desk.person(user.id, user.name)
        return user

    async def owner_path(self) -> str | None:
        """The path of the owner's one-time link."""
        return await first_owner_path(self.accounts, self.settings, self.clock, self.dice)


class Browser:
    """A browser in front of the console: keeps cookies, sends the page's token and origin."""

    def __init__(self, client: TestClient, origin: str = ORIGIN) -> None:
        self.client = client
        self.origin = origin
        self.csrf = ""

    def open(self, path: str, **kwargs: object) -> str:
        """A page's text, after remembering its token."""
        response = self.client.get(f"/console{path}", **kwargs)  # type: ignore[arg-type]
        self.csrf = csrf_of(response.text) or self.csrf
        return str(response.text)

    def get(self, path: str) -> object:
        """A call that changes nothing."""
        return self.client.get(f"/console{path}")

    def headers(self) -> dict[str, str]:
        """What our own pages send."""
        return {"x-csrf": self.csrf, "origin": self.origin, "sec-fetch-site": "same-origin"}

    def log_in(self, login: str, password: str = PASSWORD) -> int:
        """Come in by the form; the status of the answer."""
        self.open("/login")
        body = {"login": login, "password": password}
        status = self.client.post("/console/api/login", json=body, headers=self.headers()).status_code
        if status == 200:
            self.open("/account")
        return status


def csrf_of(page: str) -> str:
    """The token in a page's state."""
    found = re.search(r"&#34;csrf&#34;:&#34;([0-9a-f]{96})&#34;", page)
    return found.group(1) if found else ""
