"""What the site's chat and the demo page are told about the salon and this installation."""

from __future__ import annotations

from collections.abc import Mapping

from booking.salon import Salon
from bots.assembly import Parts

SITE = "main"


def chat_settings(parts: Parts) -> dict[str, object]:
    """The settings of the site's chat channel."""
    salon: Salon = parts.rules.view().salon
    origins = [origin.strip() for origin in str(parts.settings["chat_origins"]).split(",") if origin.strip()]
    per_second = float(parts.settings["chat_rate_per_minute"]) / 60
    sessions = float(parts.settings["chat_sessions_per_minute"]) / 60
    site: Mapping[str, object] = {"title": salon.name.ru, "origins": origins}
    return {
        "sites": {SITE: site},
        "trusted_proxies": proxies(parts),
        "rates": {"message_per_second": per_second, "session_per_second": sessions},
    }


def proxies(parts: Parts) -> tuple[str, ...]:
    """Addresses whose X-Forwarded-For is believed."""
    given = str(parts.settings["trusted_proxies"]).split(",")
    return tuple(proxy.strip() for proxy in given if proxy.strip())
