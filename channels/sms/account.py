"""One account at an SMS company, ready to speak."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from channels.connection import Connection
from channels.guards import Rate
from channels.heard import Courtesy, FileRef
from channels.hook import RawEvent
from channels.media_store import Media
from channels.not_fetched import Refused
from channels.pacing import Pacer
from channels.port import Surroundings, Trouble
from channels.rendering.capabilities import CAPABILITIES
from channels.rendering.render import render
from channels.sms.gateway import Carried, Gateway
from channels.sms.parts import parts
from channels.sms.smsru import SmsRu
from channels.sms.statuses import STATUSES, status_event
from dialog.outbox import Failure, Outgoing, Settled, Settlement

ACCOUNT_RATE = Rate(burst=10, per_second=5)
NUMBER_RATE = Rate(burst=3, per_second=0.1)
LONGEST_WAIT = 2.0
ASK_EVERY = 60.0
MOST_ASKED = 100
_NUMBER = re.compile(r"7[0-9]{10}", re.ASCII)
_API_ID = re.compile(r"[A-Za-z0-9-]{16,64}", re.ASCII)
_BACK = {status: str(code) for code, status in reversed(list(STATUSES.items()))}


class SmsAccount:
    """See channels.port.Account."""

    def __init__(self, connection: Connection, around: Surroundings, gateway: Gateway | None = None) -> None:
        self._connection = connection
        self._around = around
        self._gateway = gateway or gateway_of({**connection.settings, **connection.secrets})
        self._pacer = Pacer(around.ticks, account=ACCOUNT_RATE, chat=NUMBER_RATE)
        self._waiting: OrderedDict[str, None] = OrderedDict()

    async def settle_in(self) -> None:
        """Nothing to tell: the company's page is where its callback is set."""

    async def send(self, outgoing: Outgoing) -> Settlement:
        """Every message of one line. What may have arrived is never sent again."""
        number = outgoing.address.peer
        if not _NUMBER.fullmatch(number):
            return Settlement(outcome=Settled.GONE, failure=Failure.RECIPIENT_GONE, error="not a number", called=False)
        bubbles = render(outgoing.reply, CAPABILITIES["sms"], outgoing.language)
        charged = cost = 0
        carried = Carried(outcome=Settled.ACCEPTED)
        for place in range(outgoing.parts_sent, len(bubbles)):
            wait = self._pacer.silence() or self._pacer.reserve(number, LONGEST_WAIT)
            if wait > LONGEST_WAIT or self._pacer.silence():
                carried = Carried(outcome=Settled.DEFERRED, failure=Failure.THROTTLED, error="not yet", pause=wait)
                return _settled(carried, place, charged, cost, called=charged > 0)
            await asyncio.sleep(wait)
            text = bubbles[place].text
            carried = await self._gateway.send(number, text)
            if carried.outcome is not Settled.ACCEPTED:
                if carried.pause and carried.failure in (Failure.TRANSIENT, Failure.BAD_CREDENTIALS):
                    self._pacer.be_silent(carried.pause)
                return _settled(carried, place, charged, cost)
            charged, cost = charged + parts(text), cost + carried.cost
            self._remember(carried.sms_id)
        return _settled(carried, len(bubbles), charged, cost)

    def _remember(self, sms_id: str) -> None:
        self._waiting[sms_id] = None
        while len(self._waiting) > MOST_ASKED:
            self._waiting.popitem(last=False)

    async def be_kind(self, courtesy: Courtesy) -> None:
        """An SMS has no typing sign."""

    async def fetch(self, file: FileRef) -> Media:
        """An SMS has no files."""
        raise Refused("an SMS has no files")

    async def poll(self, cursor: int) -> tuple[Sequence[RawEvent], int] | None:
        """Ask what became of what was sent since the start; the company's own calls say it sooner."""
        await asyncio.sleep(ASK_EVERY)
        return await self.ask(), cursor

    async def ask(self) -> list[RawEvent]:
        """One question about everything whose fate is open. Raises OSError."""
        if not self._waiting:
            return []
        told = await self._gateway.statuses(tuple(self._waiting))
        for sms_id in told:
            self._waiting.pop(sms_id, None)
        return [status_event(self._connection.account, sms_id, _BACK[status]) for sms_id, status in told.items()]

    async def close(self) -> None:
        """See Account."""
        await self._gateway.close()


def _settled(carried: Carried, parts_sent: int, charged: int, cost: int, *, called: bool = True) -> Settlement:
    return Settlement(
        outcome=carried.outcome,
        failure=carried.failure,
        provider_id=carried.sms_id,
        error=carried.error,
        retry_after=carried.pause,
        parts_sent=parts_sent,
        called=called,
        charged=charged,
        cost=cost,
    )


def gateway_of(given: Mapping[str, str]) -> Gateway:
    """The company behind an account; a second one would be chosen here."""
    return SmsRu(
        given.get("api_id", ""),
        base_url=given.get("base_url", ""),
        sender=given.get("sender", ""),
        proxy=given.get("proxy", ""),
    )


async def connect(given: Mapping[str, str], around: Surroundings) -> Connection:
    """The connection behind a key, proved by asking for the balance. Raises Trouble."""
    api_id = "".join(given.get("api_id", "").split())
    if not _API_ID.fullmatch(api_id):
        raise Trouble("token_shape")
    settings = {name: given.get(name, "").strip() for name in ("sender", "base_url", "proxy")}
    if (base := settings["base_url"]) and not base.startswith(("https://", "http://127.0.0.1:")):
        raise Trouble("bad_base_url")
    gateway = gateway_of({**settings, "api_id": api_id})
    try:
        balance = await gateway.balance()
    finally:
        await gateway.close()
    return Connection(
        channel="sms",
        # The key is a secret; its hash is a name that says nothing.
        account=hashlib.sha256(api_id.encode()).hexdigest()[:12],
        path=around.dice.public_id(),
        title=f"sms.ru, {balance} ₽" if balance else "sms.ru",
        settings={name: value for name, value in settings.items() if value},
        secrets={"api_id": api_id},
    )
