"""How the console says no: one exception with an English msgid, told to people in their language."""

from __future__ import annotations

from collections.abc import Mapping

from dialog.errors import ZabotaError


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark ``message`` for translation where it is written; it is translated where it is shown."""
    return message


class Refusal(ZabotaError):
    """An answer other than success. ``fields`` maps an input's name to the msgid shown beside it."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        values: Mapping[str, object] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.fields = dict(fields or {})
        self.values = dict(values or {})
        self.retry_after = retry_after


def login_needed() -> Refusal:
    """Nobody is logged in, or not any more."""
    return Refusal(401, "login", N_("Please log in."))


def forbidden() -> Refusal:
    """Logged in, but this is not for their role."""
    return Refusal(403, "forbidden", N_("Your role does not open this page."))


def not_found() -> Refusal:
    """There is no such thing, or it is none of theirs: the answer is the same."""
    return Refusal(404, "missing", N_("There is no such page or conversation."))


def foreign_page() -> Refusal:
    """The request came from another site's page or from a stale one of ours."""
    return Refusal(403, "csrf", N_("This page has gone stale. Reload it and try again."))
