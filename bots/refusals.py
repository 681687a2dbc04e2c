"""What people can mend themselves, in their language."""

from __future__ import annotations

from booking.fault import SalonDataError
from bots.cannot_start import CannotStart
from bots.messages import message
from config.registry import BadSetting
from dialog.errors import StoreBusy
from dialog.flow_source import BadFlow
from storage.backup import BadBackup
from storage.errors import DataLocked
from storage.restoring import ToolFailed


def refusal_of(error: Exception) -> str | None:
    """The words for an error that is somebody's to mend; None for a bug of ours."""
    if isinstance(error, CannotStart):
        return str(error)
    if isinstance(error, DataLocked):
        return message("data_locked", data=str(error.folder))
    if isinstance(error, BadSetting):
        return message("bad_setting", name=error.name, given=str(error.given), allowed=error.allowed)
    if isinstance(error, BadFlow):
        findings = ", ".join(f"{f.place}: {f.code} {f.detail}".strip() for f in error.findings)
        return message("bad_flow", flow=error.flow, findings=findings)
    if isinstance(error, SalonDataError):
        return f"{message('bad_salon')}\n{error}"
    if isinstance(error, BadBackup):
        return message("bad_backup", reason=str(error))
    if isinstance(error, ToolFailed):
        return message("tool_failed", reason=str(error))
    if isinstance(error, StoreBusy):
        return message("database_away", reason=str(error))
    return None
