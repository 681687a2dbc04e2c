"""What the site's chat and the demo page are told about the salon and this installation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from starlette.routing import BaseRoute

from booking.facts import Facts
from booking.salon import Salon
from bots.assembly import Parts
from channels.webchat.demo.salon_page import Person, Place, PriceGroup, PriceLine, SalonSite, demo_page
from channels.webchat.routes import widget_address

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
        "photo_bytes": int(parts.settings["photo_megabytes"]) << 20,
        "rates": {"message_per_second": per_second, "session_per_second": sessions},
    }


def proxies(parts: Parts) -> tuple[str, ...]:
    """Addresses whose X-Forwarded-For is believed."""
    given = str(parts.settings["trusted_proxies"]).split(",")
    return tuple(proxy.strip() for proxy in given if proxy.strip())


def demo_page_of(parts: Parts, site: str) -> list[BaseRoute]:
    """The salon's own page at ``/``, told from the data in force at each request."""

    def salon() -> SalonSite:
        view = parts.rules.view()
        return salon_site(view.salon, view.facts["ru"], parts.clock.now())

    return demo_page(salon, site, widget_address(chat_settings(parts)))


def salon_site(salon: Salon, facts: Facts, now: datetime) -> SalonSite:
    """The salon in the words of its page."""
    groups = ((category.name.ru, salon.services_in(category.key)) for category in salon.categories)
    return SalonSite(
        name=salon.name.ru,
        phone=salon.phone,
        prices=tuple(
            PriceGroup(
                name=name,
                lines=tuple(
                    PriceLine(
                        name=service.name.ru,
                        duration=facts.value(f"duration_{service.key}", now),
                        price=facts.value(f"price_{service.key}", now),
                        popular=service.popular,
                        addon=service.addon,
                    )
                    for service in services
                ),
            )
            for name, services in groups
            if services
        ),
        places=tuple(
            Place(
                name=branch.name.ru,
                address=branch.address.ru,
                directions=branch.directions.ru,
                phone=branch.phone,
                hours=facts.value(f"hours_{branch.key}", now),
                today=facts.value(f"today_hours_{branch.key}", now),
                map_link=branch.map_link,
            )
            for branch in salon.branches
        ),
        people=tuple(
            Person(name=staff.name.ru, role=staff.role.ru, place=salon.branch(staff.branch).name.ru)
            for staff in salon.staff
        ),
    )
