"""How many parts a text is charged for: 70 letters, or 67 in each when they are joined; 160 and 153 in Latin."""

from __future__ import annotations

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€")


def parts(text: str) -> int:
    """At least one."""
    if all(letter in _GSM or letter in _GSM_TWICE for letter in text):
        size, one, joined = sum(2 if letter in _GSM_TWICE else 1 for letter in text), 160, 153
    else:
        size, one, joined = len(text.encode("utf-16-le", "replace")) // 2, 70, 67
    return 1 if size <= one else -(-size // joined)
