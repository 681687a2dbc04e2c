"""What browsers may send: nothing but these fields, of these shapes."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel

from handoff.roles import Role

_MOST_ID = 2**62
_KEPT_CONTROLS = "\n\t"
_LOGIN = re.compile(r"[\w.@+\-]{3,64}")


def _clean(text: str) -> str:
    """Without control characters (NUL cannot be stored), composed, trimmed."""
    kept = (sign for sign in text if sign in _KEPT_CONTROLS or unicodedata.category(sign) != "Cc")
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("empty")
    return text


def _real_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _login(text: str) -> str:
    if not _LOGIN.fullmatch(text):
        raise ValueError("login")
    return text.casefold()


Clean = AfterValidator(_clean)
Name = Annotated[str, Field(max_length=60), Clean, AfterValidator(_not_empty)]
Login = Annotated[str, Field(max_length=64), Clean, AfterValidator(_login)]
Password = Annotated[str, Field(min_length=1, max_length=128)]
Epoch = Annotated[int, Field(ge=0, le=_MOST_ID)]
ClientId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
ReplyText = Annotated[str, Field(max_length=4000), Clean, AfterValidator(_not_empty)]


Code = Annotated[str, Field(max_length=40), Clean]


class Form(BaseModel):
    """Strict: a number is no text, an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LoginForm(Form):
    """Who and by what password; any login text is tested, so that answers do not tell logins apart."""

    login: Annotated[str, Field(max_length=64), Clean, AfterValidator(_not_empty)]
    password: Password
    code: Code = ""
    next: Annotated[str, Field(max_length=300)] = ""


class WelcomeForm(Form):
    """A newcomer by a one-time link. ``name`` and ``login`` are empty when only the password is set anew."""

    name: Annotated[str, Field(max_length=60), Clean] = ""
    login: Annotated[str, Field(max_length=64), Clean] = ""
    password: Password


class NewPersonForm(Form):
    """The two that a new person must choose."""

    name: Name
    login: Login


class PasswordForm(Form):
    """Changing one's own password."""

    old: Password
    new: Password


class OwnPasswordForm(Form):
    """One's own password once more."""

    password: Password


class CodeForm(Form):
    """A code of an authenticator app, or one on paper."""

    code: Annotated[str, Field(max_length=40), Clean, AfterValidator(_not_empty)]


class InviteForm(Form):
    """Somebody new. ``name`` only helps to tell open links apart."""

    role: Annotated[Role, Field(strict=False)]
    name: Annotated[str, Field(max_length=60), Clean] = ""


class ClaimForm(Form):
    """``epoch`` is the ownership as the screen knew it."""

    epoch: Epoch


class ReplyForm(Form):
    """``client_id`` makes a repeat harmless."""

    text: ReplyText
    client_id: ClientId
    epoch: Epoch


class ReturnForm(Form):
    """Back to the bot: its old step, the menu, without a word; or closed, with a question how it was."""

    choice: Literal["step", "menu", "silent", "close"]
    client_id: ClientId
    epoch: Epoch


class SettingForm(Form):
    """A setting's new value, as it was written; the registry reads it."""

    value: Annotated[str, Field(max_length=2000), Clean]


class SeenForm(Form):
    """Everything up to this line of "what's new" was seen."""

    news_id: Annotated[int, Field(ge=0, le=_MOST_ID)]


FieldName = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
Pasted = Annotated[str, Field(max_length=1000), Clean]


class ConnectForm(RootModel[Annotated[dict[FieldName, Pasted], Field(max_length=20)]]):
    """What a messenger is connected by: its own fields, which the door knows."""

    model_config = ConfigDict(strict=True, frozen=True)


class AssignForm(Form):
    """Who is to lead the conversation."""

    user_id: Annotated[int, Field(ge=1, le=_MOST_ID)]
    epoch: Epoch


class NoteForm(Form):
    """A note for the salon's people; ``@login`` calls somebody."""

    text: Annotated[str, Field(max_length=2000), Clean, AfterValidator(_not_empty)]


class TagForm(Form):
    """A label, put on or taken off."""

    tag: Annotated[str, Field(max_length=30), Clean, AfterValidator(_not_empty)]
    on: bool


class SnoozeForm(Form):
    """Out of sight for so many minutes; 0: back at once."""

    minutes: Annotated[int, Field(ge=0, le=60 * 24 * 30)]


class KeptForm(Form):
    """A given word that was kept."""

    word_id: Annotated[int, Field(ge=1, le=_MOST_ID)]


class PartForm(Form):
    """A joining of two addresses that is taken back."""

    joining_id: Annotated[int, Field(ge=1, le=_MOST_ID)]


class PlaceForm(Form):
    """A time and a master for a request."""

    staff: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    day: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"), AfterValidator(_real_day)]
    time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
