"""A shared contact card: the phone in it, and whether MAX vouches that it is the sender's own."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

_DIGITS = frozenset("0123456789")


def phone_of(card: str) -> str:
    """The first phone of a vCard as ``+79990001122``; empty when there is none."""
    for line in card.splitlines():
        name, _, value = line.partition(":")
        if name.split(";", 1)[0].strip().upper() == "TEL":
            digits = "".join(letter for letter in value if letter in _DIGITS)
            return f"+{digits}" if 8 <= len(digits) <= 15 else ""
    return ""


def is_own(contact: Mapping[str, object], sender: object, token: str) -> bool:
    """Whether the card is the sender's: his id, and the card signed with our token.

    The encoding of the signature is published nowhere: practice has hexadecimal, some have seen Base64.
    """
    card, told, person = contact.get("vcf_info"), contact.get("hash"), contact.get("max_info")
    if not (isinstance(card, str) and isinstance(told, str) and isinstance(person, Mapping) and token):
        return False
    if not isinstance(sender, int) or person.get("user_id") != sender:
        return False
    given = told.encode("utf-8", "replace")
    return any(hmac.compare_digest(one, given) for one in signatures(card, token))


def signatures(card: str, token: str) -> tuple[bytes, bytes]:
    """The card's HMAC-SHA256, hexadecimal and in Base64."""
    signed = hmac.new(token.encode(), card.encode("utf-8", "replace"), hashlib.sha256).digest()
    return signed.hex().encode(), base64.b64encode(signed)
