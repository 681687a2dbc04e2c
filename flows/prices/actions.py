"""What the price list does besides talking."""

from __future__ import annotations

from collections.abc import Mapping

from dialog.flow import Action, Walker
from dialog.questions import Asking, Facts, ask


def say_category_prices(walk: Walker) -> Asking[None]:
    """Say the live prices of the chosen category."""
    name = f"price_list_{walk.slots.get('category', '')}"
    facts = yield from ask(Facts((name,), walk.language))
    prices = facts.get(name, "")
    if prices:
        walk.say_text(prices)
    else:
        walk.say("no_prices")


def forget_category(walk: Walker) -> Asking[None]:
    """Ask for the category again."""
    walk.slots.pop("category", None)
    yield from ()


ACTIONS: Mapping[str, Action] = {
    "say_category_prices": say_category_prices,
    "forget_category": forget_category,
}
