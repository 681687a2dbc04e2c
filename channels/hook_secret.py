"""The secret that a messenger shows at every call: one of ours, compared in constant time."""

from __future__ import annotations

import hmac

from channels.connection import Connection

NOW, BEFORE = "hook_secret", "hook_secret_before"
"""The one that the messenger was told last and, while it changes, the one before."""


def knows_secret(connection: Connection, given: str) -> bool:
    """Whether ``given`` is one of the account's secrets; without a secret nobody is believed."""
    shown = given.encode("utf-8", "replace")
    known = [connection.secrets.get(name, "").encode() for name in (NOW, BEFORE)]
    return any(bool(secret) and hmac.compare_digest(secret, shown) for secret in known)
