"""The audit log for the owner: every line in one file, whose last seal proves the whole of it later."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from console.parts import Came, With
from console.policy import OWNERS, Door
from handoff.audit_csv import audit_csv

_HEADERS = {"content-disposition": 'attachment; filename="zabota-audit.csv"'}
_BYTE_ORDER_MARK = "\ufeff"


async def export(parts: With, visit: Came) -> Response:
    """The log as a table; taking it away is an act, too."""
    await parts.accounts.note(visit.user.id, "audit exported", "", visit.address, visit.now)
    lines = [line async for line in parts.audit.lines()]
    table = await asyncio.to_thread(audit_csv, lines)
    return Response(_BYTE_ORDER_MARK + table, headers=_HEADERS, media_type="text/csv")


DOORS = (Door(method="GET", path="/audit.csv", policy=OWNERS, handler=export),)
