"""Names of the live facts that texts of answers may use, by the keys of the salon's data."""

from __future__ import annotations

from collections.abc import Iterable

BY_SERVICE = ("price", "duration", "staff")
BY_BRANCH = ("hours", "today_hours", "address", "directions", "phone", "map")
PLAIN = ("salon", "price_list", "lowest_prices", "staff_list", "hours", "today_hours", "holidays", "address", "phone")


def fact_names(branches: Iterable[str], categories: Iterable[str], services: Iterable[str]) -> frozenset[str]:
    """``price_manicure``, ``price_list_nails``, ``hours_centre``, ``today_hours``..."""
    names = set(PLAIN)
    names.update(f"{fact}_{key}" for key in services for fact in BY_SERVICE)
    names.update(f"price_list_{key}" for key in categories)
    names.update(f"{fact}_{key}" for key in branches for fact in BY_BRANCH)
    return frozenset(names)
