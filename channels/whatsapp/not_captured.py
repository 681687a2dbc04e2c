"""Not captured: shapes that Meta describes in prose or not at all. The first real ones correct this one place."""

from __future__ import annotations

from collections.abc import Mapping

from channels.fakes.faults import Fault

BODIES = frozenset({"edited", "hidden_number"})
"""Fixtures of ours: an edited text, and a client who hides his number. Meta has published the words and no body."""

CALLS = frozenset({"location_request_message"})
"""Kinds of interactive messages that are sent, and that Meta's OpenAPI does not know."""

SUBSCRIPTION = {"object": "whatsapp_business_account", "active": True, "fields": [{"name": "messages"}]}
"""One line of an app's subscriptions, besides its address."""

REFUSALS: Mapping[Fault, tuple[int, int, str]] = {
    Fault.THROTTLE: (400, 130429, "Rate limit hit"),
    Fault.PAIR_LIMIT: (400, 131056, "(Business Account, Consumer Account) pair rate limit hit"),
    Fault.ERROR_BEFORE: (500, 131000, "Something went wrong"),
    Fault.BUSY: (400, 131057, "Account in maintenance mode"),
    Fault.NO_CHAT: (400, 131026, "Message undeliverable"),
    Fault.WINDOW_CLOSED: (400, 131047, "Re-engagement message"),
    Fault.OPTED_OUT: (400, 131050, "User has stopped marketing messages"),
    Fault.HELD_BACK: (400, 131049, "Meta chose not to deliver"),
    Fault.NOT_LISTED: (400, 131030, "Recipient phone number not in allowed list"),
    Fault.UNAUTHORIZED: (401, 190, "Error validating access token"),
    Fault.WRONG_TOKEN: (403, 10, "Application does not have permission for this action"),
    Fault.LOCKED: (403, 131031, "Business Account locked"),
    Fault.NO_MONEY: (400, 131042, "Business eligibility payment issue"),
    Fault.DAY_LIMIT: (400, 131048, "Spam rate limit hit"),
    Fault.TOO_LONG: (400, 100, "Param text['body'] must be at most 4096 characters long."),
    Fault.BAD_BUTTON: (400, 131009, "Parameter value is not valid"),
    Fault.EMPTY: (400, 131008, "Required parameter is missing"),
}
"""HTTP status, code and words. The codes are Meta's; which status goes with which of them nobody has seen."""
