"""The audit log as the console reads it, over the lines that the accounts' fake was told."""

from __future__ import annotations

from collections.abc import AsyncIterator

from handoff.audit import AuditLine, AuditState
from tests.fakes.accounts import FakeAccounts


class FakeAudit:
    """See handoff.audit.AuditLog. A line's seal is its number."""

    def __init__(self, accounts: FakeAccounts) -> None:
        self._accounts = accounts

    async def lines(self) -> AsyncIterator[AuditLine]:
        """See AuditLog."""
        for number, line in enumerate(self._accounts.audit, start=1):
            who = str(line.who or "")
            yield AuditLine(
                id=number,
                at=line.at,
                who=who,
                what=line.what,
                about=line.about,
                address=line.address,
                seal=f"{number:064x}",
            )

    async def verify(self) -> AuditState:
        """See AuditLog: nobody tampers with a fake."""
        count = len(self._accounts.audit)
        return AuditState(lines=count, head=f"{count:064x}" if count else "", broken=(), missing=0)
