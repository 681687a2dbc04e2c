"""The parts of VK's events that we read, and no others: a wall post that a client forwards may look as it likes.

vkbottle's own types ask every nested object to be as the schema of their day: a sticker without its ``inner_type``
loses the message that it hangs on.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

_LATEST = 4_102_444_800
"""The year 2100."""


def _listed(given: object) -> object:
    return [] if given is None else given


Id = Annotated[int, Field(ge=-(2**62), le=2**62)]
Things = Annotated[list[Any], BeforeValidator(_listed)]
"""Of whatever kind: each is looked at where it is used."""


class Point(BaseModel):
    """Degrees."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Geo(BaseModel):
    """A place that a client shares."""

    coordinates: Point | None = None


class Message(BaseModel):
    """A message, the client's or the community's. ``admin_author_id``: the person who typed it in VK itself."""

    peer_id: Id
    from_id: Id
    text: str = ""
    date: int = Field(default=0, ge=0, le=_LATEST)
    payload: Any = None
    attachments: Things = Field(default_factory=list)
    geo: Geo | None = None
    ref: str | None = None
    admin_author_id: Id | None = None


class ClientInfo(BaseModel):
    """What the client's application can show."""

    button_actions: Things = Field(default_factory=list)
    keyboard: bool = False
    inline_keyboard: bool = False
    carousel: bool = False
    lang_id: int | None = None


class New(BaseModel):
    """``object`` of message_new."""

    message: Message
    client_info: ClientInfo | None = None


class Press(BaseModel):
    """``object`` of message_event: a callback button. ``event_id`` is the press, not the event."""

    user_id: Id
    peer_id: Id
    event_id: str = Field(max_length=200)
    payload: Any = None


class Consent(BaseModel):
    """``object`` of message_allow and message_deny."""

    user_id: Id


class Seen(BaseModel):
    """``object`` of message_read."""

    peer_id: Id
    read_message_id: Id


class Envelope(BaseModel):
    """What is around all of them."""

    type: str
    object: dict[str, Any] = Field(default_factory=dict)
