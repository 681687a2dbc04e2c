"""Signing short ASCII strings with the keys of the data folder: the newest signs, every one verifies."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence


class Signatures:
    """``purpose`` keeps signatures of different kinds apart: one is never accepted in place of another."""

    def __init__(self, keys: Sequence[bytes], purpose: str) -> None:
        if not keys or any(len(key) < 32 for key in keys):
            raise ValueError("signing needs keys of 32 bytes or more")
        self._keys = tuple(hmac.digest(key, b"zabota.webchat." + purpose.encode(), "sha256") for key in keys)

    def sign(self, value: str) -> str:
        """32 URL-safe characters: 192 bits of HMAC-SHA256."""
        return _seal(self._keys[0], value)

    def verify(self, value: str, signature: str) -> bool:
        """Constant-time comparison with the signature of every key."""
        given = signature.encode("ascii", "replace")
        return any(hmac.compare_digest(_seal(key, value).encode(), given) for key in self._keys)


def _seal(key: bytes, value: str) -> str:
    digest = hmac.new(key, value.encode("utf-8", "replace"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode("ascii")
