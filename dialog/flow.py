"""A flow as the engine runs it: one immutable revision, compiled once to a ``transitions`` machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from transitions import Machine, MachineError

from booking.orders import ClientOrder
from dialog.detection import Mood
from dialog.ids import ConversationId
from dialog.questions import Asking
from dialog.reply import Attachment
from dialog.texts import Texts

NEXT = "next"
"""The event that leaves a state when what it asked for is there."""


class Walker(Protocol):
    """What actions and conditions may touch of a running turn. The engine's Walk is the one implementation."""

    @property
    def language(self) -> str:
        """The conversation's language."""
        ...

    @property
    def conversation(self) -> ConversationId:
        """Whose turn this is: what questions about the client name."""
        ...

    @property
    def now(self) -> datetime:
        """The moment of the turn."""
        ...

    @property
    def refused(self) -> str:
        """Why the book refused what this same turn wanted when it ran first; mostly empty."""
        ...

    @property
    def slots(self) -> dict[str, str]:
        """The fields gathered so far in this run. Writing to it is how an action fills a field."""
        ...

    def say(self, key: str, **values: str | int) -> None:
        """Add a text of the running flow (or a common one) to what will be said."""
        ...

    @property
    def mood(self) -> Mood:
        """How what was typed sounds; neutral when nothing was."""
        ...

    def say_first(self, *keys: str, **values: str | int) -> None:
        """Say the first of these texts that there is."""
        ...

    def answer_survey(self, *, mark: int | None = None, nps: int | None = None, words: str | None = None) -> None:
        """Keep what the client said of the visit that this conversation was asked about last."""
        ...

    def say_text(self, text: str) -> None:
        """Add a finished text."""
        ...

    def attach(self, file: Attachment) -> None:
        """Add a file to what will be said; a messenger that shows no files leaves it out."""
        ...

    def know_client(self, *, name: str | None, phone: str | None) -> None:
        """Remember what the client told of himself."""
        ...

    def book(self, order: ClientOrder) -> None:
        """Have the book do this. When it refuses, this turn runs once more and finds the reason in ``refused``."""
        ...

    def new_uid(self) -> str:
        """A name for a new visit: unguessable, the same when the turn is replayed."""
        ...

    def agree(self, kind: str, version: int, text: str) -> None:
        """Write down that the client agreed to a text as it was shown."""
        ...

    def text(self, key: str, values: Mapping[str, str | int]) -> str:
        """A text of the running flow (or a common one), finished."""
        ...

    def may_return(self, flow: str, slots: Mapping[str, str]) -> None:
        """What is called off here is begun again, by this flow with these fields, if the client wants it after all."""
        ...

    def begin(self, flow: str, slots: Mapping[str, str]) -> None:
        """Leave this flow for another once the action is done, with these fields filled."""
        ...

    def hand_over(self, *, reason: str, label: str, opening: str | None = None) -> Asking[None]:
        """Promise a person and put the conversation into the queue with the gathered fields."""
        ...


Action = Callable[[Walker], Asking[None]]
Condition = Callable[[Mapping[str, str]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChoice:
    """A button of a state. ``value`` fills the state's slot; ``to`` goes there instead of the state's ``go``.

    A value with ``!`` is a command (``!menu``, ``!human``), with ``?`` an answer's key, with ``>`` a flow to start.
    """

    value: str
    label: str
    """Text key of the label."""
    to: str = ""
    intents: tuple[str, ...] = ()
    """Intents of a typed message that mean this button, when the message is surely one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One state of a flow."""

    name: str
    say: tuple[str, ...] = ()
    say_again: tuple[str, ...] = ()
    """Said instead of ``say`` when the client has been here before."""
    slot: str = ""
    accept: tuple[str, ...] = ("text",)
    """What fills the slot besides the buttons (``EXTRACTORS`` of flow_sense); empty: buttons only."""
    choices: tuple[StepChoice, ...] = ()
    choices_from: str = ""
    page: int = 0
    """How many live choices are shown at once; 0: all of them."""
    reask: str = ""
    """Said when the answer does not fit."""
    do: tuple[str, ...] = ()
    leaves: bool = False
    """True when there is a way on without asking: the state is passed through."""
    optional: bool = False
    """True: the client may skip it; the slot is then there and empty."""
    impression: bool = False
    """True: asks how it was; any words are the answer, the upset ones too."""
    rest: bool = False
    """True: nothing is expected; whatever the client writes is a new question."""
    end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRule:
    """Points for an answer: how warm a lead is, by rules that the flow's author wrote down."""

    condition: Condition
    points: int


@dataclass(slots=True)
class Position:
    """The bare object that the machine moves. Nothing is registered on it."""

    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One published revision of a flow, ready to run."""

    key: str
    revision: int
    start: str
    intents: tuple[str, ...]
    steps: Mapping[str, Step]
    machine: Machine
    texts: Texts
    """The revision's own copy of its texts."""
    hears: Mapping[str, str] = field(default_factory=dict)
    """Kinds of values that no state asks for but every message may name -> the state to walk on from."""
    leave: tuple[str, ...] = ()
    """Actions for a client who leaves in the middle."""
    kept: frozenset[str] = frozenset()
    """Fields of the actions' own: never shown to anybody."""
    actions: Mapping[str, Action] = field(default_factory=dict)
    score: tuple[ScoreRule, ...] = ()

    def points(self, slots: Mapping[str, str]) -> int | None:
        """How warm the lead is, 0..100; None for a flow that keeps no score."""
        if not self.score:
            return None
        return max(0, min(100, sum(rule.points for rule in self.score if rule.condition(slots))))

    def move(self, state: str, event: str, slots: Mapping[str, str]) -> str | None:
        """The state after ``event``, or None when the event leads nowhere from ``state`` with these slots."""
        found: Any = self.machine.events.get(event)
        if found is None or state not in self.machine.states:
            return None
        position = Position(state)
        try:
            moved: bool = found.trigger(position, slots)
        except MachineError:
            return None
        return position.state if moved else None


def choose(value: str) -> str:
    """The event of pressing the button with ``value``."""
    return f"choose:{value}"
