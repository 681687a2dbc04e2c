"""One MAX bot, ready to speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import orjson

from channels.connection import Connection
from channels.foreign_url import loopback_port
from channels.guards import Rate
from channels.heard import Courtesy, FileRef
from channels.hook import RawEvent
from channels.intake import TYPING
from channels.max.bodies import body
from channels.max.history import ours, seen
from channels.max.outcomes import LATER, NOT_READY, UNKNOWN, in_maxs_words, mid_of, outcome
from channels.max.reading import ANSWER, LATE, LEAVE
from channels.max.subscription import Subscription
from channels.max.texts import text
from channels.max.updates import Updates
from channels.max.uploads import NotUploaded, Uploads
from channels.max.wire import TIMEOUT, Answer, NeverLeft, NoAnswer, Wire, trusted
from channels.media_fetch import MediaFetch
from channels.media_hosts import MediaHosts, media_hosts_of
from channels.media_store import Media
from channels.pacing import CREDENTIALS_PAUSE, Pacer, postponed
from channels.port import Surroundings
from channels.rendering.bubbles import Bubble
from channels.rendering.capabilities import CAPABILITIES
from channels.rendering.render import render
from dialog.outbox import Failure, Outgoing, Settled, Settlement

ACCOUNT_RATE = Rate(burst=25, per_second=25)
CHAT_RATE = Rate(burst=5, per_second=1)
THROTTLED_PAUSE = 1.0
NOT_READY_PAUSE = 2.0
LOOK_AGAIN, LOOK_LATER = 5.0, 60.0
"""Seconds. What was under way may still arrive after its connection broke: it is looked for again a little later, and
then less and less often."""
A_DAY = timedelta(days=1)
"""No line waits longer than that to be said."""
MOST_LOOKED_AT = 100
_PLAIN = frozenset({Failure.RECIPIENT_GONE, Failure.BAD_CREDENTIALS, Failure.THROTTLED})
"""What MAX may say of any call, and what then holds for the line."""


class MaxAccount:
    """See channels.port.Account."""

    def __init__(
        self,
        connection: Connection,
        around: Surroundings,
        *,
        timeout: float = TIMEOUT,
        look_again: float = LOOK_AGAIN,
    ) -> None:
        settings = connection.settings
        self._connection = connection
        self._around = around
        self._look_again = look_again
        self._wire = Wire(
            connection.secrets["token"],
            base_url=settings.get("base_url", ""),
            proxy=settings.get("proxy", ""),
            timeout=timeout,
        )
        self._pacer = Pacer(around.ticks, account=ACCOUNT_RATE, chat=CHAT_RATE)
        self._subscription = Subscription(self._wire, connection, around.public_url)
        self._updates = Updates(self._wire, connection)
        hosts, loopback = _media_place(self._wire.base_url)
        self._uploads = Uploads(self._wire, hosts, loopback)
        self._fetch = _media_fetch(hosts, loopback)
        self._leaving: set[str] = set()

    async def settle_in(self) -> None:
        """Tell MAX where to bring updates. Raises Trouble, OSError."""
        await self._subscription.settle_in()

    async def send(self, outgoing: Outgoing) -> Settlement:
        """Every message of one line that has not gone out yet. After an attempt of unknown fate it looks first."""
        bubbles = render(outgoing.reply, CAPABILITIES["max"], outgoing.language)
        done, mid = outgoing.parts_sent, ""
        if outgoing.attempt > 1:
            if silence := self._pacer.silence():
                return postponed(silence, done, called=False)
            found = await self._look(outgoing, bubbles)
            if isinstance(found, Settlement):
                return found
            done, mid = max(found, (done, mid))
        started, called = self._around.ticks(), False
        while done < len(bubbles):
            wait = await self._pacer.moment(outgoing.address.peer, started)
            if wait:
                return postponed(wait, done, called=called)
            called = True
            told, name = await self._say(outgoing, bubbles, done)
            if told.outcome is Settled.UNKNOWN:
                there = await self._look(outgoing, bubbles)
                if isinstance(there, Settlement) or there[0] <= done:
                    return replace(told, retry_after=min(self._look_again * 2.0 ** (outgoing.attempt - 1), LOOK_LATER))
                done, mid = there
            elif told.outcome is Settled.ACCEPTED:
                done, mid = done + 1, name
            else:
                return told
        return Settlement(outcome=Settled.ACCEPTED, provider_id=mid, parts_sent=done)

    async def _say(self, outgoing: Outgoing, bubbles: Sequence[Bubble], place: int) -> tuple[Settlement, str]:
        """One message, once: what came of it, and its name."""
        bubble, token = bubbles[place], ""
        if bubble.file is not None:
            try:
                token = await self._uploads.token((outgoing.id, place), bubble.file.name, bubble.file.content)
            except NotUploaded as error:
                return self._not_uploaded(error, place), ""
        params = {"chat_id": outgoing.address.peer, "disable_link_preview": "true"}
        try:
            answer = await self._wire.call("POST", "/messages", params, body(bubble, token))
        except NeverLeft as error:
            return _settlement(LATER, str(error), place, self._pacer.failed()), ""
        except NoAnswer as error:
            return _settlement(UNKNOWN, str(error), place, None), ""
        self._pacer.reached()
        return self._settled(answer, place), mid_of(answer)

    def _settled(self, answer: Answer, place: int) -> Settlement:
        found = outcome(answer)
        retry_after: float | None = None
        match found[1]:
            case Failure.THROTTLED:
                retry_after = answer.retry_after or THROTTLED_PAUSE
                self._pacer.be_silent(retry_after)
            case Failure.BAD_CREDENTIALS:
                retry_after = CREDENTIALS_PAUSE
                self._pacer.be_silent(retry_after)
            case Failure.TRANSIENT if answer.code == NOT_READY:
                retry_after = NOT_READY_PAUSE
            case Failure.TRANSIENT:
                retry_after = answer.retry_after or self._pacer.failed()
        words = f"{answer.status} {answer.code}".strip() if found[0] is not Settled.ACCEPTED else ""
        return _settlement(found, words, place, retry_after)

    async def _look(self, outgoing: Outgoing, bubbles: Sequence[Bubble]) -> tuple[int, str] | Settlement:
        """How many messages of this line stand in the chat, and the name of the last; or why nobody can say."""
        since = self._around.clock.now() - A_DAY
        params: dict[str, str | int] = {"chat_id": outgoing.address.peer, "count": MOST_LOOKED_AT}
        try:
            answer = await self._wire.call("GET", "/messages", params)
        except OSError as error:
            return _settlement(LATER, f"chat not read: {error}", outgoing.parts_sent, self._look_again)
        after, since_ms = outgoing.after, int(since.timestamp() * 1000)
        standing = ours(answer, self._connection.account, after=after, since_ms=since_ms)
        if standing is not None:
            return seen(bubbles, standing)
        plain = outcome(answer)[1]
        # To read a chat may be forbidden for reasons of its own: the client has gone only where MAX says so.
        if plain in _PLAIN and (plain is not Failure.RECIPIENT_GONE or in_maxs_words(answer)):
            return self._settled(answer, outgoing.parts_sent)
        return _settlement(LATER, f"chat not read: {answer.status}", outgoing.parts_sent, self._look_again)

    def _not_uploaded(self, error: NotUploaded, place: int) -> Settlement:
        """Nothing was said, whatever it was."""
        if error.answer is not None and outcome(error.answer)[1] in _PLAIN:
            return self._settled(error.answer, place)
        return _settlement(LATER, str(error), place, self._pacer.failed())

    async def be_kind(self, courtesy: Courtesy) -> None:
        """See Account. Nothing is said while MAX wants silence."""
        if self._pacer.silence():
            return
        try:
            for method, path, params, content in self._kindness(courtesy):
                answer = await self._wire.call(method, path, params, content)
                if outcome(answer)[1] is Failure.THROTTLED:
                    self._pacer.be_silent(answer.retry_after or THROTTLED_PAUSE)
        except OSError:
            return

    def _kindness(self, courtesy: Courtesy) -> list[tuple[str, str, dict[str, str], object]]:
        first, *rest = courtesy.values
        match courtesy.kind:
            case kind if kind == TYPING:
                return [("POST", f"/chats/{first}/actions", {}, {"action": "typing_on"})]
            case kind if kind == ANSWER:
                # Never a notification beside the menu: that would bring the message once more.
                menu = {"message": orjson.loads(rest[0])} if rest else {}
                return [("POST", "/answers", {"callback_id": first}, menu)]
            case kind if kind == LATE:
                return [("POST", "/answers", {"callback_id": first}, {"notification": text("late")})]
            case kind if kind == LEAVE and first not in self._leaving:
                self._leaving.add(first)
                said = {"text": text("group"), "attachments": []}
                return [
                    ("POST", "/messages", {"chat_id": first}, said),
                    ("DELETE", f"/chats/{first}/members/me", {}, None),
                ]
        return []

    async def fetch(self, file: FileRef) -> Media:
        """See Account. MAX gives the file's own address."""
        return await self._fetch.fetch(file.ref)

    async def poll(self, cursor: int) -> tuple[Sequence[RawEvent], int] | None:
        """See Account. Where events are brought, the subscription is watched instead: MAX ends it without a word."""
        if self._subscription.wanted:
            await self._subscription.watch()
            return (), cursor
        return await self._updates.next(cursor)

    async def close(self) -> None:
        """See Account."""
        await self._wire.close()
        await self._fetch.close()


def _settlement(found: tuple[Settled, Failure], error: str, parts_sent: int, retry_after: float | None) -> Settlement:
    settled, failure = found
    return Settlement(outcome=settled, failure=failure, error=error, retry_after=retry_after, parts_sent=parts_sent)


def _media_place(base: str) -> tuple[MediaHosts, str]:
    """Where files are: at MAX's own machines; a server on this machine is a fake one, with files of its own."""
    try:
        loopback_port(base)
    except ValueError:
        relay = urlsplit(base).hostname or ""
        known = media_hosts_of("max")
        return MediaHosts(names=(*known.names, relay)), ""
    return MediaHosts(), base


def _media_fetch(hosts: MediaHosts, loopback: str) -> MediaFetch:
    if loopback:
        return MediaFetch(hosts, loopback_base=loopback)
    transport = httpx.AsyncHTTPTransport(verify=trusted(), trust_env=False, http2=False, retries=0)
    return MediaFetch(hosts, transport=transport)
