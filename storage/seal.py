"""Secrets in the database: sealed with keys that are not in it (AES-256-GCM). The newest seals, every key opens."""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_PURPOSE = b"zabota.connection"


class KeySeal:
    """``keys``: 32 bytes or more each, the newest first."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) < 32 for key in keys):
            raise ValueError("sealing needs keys of 32 bytes or more")
        self._ciphers = [AESGCM(hmac.digest(key, _PURPOSE, "sha256")) for key in keys]

    def close(self, text: str) -> str:
        """The text, readable by nobody without the key; another one each time."""
        nonce = os.urandom(_NONCE)
        return base64.b64encode(nonce + self._ciphers[0].encrypt(nonce, text.encode(), _PURPOSE)).decode("ascii")

    def open(self, sealed: str) -> str:
        """The text back. Raises ValueError when the key is another or the text was changed."""
        try:
            raw = base64.b64decode(sealed, validate=True)
        except ValueError:
            raise ValueError("not a sealed text") from None
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], _PURPOSE).decode()
            except InvalidTag:
                continue
        raise ValueError("sealed with another key")
