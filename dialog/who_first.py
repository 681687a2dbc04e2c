"""Who answers first in working hours: the bot, a person with the bot as a safety net, or people only.

Off hours it is always the bot. Whoever is led by the bot already is not taken from it in mid-conversation.
"""

from __future__ import annotations

from datetime import timedelta

from dialog import presses, steps
from dialog.conversation import OwnerKind
from dialog.effects import CancelTimer, SetTimer
from dialog.flow_for import flow_for
from dialog.instants import from_text, to_text
from dialog.ladder import Typed
from dialog.message import InboundMessage
from dialog.questions import Asking, Promise, ask
from dialog.sureness import sure_answer
from dialog.walk import Walk

BOT, PERSON, PERSON_ONLY = MODES = ("bot", "person", "person_only")
NET_TIMER = "net"
_SLOT = "slot."


def person_first(typed: Typed) -> Asking[str]:
    """In working hours the salon's people answer first, where the owner wants that. Below commands and buttons, which
    say plainly what is wanted of the bot; above all understanding."""
    return "person_first" if (yield from call_first(typed.walk)) else ""


def call_first(walk: Walk) -> Asking[bool]:
    """Pass the conversation to a person when they come first now. True: it was passed."""
    settings = walk.context.rulebook.settings
    if settings.who_first == BOT or _bot_leads(walk):
        return False
    promise = yield from ask(Promise(walk.language))
    if promise.kind != "now":
        return False
    wanted = yield from _wanted(walk)
    yield from walk.hand_over(reason="first", label="human", opening="person_first")
    if settings.who_first == PERSON:
        due = walk.now + timedelta(minutes=settings.safety_net_minutes)
        walk.effects.append(SetTimer(kind=NET_TIMER, due_at=due, data={**wanted, "epoch": str(walk.epoch)}))
    return True


def _bot_leads(walk: Walk) -> bool:
    """True in the middle of a flow, and for a while after whatever the bot did."""
    if steps.accepts(walk) is not None:
        return True
    return bool(walk.bot_leads_until) and walk.now < from_text(walk.bot_leads_until)


def greets(walk: Walk) -> Asking[bool]:
    """Greet without a menu where a person is going to answer. True: done."""
    if walk.context.rulebook.settings.who_first == BOT:
        return False
    promise = yield from ask(Promise(walk.language))
    if promise.kind != "now":
        return False
    walk.say("person_hello")
    walk.flush()
    return True


def keep_leading(walk: Walk) -> None:
    """The bot has answered: the next lines of the same conversation are its own, too."""
    settings = walk.context.rulebook.settings
    if settings.who_first != BOT and walk.owner is OwnerKind.BOT:
        walk.bot_leads_until = to_text(walk.now + timedelta(minutes=settings.pause_minutes))


def person_insisted(walk: Walk) -> None:
    """The client asks for a person in so many words: the bot does not step in any more."""
    if walk.context.rulebook.settings.who_first == PERSON:
        walk.effects.append(CancelTimer(kind=NET_TIMER))


def _wanted(walk: Walk) -> Asking[dict[str, str]]:
    """What the bot would have done with the message: kept with the timer, so that nobody has to repeat himself."""
    answer = yield from sure_answer(walk)
    flow = flow_for(walk)
    found = {f"{_SLOT}{name}": value for name, value in walk.detection.slots.items()}
    return {**found, "answer": answer or "", "flow": flow or ""}


def step_in(walk: Walk, message: InboundMessage) -> Asking[str]:
    """Nobody answered in time: the bot says so and does what it would have done at once."""
    data = message.data
    if walk.owner is not OwnerKind.WAITING or data.get("epoch") != str(walk.epoch):
        return "net_void"
    walk.take_back("bot")
    walk.say("net_steps_in")
    slots = {name.removeprefix(_SLOT): value for name, value in data.items() if name.startswith(_SLOT)}
    flow, answer = data.get("flow", ""), data.get("answer", "")
    if flow in walk.context.rulebook.heads:
        yield from steps.start(walk, flow, slots)
        return "net_starts"
    if answer:
        yield from presses.give_answer(walk, answer)
        return "net_answers"
    yield from steps.menu(walk)
    return "net_menu"
