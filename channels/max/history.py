"""What stands in a client's chat: read back when nobody knows whether a line arrived, before it is said again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from channels.max.bodies import EMPTY
from channels.max.door import at
from channels.max.wire import Answer
from channels.rendering.bubbles import Bubble, Touch


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One message of ours in the chat. ``tokens`` of its buttons; ``file``: the name of a file that it brings."""

    mid: str
    text: str
    tokens: frozenset[str]
    file: str


def ours(answer: Answer, account: str, *, after: str, since_ms: int) -> list[Standing] | None:
    """Our messages after the one named ``after``, the oldest first; None when the chat could not be read.

    MAX gives the newest first. Older than ``since_ms`` no line can be that is still to be said.
    """
    listed = at(answer.body, "messages")
    if answer.status != 200 or not isinstance(listed, list):
        return None
    found: list[Standing] = []
    for message in listed:
        mid, when = at(message, "body", "mid"), at(message, "timestamp")
        if (after and mid == after) or (isinstance(when, int) and when < since_ms):
            break
        if isinstance(mid, str) and str(at(message, "sender", "user_id")) == account:
            found.append(_standing(mid, message))
    return found[::-1]


def seen(bubbles: Sequence[Bubble], standing: Sequence[Standing]) -> tuple[int, str]:
    """How many of the first bubbles stand there, in order, and the name of the last of these messages."""
    count, mid = 0, ""
    for one in standing:
        if count < len(bubbles) and _is(bubbles[count], one):
            count, mid = count + 1, one.mid
    return count, mid


def _standing(mid: str, message: object) -> Standing:
    text = at(message, "body", "text")
    attachments = at(message, "body", "attachments")
    listed = attachments if isinstance(attachments, list) else []
    files = [at(one, "filename") for one in listed if at(one, "type") == "file"]
    return Standing(
        mid=mid,
        text=text if isinstance(text, str) else "",
        tokens=frozenset(token for one in listed for token in _tokens(one)),
        file=next((name for name in files if isinstance(name, str)), ""),
    )


def _tokens(attachment: object) -> Iterator[str]:
    rows = at(attachment, "payload", "buttons")
    for row in rows if isinstance(rows, list) else []:
        for button in row if isinstance(row, list) else []:
            if isinstance(button, Mapping) and isinstance(token := button.get("payload"), str):
                yield token


def _is(bubble: Bubble, one: Standing) -> bool:
    """Buttons tell more than words: their tokens are made once. An old menu may have lost them."""
    tokens = {button.token for button in bubble.buttons if button.touch is Touch.PICK and button.token}
    if tokens and one.tokens:
        return tokens == one.tokens
    if bubble.file is not None:
        return one.file == bubble.file.name
    return _plain(bubble.text or EMPTY) == _plain(one.text)


def _plain(text: str) -> str:
    """Blanks may be trimmed on the way."""
    return " ".join(text.split())
