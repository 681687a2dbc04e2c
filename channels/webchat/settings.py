"""What a salon sets for its site chat, validated by the channel itself."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from channels.guards import networks
from channels.limits import limits_of

SiteKey = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SiteSettings(_Strict):
    """One site that carries the widget. ``origins`` like ``https://salon.example``; the page's own host by default."""

    title: str = Field(min_length=1, max_length=60)
    note: str = Field(default="", max_length=80)
    accent: str = Field(default="#6d3fd4", pattern=r"^#[0-9a-fA-F]{6}$")
    origins: tuple[str, ...] = ()
    same_origin: bool = True

    @field_validator("origins")
    @classmethod
    def _origins_are_bare(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
                raise ValueError(f"{value!r} is not an origin like https://salon.example")
        return tuple(value.lower().rstrip("/") for value in values)


class Rates(_Strict):
    """Bursts, and how many more each second."""

    session_burst: float = 60
    session_per_second: float = 1
    message_burst: float = 20
    message_per_second: float = 2
    address_burst: float = 120
    address_per_second: float = 10
    sockets_per_visitor: int = 6
    sockets_per_address: int = 200


class WebchatSettings(_Strict):
    """Everything the channel needs beyond its ports. Times in seconds."""

    sites: dict[SiteKey, SiteSettings] = Field(min_length=1)
    trusted_proxies: tuple[str, ...] = ()
    rates: Rates = Rates()
    photo_bytes: int = Field(default=limits_of("webchat").media_bytes, ge=1, le=limits_of("webchat").media_bytes)
    look_every: float = Field(default=1.0, gt=0, le=10)
    """How often a waiting screen reads the database although nobody woke it."""
    poll_for: float = Field(default=25.0, gt=0, le=55)
    ping_every: float = Field(default=25.0, gt=0, le=55)

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_networks(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        networks(values)
        return values


def allows(site: SiteSettings, origin: str, host: str) -> bool:
    """Whether a page of ``origin`` may speak for ``site``; ``host`` is the Host header of the request."""
    origin = origin.lower()
    return origin in site.origins or (site.same_origin and bool(host) and urlsplit(origin).netloc == host.lower())
