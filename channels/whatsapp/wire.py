"""What WhatsApp sends, as far as we read it. Fields that we do not know are left alone; ids are printable ASCII."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(max_length=512, pattern=r"^[!-~]*$")]


class Part(BaseModel):
    """Common to all."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class Text(Part):
    """``text``."""

    body: str


class File(Part):
    """``image``, ``video``, ``audio``, ``document``, ``sticker``. The id is good for weeks, an address for minutes."""

    id: Id = ""
    caption: str = ""


class Place(Part):
    """``location``."""

    latitude: Annotated[float, Field(ge=-90, le=90, strict=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, strict=False)]
    name: str = ""
    address: str = ""


class Chosen(Part):
    """What was pressed: our token and its label."""

    id: str
    title: str = ""


class Interactive(Part):
    """A press of a button or of a row."""

    button_reply: Chosen | None = None
    list_reply: Chosen | None = None


class TemplateButton(Part):
    """A press of a template's own button: another type than the others."""

    payload: str = ""
    text: str = ""


class CardName(Part):
    """Of a contact card."""

    formatted_name: str = ""


class CardPhone(Part):
    """Of a contact card."""

    phone: str = ""
    wa_id: Id = ""


class Card(Part):
    """A contact card: anybody's."""

    name: CardName = CardName()
    phones: tuple[CardPhone, ...] = Field(default=(), strict=False)


class System(Part):
    """``user_changed_number``: ``wa_id`` is the new one."""

    type: str = ""
    wa_id: Id = ""


class Advertisement(Part):
    """The advertisement that the client came by."""

    source_id: str = ""


class Edited(Part):
    """What an edited message says now."""

    type: str = ""
    text: Text | None = None


class Edit(Part):
    """A message was edited."""

    message: Edited = Edited()


class Message(Part):
    """One message. ``sender`` is a phone without ``+``; who hides it has only ``from_user_id``."""

    id: Id
    sender: Id = Field(default="", alias="from")
    from_user_id: Id = ""
    timestamp: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,11}$")]
    type: str
    text: Text | None = None
    image: File | None = None
    video: File | None = None
    audio: File | None = None
    document: File | None = None
    sticker: File | None = None
    location: Place | None = None
    contacts: tuple[Card, ...] = Field(default=(), strict=False)
    interactive: Interactive | None = None
    button: TemplateButton | None = None
    system: System | None = None
    edit: Edit | None = None
    referral: Advertisement | None = None


class Problem(Part):
    """Why a message failed."""

    code: int


class Status(Part):
    """What became of a message of ours."""

    id: Id
    status: str
    recipient_id: Id = ""
    recipient_user_id: Id = ""
    biz_opaque_callback_data: str = ""
    errors: tuple[Problem, ...] = Field(default=(), strict=False)


class Person(Part):
    """Who wrote."""

    wa_id: Id = ""
    user_id: Id = ""


class Value(Part):
    """The inside of a change."""

    contacts: tuple[Person, ...] = Field(default=(), strict=False)
    messages: tuple[Message, ...] = Field(default=(), strict=False)
    statuses: tuple[Status, ...] = Field(default=(), strict=False)


class Change(Part):
    """``field`` is ``messages`` for everything that concerns clients; others hold other things."""

    field: str = ""
    value: object = None


class Entry(Part):
    """Of one business account."""

    changes: tuple[Change, ...] = Field(default=(), strict=False)


class Envelope(Part):
    """One call."""

    entry: tuple[Entry, ...] = Field(strict=False)
