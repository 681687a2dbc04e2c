"""What people can mend themselves, in their language."""

from __future__ import annotations

from booking.fault import SalonDataError
from bots.cannot_start import CannotStart
from bots.messages import message
from bots.setting_words import expected
from config.registry import BY_NAME, BadSetting
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
        return message("bad_setting", name=error.name, given=str(error.given), allowed=expected(BY_NAME[error.name]))
    if isinstance(error, BadFlow):
        findings = ", ".join(f"{f.place}: {f.code} {f.detail}".strip() for f in error.findings)
        return message("bad_flow", flow=error.flow, findings=findings)
    if isinstance(error, SalonDataError):
        return f"{message('bad_salon')}\n{error}"
    if isinstance(error, BadBackup):
        return _bad_backup(error)
    if isinstance(error, ToolFailed):
        return message("tool_failed", reason=str(error))
    if isinstance(error, StoreBusy):
        return message("database_away", reason=str(error))
    return None


def _bad_backup(error: BadBackup) -> str:
    file = str(error.source)
    match error.code:
        case "other_kind":
            return message("bad_backup_other_kind", file=file)
        case "damaged":
            return message("bad_backup_damaged", file=file, part=error.detail)
        case "strange":
            return message("bad_backup_strange", file=file, part=error.detail)
        case _:
            return message("bad_backup_no_copy", file=file)
