"""Connecting messengers, for an owner: what there is, how it is doing, connect, check, switch off, forget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Protocol

from channels.connection import Connection, Connections, Pulse
from channels.directory import Directory
from channels.hook_secret import BEFORE, NOW
from channels.port import Field, Messenger, Surroundings, Trouble, load_library

LIBRARY_MISSING = "library_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One connected account, without its secrets."""

    channel: str
    account: str
    title: str
    enabled: bool
    trouble: str
    polls: bool
    pulse: Pulse


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One messenger that can be connected, with the accounts that are."""

    channel: str
    fields: Sequence[Field]
    installed: bool
    standing: Sequence[Standing]


class ConnectionDesk(Protocol):
    """What the console and the command line may do."""

    @property
    def public_url(self) -> str:
        """Where the web reaches us; empty when it does not."""
        ...

    async def offers(self) -> Sequence[Offer]:
        """Every messenger that is built."""
        ...

    async def connect(self, channel: str, given: Mapping[str, str]) -> Standing:
        """Prove what was typed in at the messenger, then keep it. The same account again replaces its secrets and
        loses nothing. Raises Trouble, LookupError for a messenger that is not built."""
        ...

    async def check(self, channel: str, account: str) -> Standing:
        """Ask the messenger once more. Raises Trouble, LookupError."""
        ...

    async def switch(self, channel: str, account: str, *, on: bool) -> None:
        """Speak and listen, or not; nothing is forgotten. Raises LookupError."""
        ...

    async def forget(self, channel: str, account: str) -> None:
        """Take the account and its secrets away; conversations stay. Raises LookupError."""
        ...


class StoredConnectionDesk:
    """See ConnectionDesk."""

    def __init__(
        self,
        connections: Connections,
        directory: Directory,
        messengers: Callable[[], Mapping[str, Messenger]],
        around: Surroundings,
    ) -> None:
        self._connections = connections
        self._directory = directory
        self._messengers = messengers
        self._around = around

    @property
    def public_url(self) -> str:
        """See ConnectionDesk."""
        return self._around.public_url

    async def offers(self) -> Sequence[Offer]:
        """See ConnectionDesk."""
        known = await self._connections.all()
        return [
            Offer(
                channel=key,
                fields=messenger.fields,
                installed=_installed(messenger),
                standing=[await self._standing(one) for one in known if one.channel == key],
            )
            for key, messenger in self._messengers().items()
        ]

    async def connect(self, channel: str, given: Mapping[str, str]) -> Standing:
        """See ConnectionDesk."""
        made = await self._proved(channel, given)
        for known in await self._connections.all():
            if (known.channel, known.account) == (channel, made.account):
                made = _renewed(known, made)
        await self._keep(made)
        return await self._standing(made)

    async def check(self, channel: str, account: str) -> Standing:
        """See ConnectionDesk."""
        known = await self._find(channel, account)
        try:
            fresh = await self._proved(channel, {**known.settings, **known.secrets})
            await self._make_heard(known)
        except Trouble as trouble:
            await self._connections.troubled(channel, account, trouble.code, self._around.clock.now())
            raise
        await self._keep(replace(known, title=fresh.title, trouble=""))
        return await self._standing(known)

    async def switch(self, channel: str, account: str, *, on: bool) -> None:
        """See ConnectionDesk."""
        await self._keep(replace(await self._find(channel, account), enabled=on))

    async def forget(self, channel: str, account: str) -> None:
        """See ConnectionDesk."""
        await self._find(channel, account)
        await self._connections.forget(channel, account)
        await self._directory.read()

    async def _proved(self, channel: str, given: Mapping[str, str]) -> Connection:
        messenger = self._messengers().get(channel)
        if messenger is None:
            raise LookupError(channel)
        if not _installed(messenger):
            raise Trouble(LIBRARY_MISSING)
        await load_library(channel, messenger)
        try:
            return await messenger.connect(given, self._around)
        except (TimeoutError, OSError):
            raise Trouble("unreachable") from None

    async def _make_heard(self, known: Connection) -> None:
        """Where events cannot be asked for, a good key alone says nothing about whether they still come."""
        if not (self._only_brings(known.channel) and known.enabled):
            return
        account = self._messengers()[known.channel].open(known, self._around)
        try:
            await account.settle_in()
        except OSError:
            raise Trouble("unreachable") from None
        finally:
            await account.close()

    async def _find(self, channel: str, account: str) -> Connection:
        for known in await self._connections.all():
            if (known.channel, known.account) == (channel, account):
                return known
        raise LookupError(f"{channel} {account}")

    async def _keep(self, connection: Connection) -> None:
        await self._connections.put(connection, self._around.clock.now())
        await self._directory.read()

    def _only_brings(self, channel: str) -> bool:
        messenger = self._messengers().get(channel)
        return messenger is not None and messenger.only_brings

    async def _standing(self, connection: Connection) -> Standing:
        return Standing(
            channel=connection.channel,
            account=connection.account,
            title=connection.title,
            enabled=connection.enabled,
            trouble=connection.trouble,
            polls=not self._only_brings(connection.channel) and not self.public_url.startswith("https://"),
            pulse=await self._connections.pulse(connection.channel, connection.account),
        )


def _installed(messenger: Messenger) -> bool:
    return not messenger.library or find_spec(messenger.library) is not None


def _renewed(known: Connection, made: Connection) -> Connection:
    """The same address on the web; calls with the secret before are believed until the messenger knows the new one."""
    secrets = dict(made.secrets)
    if before := known.secrets.get(NOW):
        secrets[BEFORE] = before
    return replace(made, path=known.path, secrets=secrets, enabled=True)
