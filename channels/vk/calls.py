"""Messages to show as fields of ``messages.send``. No markup is parsed: what a client reads is what was written."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from channels.rendering.bubbles import Bubble, Button, Form, Touch
from channels.vk.library import Callback, Keyboard, Location, OpenLink, Text
from channels.vk.reading import TOKEN

EMPTY = "…"
"""VK refuses an empty text."""
_NO_KEYBOARD = Keyboard(one_time=True).get_json()
_RANDOM = 0x7FFF_FFFF
Fields = dict[str, str | int]


def fields(bubble: Bubble, peer: int, random_id: int, *, callback: bool) -> Fields:
    """The one call that shows ``bubble``; a file goes as ``attachment``, which is added by who has brought it over."""
    found: Fields = {"peer_id": peer, "random_id": random_id, "dont_parse_links": 1, "disable_mentions": 1}
    if bubble.file is not None:
        return found
    found["message"] = bubble.text or EMPTY
    if bubble.form is Form.CAROUSEL:
        found["template"] = _carousel(bubble, callback=callback)
    elif bubble.form is Form.PLAIN or bubble.form is Form.NUMBERED:
        # Without buttons of its own a message takes away those of the question before.
        found["keyboard"] = _NO_KEYBOARD
    else:
        found["keyboard"] = _keyboard(bubble.rows, inline=bubble.form is Form.BUTTONS, callback=callback)
    return found


def part_number(random_id: int, part: int) -> int:
    """Each message of a line has its own number, the same at every attempt; 0: the line has none, VK keeps no key."""
    return ((random_id + part) & _RANDOM or 1) if random_id else 0


def _keyboard(rows: Sequence[Sequence[Button]], *, inline: bool, callback: bool) -> str:
    keyboard = Keyboard(one_time=not inline, inline=inline)
    for row in rows:
        keyboard.row()
        for button in row:
            # A keyboard in place of the letters is pressed to say something: it writes.
            keyboard.add(_action(button, callback=callback and inline))
    return keyboard.get_json()


def _action(button: Button, *, callback: bool) -> Callback | Text | OpenLink | Location:
    if button.touch is Touch.LINK:
        return OpenLink(link=button.url, label=button.label)
    if button.touch is Touch.LOCATION:
        return Location(payload="{}")
    payload = orjson.dumps({TOKEN: button.token}).decode()
    return Callback(button.label, payload) if callback else Text(button.label, payload)


def _carousel(bubble: Bubble, *, callback: bool) -> str:
    cards = [
        {
            "title": button.label,
            "description": button.description,
            "buttons": [{"action": _action(button, callback=callback).get_data()}],
        }
        for button in bubble.buttons
    ]
    return orjson.dumps({"type": "carousel", "elements": cards}).decode()
