"""Phones as those may see them who need the client, not the client base."""

from __future__ import annotations

import re

_DOT = "\N{BULLET}"
_IN_TEXT = re.compile(r"(?<![\w])\+?\d(?:[\s().\-]{0,3}\d){9,14}(?!\w)")
_TAIL = 4


def mask_phone(phone: str) -> str:
    """A phone with all but its country, first and last four digits hidden: ``+7 9.. ...-12-34``."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) < 10:
        return _DOT * len(digits)
    if len(digits) == 11 and digits[0] in "78":
        return f"+7 {digits[1]}{_DOT * 2} {_DOT * 3}-{digits[7:9]}-{digits[9:]}"
    return f"+{digits[:2]} {_DOT * (len(digits) - 2 - _TAIL)} {digits[-_TAIL:]}"


def mask_text(text: str) -> str:
    """``text`` with everything in it that looks like a phone masked."""
    return _IN_TEXT.sub(lambda found: mask_phone(found.group()), text)
