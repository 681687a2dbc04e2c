"""The accounts that are switched on, opened: they speak, they are kind, they fetch. The others' libraries stay away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from channels.connection import Connection, Connections
from channels.directory import Directory
from channels.heard import Courtesy
from channels.hook_secret import BEFORE
from channels.port import Account, Surroundings, Trouble, load_channel, load_library
from dialog.errors import StoreBusy
from dialog.journal import Journal
from dialog.outbox import Failure, Outgoing, Settled, Settlement

LATER = 30.0
"""A line for an account that is switched off or not open yet waits so long before it is looked at again."""
SETTLE_AGAIN = 30.0
"""A messenger that could not be told where to bring its events is told again after so long."""
LIBRARY_MISSING = "library_missing"
CREDENTIALS = "bad_credentials"
BELIEVED = 3600.0
"""What a messenger repeats after it has learned a new secret may still carry the one before: believed for so long."""


class Accounts(Mapping[str, "AccountSender"]):
    """Keeps the open accounts in step with the directory. As a mapping: the channels that can send, with senders."""

    def __init__(self, directory: Directory, connections: Connections, around: Surroundings, journal: Journal) -> None:
        self._directory = directory
        self._connections = connections
        self._around = around
        self._journal = journal
        self._open: dict[tuple[str, str], tuple[Connection, Account]] = {}
        self._senders: dict[str, AccountSender] = {}
        self._unsettled: dict[tuple[str, str], float] = {}
        self._learned: dict[tuple[str, str], float] = {}
        self._stopping = False

    def __getitem__(self, channel: str) -> AccountSender:
        return self._senders[channel]

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._senders))

    def __len__(self) -> int:
        return len(self._senders)

    def find(self, channel: str, account: str) -> Account | None:
        """The open account, if it is."""
        found = self._open.get((channel, account))
        return found[1] if found else None

    def opened(self) -> list[tuple[Connection, Account]]:
        """All of them with what they were opened by."""
        return list(self._open.values())

    def stop(self) -> None:
        """Return from ``run`` soon."""
        self._stopping = True

    async def run(self) -> None:
        """Open and close accounts as the directory says, until stopped."""
        try:
            while not self._stopping:
                await self.keep_up()
                await self._directory.changed(1.0)
        finally:
            await self.close()

    async def keep_up(self) -> None:
        """Bring the open accounts in step once."""
        wanted = {(one.channel, one.account): one for one in self._directory.all() if one.enabled and one.secrets}
        for name, (connection, account) in list(self._open.items()):
            if name not in wanted or _differs(wanted[name], connection):
                del self._open[name]
                self._unsettled.pop(name, None)
                self._learned.pop(name, None)
                await account.close()
        for name, connection in wanted.items():
            if name not in self._open:
                await self._start(connection)
            elif self._unsettled.get(name, float("inf")) <= self._around.ticks():
                await self._settle(*self._open[name])
        for name in [one for one, until in self._learned.items() if until <= self._around.ticks()]:
            await self._forget_secret(name)
        self._senders = {
            channel: self._senders.get(channel) or AccountSender(self, channel)
            for channel in dict.fromkeys(one.channel for one in self._directory.all())
        }

    async def close(self) -> None:
        """Close all of them."""
        for _, account in self._open.values():
            await account.close()
        self._open.clear()

    async def trouble(self, connection: Connection, code: str) -> None:
        """Note what is wrong with an account, or that all is well."""
        try:
            await self._connections.troubled(connection.channel, connection.account, code, self._around.clock.now())
        except StoreBusy as busy:
            self._journal.warning("trouble_not_noted", reason=str(busy))

    async def _start(self, connection: Connection) -> None:
        messenger = load_channel(connection.channel).messenger
        if messenger is None:
            return
        try:
            await load_library(connection.channel, messenger)
            account = messenger.open(connection, self._around)
        except ImportError:
            await self.trouble(connection, LIBRARY_MISSING)
            return
        self._open[connection.channel, connection.account] = connection, account
        await self._settle(connection, account)

    async def _settle(self, connection: Connection, account: Account) -> None:
        """Tell the messenger where we are. What is wrong now may be mended by itself, or at the messenger."""
        name = connection.channel, connection.account
        self._unsettled[name] = self._around.ticks() + SETTLE_AGAIN
        try:
            await account.settle_in()
        except Trouble as trouble:
            self._journal.error("channel_in_trouble", channel=connection.channel, trouble=trouble.code)
            await self.trouble(connection, trouble.code)
        except (TimeoutError, OSError) as error:
            self._journal.warning("channel_unreachable", channel=connection.channel, error=type(error).__name__)
            await self.trouble(connection, "unreachable")
        else:
            del self._unsettled[name]
            if BEFORE in connection.secrets:
                self._learned[name] = self._around.ticks() + BELIEVED
            await self.trouble(connection, "")

    async def _forget_secret(self, name: tuple[str, str]) -> None:
        """The secret before may be the reason why there is a new one."""
        try:
            for known in await self._connections.all():
                if (known.channel, known.account) == name and BEFORE in known.secrets:
                    await self._connections.put(replace(known, secrets=_lasting(known)), self._around.clock.now())
        except StoreBusy as busy:
            self._journal.warning("secret_not_forgotten", reason=str(busy))
        else:
            del self._learned[name]


def _differs(one: Connection, other: Connection) -> bool:
    """What an account is opened by; troubles and cursors come and go."""
    return (one.settings, _lasting(one), one.path) != (other.settings, _lasting(other), other.path)


def _lasting(connection: Connection) -> dict[str, str]:
    return {name: value for name, value in connection.secrets.items() if name != BEFORE}


class AccountSender:
    """The dispatcher's sender of one channel: hands each line to its account."""

    def __init__(self, accounts: Accounts, channel: str) -> None:
        self._accounts = accounts
        self._channel = channel
        self._troubled: set[str] = set()
        """Accounts by whose lines a trouble was learned of: by the next that arrives it has passed."""

    async def send(self, outgoing: Outgoing) -> Settlement:
        """One attempt; a line of an account that is not open waits."""
        name = outgoing.address.account
        account = self._accounts.find(self._channel, name)
        if account is None:
            return Settlement(
                outcome=Settled.DEFERRED,
                error="the account is not open",
                retry_after=LATER,
                called=False,
                parts_sent=outgoing.parts_sent,
            )
        settlement = await account.send(outgoing)
        trouble = settlement.trouble or (CREDENTIALS if settlement.failure is Failure.BAD_CREDENTIALS else "")
        passed = settlement.outcome is Settled.ACCEPTED and name in self._troubled
        if trouble or passed:
            (self._troubled.add if trouble else self._troubled.discard)(name)
            for connection, _ in self._accounts.opened():
                if (connection.channel, connection.account) == (self._channel, name):
                    await self._accounts.trouble(connection, trouble)
        return settlement

    async def be_kind(self, courtesy: Courtesy) -> None:
        """Do it if the account is open."""
        account = self._accounts.find(self._channel, courtesy.account)
        if account is not None:
            await account.be_kind(courtesy)
