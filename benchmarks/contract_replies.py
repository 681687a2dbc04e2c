"""What every part of the contract needs: replies of all forms, a line that carries one, a count of what was judged."""

from __future__ import annotations

import time

from benchmarks.report import Report
from benchmarks.telegram_spec import Faults as Found
from channels.port import Surroundings
from dialog.ids import ConversationId, OutboxId
from dialog.message import Address
from dialog.outbox import Outgoing
from dialog.reply import Asks, Attachment, Author, Choice, Lane, Reply
from tests.fakes.stillness import CountedDice, StillClock

CHOICES = tuple(Choice(label=f"Услуга номер {n}", token=f"{n:016d}") for n in range(40))
REPLIES = (
    Reply(text="Здравствуйте!", choices=CHOICES),
    Reply(text="Слово за словом. " * 600),
    Reply(text="Ваш телефон?", asks=Asks.PHONE, choices=CHOICES[:2]),
    Reply(text="Где вы?", asks=Asks.LOCATION),
    Reply(text="👩\u200d👩\u200d👧" * 900),
    Reply(text="Карта", choices=(Choice(label="Открыть", token="", url="https://maps.example/1"),)),
    Reply(text="Ждём!", media=(Attachment(name="v.ics", content_type="text/calendar", content=b"BEGIN:VCALENDAR"),)),
)


def judge(report: Report, what: str, found: Found) -> None:
    """Count it; a violation when something was found."""
    report.count(f"conforming: {what.split(' ', maxsplit=1)[0]}s")
    for place, why in found:
        report.violation(f"{what}: {'.'.join(map(str, place))}: {why}")


def around(public_url: str) -> Surroundings:
    """Time that stands, dice that are counted."""
    return Surroundings(clock=StillClock(), dice=CountedDice(), public_url=public_url, ticks=time.monotonic)


def line(reply: Reply, channel: str = "telegram", account: str = "1", peer: str = "5") -> Outgoing:
    """A line of the bot's in a dialog."""
    return Outgoing(
        id=OutboxId(1),
        conversation_id=ConversationId(1),
        address=Address(channel=channel, account=account, peer=peer),
        lane=Lane.DIALOG,
        author=Author.BOT,
        message_class="dialog",
        reply=reply,
        attempt=1,
    )
