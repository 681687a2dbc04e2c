"""Messages to show as bodies for MAX. No markup is parsed: what a client reads is what was written."""

from __future__ import annotations

from channels.rendering.bubbles import Bubble, Button, Touch

Body = dict[str, object]
EMPTY = "…"
"""In place of an empty text or label, which MAX refuses."""


def body(bubble: Bubble, file_token: str = "") -> Body:
    """The body of the one call that shows ``bubble``; ``file_token``: its file is at MAX already."""
    attachments: list[Body] = []
    if file_token:
        attachments.append({"type": "file", "payload": {"token": file_token}})
    if bubble.rows:
        rows = [[_button(button) for button in row] for row in bubble.rows]
        attachments.append({"type": "inline_keyboard", "payload": {"buttons": rows}})
    text = bubble.text or (None if attachments else EMPTY)
    return {"text": text, "attachments": attachments}


def _button(button: Button) -> Body:
    label = button.label or EMPTY
    match button.touch:
        case Touch.LINK:
            return {"type": "link", "text": label, "url": button.url}
        case Touch.PHONE:
            return {"type": "request_contact", "text": label}
        case Touch.LOCATION:
            return {"type": "request_geo_location", "text": label, "quick": False}
        case _:
            return {"type": "callback", "text": label, "payload": button.token}
