"""Takes a person's chat away: in the transaction that shuts the person out or sets a new password, too."""

from __future__ import annotations

from storage.sql import Script, Sql

_DROP = Sql("DELETE FROM pager WHERE user_id = $1 RETURNING chat")
_DROP_CODE = Sql("DELETE FROM pager_code WHERE user_id = $1")
_VOID = Sql("UPDATE alert SET status = 'void' WHERE status IN ('new', 'sending') AND status = 'new' AND user_id = $1")


def unlink(user: int) -> Script[bool]:
    """From here on nothing is told to the chat, and nothing said there counts. False: there was none."""
    dropped = yield _DROP, (user,)
    yield _DROP_CODE, (user,)
    yield _VOID, (user,)
    return bool(dropped)
