"""Messages to show as bodies of WhatsApp's one call for sending."""

from __future__ import annotations

from channels.rendering.bubbles import Bubble, Button, Form, Touch
from channels.whatsapp.graph import Json
from channels.whatsapp.mark import Part

EMPTY = "…"
"""An empty text is refused."""
PLAIN_TEXT = "text/plain"
_TAKEN_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png", PLAIN_TEXT})
"""Types of documents that WhatsApp takes; a visit for the calendar goes as the text that it is, under its own name."""


def call(bubble: Bubble, peer: str, part: Part, file: str = "") -> Json:
    """The one call that shows ``bubble``; ``file``: the id of its file at WhatsApp."""
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        # Who hides his number is written to by the id that he has for this salon.
        "to" if peer.isdigit() else "recipient": peer,
        "biz_opaque_callback_data": part.written(),
        **_content(bubble, file),
    }


def content_type(given: str) -> str:
    """Under which type a file is handed over."""
    return given if given in _TAKEN_TYPES else PLAIN_TEXT


def _content(bubble: Bubble, file: str) -> Json:
    if bubble.file is not None:
        return {"type": "document", "document": {"id": file, "filename": bubble.file.name}}
    if bubble.form is Form.MENU:
        rows = [_row(button) for button in bubble.buttons]
        return _interactive(bubble, "list", {"button": bubble.opener, "sections": [{"rows": rows}]})
    if bubble.buttons and bubble.buttons[0].touch is Touch.LOCATION:
        return _interactive(bubble, "location_request_message", {"name": "send_location"})
    if bubble.buttons:
        buttons = [{"type": "reply", "reply": {"id": one.token, "title": one.label}} for one in bubble.buttons]
        return _interactive(bubble, "button", {"buttons": buttons})
    return {"type": "text", "text": {"body": bubble.text or EMPTY, "preview_url": False}}


def _interactive(bubble: Bubble, kind: str, action: Json) -> Json:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": bubble.text}, "action": action}}


def _row(button: Button) -> Json:
    row: Json = {"id": button.token, "title": button.label}
    return row | {"description": button.description} if button.description else row
