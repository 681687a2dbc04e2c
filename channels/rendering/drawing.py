"""A message as lines of a terminal: what the client would see, roughly where he would see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from channels.rendering.bubbles import Bubble, Button, Form, Touch

_MARKS = {Touch.LINK: "↗ ", Touch.PHONE: "☎ ", Touch.LOCATION: "⌖ ", Touch.PICK: ""}
_WIDE = 66


def drawn(bubble: Bubble) -> list[str]:
    """The text in a frame, its choices below or, for a menu and a keyboard, apart from it."""
    if bubble.file is not None:
        return [f"  📎 {bubble.file.name} ({bubble.file.content_type}, {len(bubble.file.content)} B)"]
    lines = [f"  │ {line}" for paragraph in bubble.text.splitlines() for line in _wrapped(paragraph)]
    return [*lines, *_choices(bubble)]


def _choices(bubble: Bubble) -> Iterator[str]:
    match bubble.form:
        case Form.MENU:
            yield f"  └ [ ☰ {bubble.opener} ]"
            for button in bubble.buttons:
                yield f"      ○ {button.label}"
                if button.description:
                    yield f"        {button.description}"
        case Form.CAROUSEL:
            for button in bubble.buttons:
                yield f"  ▢ {button.label}: {button.description}"
        case Form.KEYBOARD:
            yield "  ⌨"
            yield from _rows(bubble.rows)
        case Form.BUTTONS:
            yield from _rows(bubble.rows)


def _rows(rows: Sequence[Sequence[Button]]) -> Iterator[str]:
    for row in rows:
        yield "  " + " ".join(f"[ {_MARKS[button.touch]}{button.label} ]" for button in row)


def _wrapped(text: str) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > _WIDE:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
