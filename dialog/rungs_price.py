"""A price is asked where nobody knows of what: the range of each kind of service and a choice, never the whole list."""

from __future__ import annotations

from dialog import steps
from dialog.ladder import Typed
from dialog.questions import Asking, Facts, ask
from dialog.sureness import sure_intent

PRICE, BARE = "price", "same_price"
LOWEST = "lowest_prices"
PRICES = "prices"
"""The flow that asks which prices are meant."""


def price_of_what_meanwhile(typed: Typed) -> Asking[str]:
    """Asked about a price, without a service and none spoken of: what there is, in brief, and the step again. Above
    the answers, one of which is the whole price list."""
    if not _is_bare(typed):
        return ""
    yield from _in_brief(typed)
    if typed.walk.repeats("price_of_what_at_step") >= steps.MOST_SHOWN:
        typed.walk.flush()
    else:
        yield from steps.show(typed.walk)
    return "price_of_what_at_step"


def price_of_what(typed: Typed) -> Asking[str]:
    """The same where nothing waits: in brief, and the choice whose prices are meant. Above the answers, too; whoever
    asks for the price list gets it."""
    if not _is_bare(typed) or PRICES not in typed.walk.context.rulebook.heads:
        return ""
    yield from _in_brief(typed)
    yield from steps.start(typed.walk, PRICES)
    return "price_of_what"


def _is_bare(typed: Typed) -> bool:
    said = sure_intent(typed.detection, typed.settings)
    likely = {one.name for one in typed.detection.intents if one.confidence >= typed.settings.sure_intent}
    asked = said is not None and said.name in (PRICE, BARE) and BARE in likely
    known = "service" in typed.detection.slots or typed.walk.spoken_of()
    return asked and not known and not typed.more_answers


def _in_brief(typed: Typed) -> Asking[None]:
    facts = yield from ask(Facts((LOWEST,), typed.walk.language))
    typed.walk.say("price_of_what")
    typed.walk.say_text(facts.get(LOWEST, ""))
