"""For accounts whose events are fetched, not brought: a token is enough, no address on the web is needed."""

from __future__ import annotations

import asyncio

from channels.accounts import Accounts
from channels.connection import Connection, Connections
from channels.hook import Hooks
from channels.port import Account, Trouble
from dialog.clock import Clock
from dialog.ending import end
from dialog.errors import StoreBusy
from dialog.journal import Journal

PAUSE = 5.0
LONG_PAUSE = 30.0


class Polling:
    """One task for each open account that polls. The cursor moves only after the events are stored."""

    def __init__(
        self, accounts: Accounts, connections: Connections, hooks: Hooks, clock: Clock, journal: Journal
    ) -> None:
        self._accounts = accounts
        self._connections = connections
        self._hooks = hooks
        self._clock = clock
        self._journal = journal
        self._tasks: dict[Account, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Return from ``run`` soon: an open question to a messenger is given up."""
        self._stopping.set()

    async def run(self) -> None:
        """Keep one task for each account until stopped."""
        try:
            while not self._stopping.is_set():
                self._keep_up()
                try:
                    async with asyncio.timeout(1.0):
                        await self._stopping.wait()
                except TimeoutError:
                    continue
        finally:
            await end(*self._tasks.values())
            self._tasks.clear()

    def _keep_up(self) -> None:
        opened = {account: connection for connection, account in self._accounts.opened()}
        for account in [one for one in self._tasks if one not in opened]:
            self._tasks.pop(account).cancel()
        self._drop_broken()
        for account, connection in opened.items():
            if account not in self._tasks:
                self._tasks[account] = asyncio.create_task(self._listen(connection, account))

    def _drop_broken(self) -> None:
        """A task that raised is told of, and listening begins anew: nobody else would ever miss it."""
        for account, task in list(self._tasks.items()):
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                self._journal.error("listening_broke", error=type(error).__name__)
                del self._tasks[account]

    async def _listen(self, connection: Connection, account: Account) -> None:
        cursor = await self._cursor(connection)
        troubled = False
        while True:
            try:
                found = await account.poll(cursor)
                if found is None:
                    return
                if troubled:
                    await self._accounts.trouble(connection, "")
                    troubled = False
                events, cursor = found
                await self._hooks.store(events, self._clock.now())
                await self._connections.move(connection.channel, connection.account, cursor)
            except StoreBusy as busy:
                self._journal.warning("store_busy", reason=str(busy))
                await asyncio.sleep(busy.retry_after)
                cursor = await self._cursor(connection)
            except Trouble as trouble:
                await self._accounts.trouble(connection, trouble.code)
                troubled = True
                await asyncio.sleep(LONG_PAUSE)
            except OSError as error:
                self._journal.warning("poll_failed", channel=connection.channel, error=type(error).__name__)
                await asyncio.sleep(PAUSE)

    async def _cursor(self, connection: Connection) -> int:
        """From the store: whoever was here before may have come further."""
        while True:
            try:
                known = await self._connections.all()
            except StoreBusy as busy:
                await asyncio.sleep(busy.retry_after)
                continue
            same = (one for one in known if (one.channel, one.account) == (connection.channel, connection.account))
            return next((one.cursor for one in same), connection.cursor)
