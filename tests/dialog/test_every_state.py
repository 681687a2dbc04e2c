"""Every state of every flow, met with everything a client may do there: a table says what must come of it.

States are reached by the golden conversations, so a new flow is in this test as soon as it has them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from bots import flow_library
from dialog.conversation import OwnerKind
from dialog.detection import GateKind
from dialog.message import Kind
from tests.dialog.golden import begun, conversations, perform, read
from tests.dialog.kit import Talk

MENU, SAME, EARLIER, HERE, NOWHERE = "answers:menu", "same", "earlier", "this flow", ""
HANDED = frozenset({"HandOver", "Note", "SetTimer"})


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What must come of it: where the dialog stands, what is said first, what is done besides."""

    place: str
    key: str
    waiting: bool = False
    effects: frozenset[str] = frozenset()
    question_again: bool = False
    """The question is put again, exactly once."""


@dataclass(frozen=True, kw_only=True)
class Met:
    """One thing a client does, and what must come of it while something is asked and while nothing is."""

    act: Callable[[Talk], object]
    asked: Expected
    resting: Expected = field(default=Expected(place="", key=""))


def command(name: str) -> Callable[[Talk], object]:
    """A typed command."""
    return lambda talk: talk.means(name, command=name)


def media(kind: str) -> Met:
    """A thing without words."""
    real = Kind(kind) if kind in {"location", "contact", "unknown"} else Kind.MEDIA
    data = {"media": kind} if real is Kind.MEDIA else {}
    key = f"got_{kind}"
    return Met(
        act=lambda talk: talk.sends(real, **data),
        asked=Expected(place=SAME, key=key, question_again=True),
        resting=Expected(place=SAME, key=key),
    )


def handed(key: str) -> Expected:
    """A person is called, from wherever."""
    return Expected(place=NOWHERE, key=key, waiting=True, effects=HANDED)


TABLE: Mapping[str, Met] = {
    "menu": Met(
        act=command("menu"),
        asked=Expected(place=MENU, key="hello_again"),
        resting=Expected(place=MENU, key="hello_again"),
    ),
    "human": Met(act=command("human"), asked=handed("handover_human"), resting=handed("handover_human")),
    "cancel": Met(
        act=command("cancel"),
        asked=Expected(place=MENU, key="cancelled"),
        resting=Expected(place="cancelling:none", key="nothing_to_cancel"),
    ),
    "back": Met(
        act=command("back"),
        asked=Expected(place=EARLIER, key=""),
        resting=Expected(place=MENU, key="hello_again"),
    ),
    "restart": Met(
        act=command("restart"),
        asked=Expected(place=HERE, key=""),
        resting=Expected(place=MENU, key="hello_again"),
    ),
    "skip": Met(
        act=command("skip"),
        asked=Expected(place=SAME, key="cannot_skip", question_again=True),
        resting=Expected(place=SAME, key="nothing_to_skip"),
    ),
    "digression": Met(
        act=lambda talk: talk.means("а где вы?", answer="address"),
        asked=Expected(place=SAME, key="answer.address", effects=frozenset({"Note"}), question_again=True),
        resting=Expected(place=SAME, key="answer.address", effects=frozenset({"Note"})),
    ),
    "stale button": Met(
        act=lambda talk: talk.presses_token("0" * 16),
        asked=Expected(place=SAME, key="button_stale", question_again=True),
        resting=Expected(place=SAME, key="button_stale"),
    ),
    "upset": Met(
        act=lambda talk: talk.means("всё плохо", mood=0.95),
        asked=handed("handover_upset"),
        resting=handed("handover_upset"),
    ),
    "injury": Met(
        act=lambda talk: talk.means("ожог", gate=GateKind.INJURY),
        asked=handed("handover_urgent"),
        resting=handed("handover_urgent"),
    ),
    **{kind: media(kind) for kind in ("photo", "voice", "video", "sticker", "location", "contact", "unknown")},
}


def states() -> list[tuple[str, str]]:
    """Flow and state, for every state in which a conversation can be found."""
    return [
        (key, name)
        for key in flow_library.flow_keys()
        for name, state in flow_library.shipped_flow(key)["flow"]["states"].items()
        if (state.get("rest") or state.get("slot") or state.get("choices")) and not state.get("end")
    ]


@cache
def reached(flow: str, state: str) -> tuple[Talk, tuple[str, ...]]:
    """A conversation that stands in the state, and the places it stood in before."""
    for path in conversations():
        found = _reached(path, f"{flow}:{state}") if path.parents[1].name == flow else None
        if found is not None:
            return found
    raise LookupError(f"no conversation comes to {flow}:{state}")


def _reached(path: Path, place: str) -> tuple[Talk, tuple[str, ...]] | None:
    conversation = read(path)
    if all(step.get("state") != place for step in conversation["steps"]):
        return None
    talk = begun(conversation)
    before: list[str] = []
    for step in conversation["steps"]:
        before.append(talk.place)
        perform(talk, step)
        if talk.place == place:
            return talk, tuple(before)
    return None


def standing(flow: str, state: str) -> tuple[Talk, tuple[str, ...]]:
    """A conversation of one's own in that state. Time has passed: nothing is a double of what came before."""
    talk, before = reached(flow, state)
    mine = copy.copy(talk)
    mine.turns, mine.records, mine.lines = list(talk.turns), list(talk.records), list(talk.lines)
    mine.timers = dict(talk.timers)
    mine.later(minutes=1)
    return mine, before


@pytest.mark.parametrize("what", TABLE)
@pytest.mark.parametrize(("flow", "state"), states())
def test_what_comes_of_it(flow: str, state: str, what: str) -> None:
    talk, before = standing(flow, state)
    declared = flow_library.shipped_flow(flow)["flow"]["states"][state]
    met = TABLE[what]
    expected = met.resting if declared.get("rest") else met.asked
    if what == "upset" and declared.get("impression"):
        # Who is asked how it was and is upset has answered: the flow calls the person, in its own words.
        expected = handed("sorry")
    if what == "cancel" and f"{flow}:{state}" == "visits:some":
        # Here the client has a visit, and that is what the word means.
        expected = Expected(place="cancelling:sure", key="ask_sure", question_again=True)
    met.act(talk)
    if what == "skip" and declared.get("optional"):
        assert (talk.route, talk.owner) == ("command_skip", OwnerKind.BOT)
        return
    places = {SAME: {f"{flow}:{state}"}, EARLIER: {*before, MENU} - {"", f"{flow}:{state}"}}
    if expected.place == HERE:
        assert talk.place.startswith(f"{flow}:")
    else:
        assert talk.place in places.get(expected.place, {expected.place})
    assert talk.keys[0].startswith(expected.key)
    assert talk.owner is (OwnerKind.WAITING if expected.waiting else OwnerKind.BOT)
    assert expected.effects <= {type(effect).__name__ for effect in talk.effects}
    questions = [line for line in talk.said if line.prompt]
    assert len(questions) == expected.question_again or expected.place in {EARLIER, HERE}


def test_a_correction_of_any_told_field_keeps_the_place() -> None:
    """A service told differently while a later question waits: corrected, and the same question again."""
    for state in ("when", "phone"):
        talk, _ = standing("request", state)
        talk.means("лучше педикюр", service="pedicure")
        assert (talk.place, talk.route, talk.slots["service"]) == (f"request:{state}", "text_corrects", "pedicure")
        assert talk.keys[0].startswith("corrected+")
