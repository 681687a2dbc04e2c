"""The audit log as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from handoff.audit import AuditLine

COLUMNS = ("id", "at", "who", "what", "about", "address", "seal")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def audit_csv(lines: Iterable[AuditLine]) -> str:
    """The lines under their heads, quoted; the last one's ``seal`` proves the whole file later.

    Times are UTC. What a person typed must not become a formula in a spreadsheet.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for line in lines:
        said = (line.who, line.what, line.about, line.address)
        writer.writerow((line.id, line.at.isoformat(), *map(_harmless, said), line.seal))
    return table.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
