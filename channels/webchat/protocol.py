"""The words browser and server exchange: JSON objects with a ``type``, the same over WebSocket and long poll."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels.clean_text import clean_text
from channels.guards import BadJson, read_json
from channels.limits import limits_of
from dialog.transcript import ConversationHead, ShownMessage

VERSION = 1
SUBPROTOCOL = "zabota.1"
"""Offered by the browser beside the visitor's token, which travels as the second subprotocol, never in the URL."""

FRAME_BYTES = 32_768
"""Longest frame that is read: 4,000 characters in their worst JSON escaping still fit."""

LANGUAGES = ("ru", "en")

Frame = dict[str, object]

_LIMITS = limits_of("webchat")
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_SOURCE_LENGTH = 64
_MOST_SEQ = 2**53


class BadFrame(Exception):
    """A frame that cannot be taken. ``code`` names the text that answers it."""

    def __init__(self, code: str, client_id: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.client_id = client_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The first frame: what the browser already shows (0 = nothing) and the language of its page."""

    after: int
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """The reader scrolled up and asks for what came before ``before``."""

    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line the visitor wrote, cleaned."""

    client_id: str
    text: str
    clipped: bool
    source: str = ""
    """The tag of the link by which the visitor came to the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button the visitor pressed, however old."""

    client_id: str
    token: str
    source: str = ""


def read_frame(raw: bytes | str) -> Hello | Older | Said | Pressed:
    """One frame from the browser. Raises BadFrame."""
    if len(raw) > FRAME_BYTES:
        raise BadFrame("too_large")
    try:
        frame = read_json(raw)
    except BadJson:
        raise BadFrame("bad_frame") from None
    if not isinstance(frame, dict):
        raise BadFrame("bad_frame")
    return _typed(frame)


def _typed(frame: Mapping[str, object]) -> Hello | Older | Said | Pressed:
    match frame.get("type"):
        case "hello":
            return Hello(after=number(frame.get("after", 0)), language=language(frame.get("language")))
        case "older":
            return Older(before=number(frame.get("before")))
        case "message":
            return _said(frame)
        case "press":
            client_id = _client_id(frame)
            token = frame.get("token")
            if not isinstance(token, str) or not _TOKEN.fullmatch(token):
                raise BadFrame("stale_button", client_id)
            return Pressed(client_id=client_id, token=token, source=_source(frame))
        case _:
            raise BadFrame("unknown_type")


def _said(frame: Mapping[str, object]) -> Said:
    client_id = _client_id(frame)
    text = frame.get("text")
    if not isinstance(text, str):
        raise BadFrame("bad_frame", client_id)
    cleaned = clean_text(text, _LIMITS.text_accepted)
    if not cleaned.text:
        raise BadFrame("empty", client_id)
    return Said(client_id=client_id, text=cleaned.text, clipped=cleaned.clipped, source=_source(frame))


def _source(frame: Mapping[str, object]) -> str:
    source = frame.get("source")
    return clean_text(source, _SOURCE_LENGTH).text.strip() if isinstance(source, str) else ""


def _client_id(frame: Mapping[str, object]) -> str:
    return client_id_of(frame.get("client_id"))


def client_id_of(value: object) -> str:
    """The browser's own name for a line: 8-64 letters, digits, ``-`` and ``_``. Raises BadFrame."""
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise BadFrame("bad_frame")
    return value


def number(value: object) -> int:
    """A sequence number. Raises BadFrame."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_SEQ:
        raise BadFrame("bad_frame")
    return value


def language(value: object) -> str:
    """One of ours; the first of them for anything else."""
    return value if isinstance(value, str) and value in LANGUAGES else LANGUAGES[0]


def state_frame(head: ConversationHead | None, renewed: str | None, onward: str) -> Frame:
    """Who speaks for the salon and how far the conversation goes (``seq`` 0: nothing yet).

    ``onward``: the messenger in which the client can go on, by its name; left out when there is none.
    """
    frame: Frame = {
        "type": "state",
        "version": VERSION,
        "seq": head.last_seq if head else 0,
        "owner": head.owner if head else "bot",
    }
    return frame | ({"token": renewed} if renewed else {}) | ({"onward": onward} if onward else {})


def messages_frame(messages: list[Frame], *, older: bool = False) -> Frame:
    """Lines in their order; ``older``: they belong above what is shown."""
    frame: Frame = {"type": "messages", "messages": messages}
    return frame | {"older": True} if older else frame


def shown(message: ShownMessage, media_url: str, file_places: Sequence[str] = ()) -> Frame:
    """One line; what is empty is left out. ``client_id`` only on the visitor's own lines. ``at``: UTC, ISO 8601.

    ``file_places``: where under the chat's own address each of the line's files is. They are choices that the browser
    opens: their token has a slash, which no other has.
    """
    frame: Frame = {
        "seq": message.seq,
        "author": message.author,
        "kind": message.kind,
        "text": message.text[: _LIMITS.text_shown],
        "at": message.created_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    if message.author_name:
        frame["name"] = message.author_name
    files = [(file.label or file.name, place) for file, place in zip(message.files, file_places, strict=True)]
    choices = files + [(choice.label, choice.token) for choice in message.choices]
    if choices:
        frame["choices"] = [{"label": label, "token": token} for label, token in choices]
    if media_url:
        frame["media"] = media_url
    if message.author == "client":
        frame["client_id"] = message.event_key.rpartition(":")[2]
    return frame
