"""Settings that are secrets: sealed before they come near the database, never shown again."""

from __future__ import annotations

from config.registry import Setting, Value
from storage.seal import KeySeal

_MARK = "sealed:"


def closed(setting: Setting, value: Value, seal: KeySeal) -> Value:
    """What is stored of ``value``: itself, unless it is a secret. An empty secret stays empty."""
    return _MARK + seal.close(str(value)) if setting.secret and value else value


def opened(value: Value, seal: KeySeal) -> str:
    """The secret itself, whether it was stored or came by the environment. Raises ValueError: the key is another."""
    text = str(value)
    return seal.open(text.removeprefix(_MARK)) if text.startswith(_MARK) else text
