"""Phone numbers inside a message, also those written in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import phonenumbers

REGION: Final = "RU"
_LEAST_DIGITS: Final = 10
_LONGEST_TEXT: Final = 400
_HUNDRED: Final = 100


def phone(text: str) -> str | None:
    """The first Russian or international phone number of cleaned text in E.164, else ``None``."""
    text = text[:_LONGEST_TEXT]
    if sum(map(str.isdigit, text)) < _LEAST_DIGITS:
        return None
    for match in phonenumbers.PhoneNumberMatcher(text, REGION, leniency=phonenumbers.Leniency.VALID):
        return str(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
    return _run_of_digits(text)


def _run_of_digits(text: str) -> str | None:
    """A Russian number typed without a plus, or with spaces in unusual places."""
    digits = "".join(char for char in text if char.isdigit())
    if len(digits) == _LEAST_DIGITS and digits[0] == "9":
        return "+7" + digits
    if len(digits) == _LEAST_DIGITS + 1 and digits[0] in "78" and digits[1] in "3489":
        return "+7" + digits[1:]
    return None


def in_digits(words: Iterable[str], numerals: Mapping[str, int]) -> str:
    """The words with numerals in digits: a hundred takes the ten and the unit that follow, a ten its unit."""
    parts: list[str] = []
    value, step = 0, 0
    for word in words:
        number = numerals.get(word)
        if number is not None and 0 < number < step:
            value, step = value + number, _below(number)
            continue
        if step:
            parts.append(str(value))
        value, step = (number, _below(number)) if number else (0, 0)
        if number == 0 or number is None:
            parts.append("0" if number == 0 else word)
    return " ".join([*parts, str(value)] if step else parts)


def _below(number: int) -> int:
    """What may still be added to a numeral: below a hundred after a hundred, below ten after twenty and so on."""
    if number >= _HUNDRED:
        return _HUNDRED
    return 10 if number >= 20 and number % 10 == 0 else 1
