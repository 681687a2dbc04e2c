"""A menu after a press: the same message, with a sign on what was chosen."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from maxapi.types.attachments import AttachmentButton, CallbackButton
from maxapi.types.message import Message

from channels.rendering.measure import shorten
from dialog.tokens import MORE

MARKED = "✓ "
LONGEST_LABEL = 128


def chosen(token: str) -> bool:
    """Whether pressing it chooses something; a button that shows more does not."""
    return bool(token) and not token.startswith(MORE)


def label_of(message: Message, token: str) -> str:
    """What the button says, without our sign."""
    buttons = (button for button in _callbacks(message) if button.payload == token)
    return next((button.text.removeprefix(MARKED) for button in buttons), "")


def marked(message: Message, token: str) -> str:
    """The body that replaces the message, as JSON; empty when there is nothing to change."""
    if message.body is None or message.body.attachments is None or not label_of(message, token):
        return ""
    if not all(isinstance(one, AttachmentButton) for one in message.body.attachments):
        return ""
    before = [button.text for button in _callbacks(message)]
    for button in _callbacks(message):
        plain = button.text.removeprefix(MARKED)
        button.text = shorten(MARKED + plain, LONGEST_LABEL) if button.payload == token else plain
    if before == [button.text for button in _callbacks(message)]:
        return ""
    keyboards = [one.model_dump(include={"type", "payload"}, exclude_none=True) for one in message.body.attachments]
    try:
        return orjson.dumps({"text": message.body.text, "attachments": keyboards}).decode()
    except TypeError:
        # Half a sign in a label or in the text: it cannot be sent.
        return ""


def _callbacks(message: Message) -> Iterator[CallbackButton]:
    for one in (message.body.attachments or []) if message.body else []:
        if isinstance(one, AttachmentButton):
            for row in one.payload.buttons:
                yield from (button for button in row if isinstance(button, CallbackButton))
