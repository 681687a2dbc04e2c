"""The test kit of dialogs: shipped flows compiled, understanding and the salon scripted, a client who talks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import Any

from bots import flow_library
from bots.live_rules import SOURCES
from dialog import questions as q
from dialog.book_questions import BookingIsLive, VisitsOf
from dialog.conversation import Conversation, DialogState, OwnerKind
from dialog.detection import (
    EMPTY,
    AnswerMatch,
    Detection,
    Gate,
    GateKind,
    IntentMatch,
    Mood,
    MoodClass,
    Reason,
)
from dialog.effects import AnswerSurvey, AskSurvey, Effect, HandOver, Send, SetTimer
from dialog.engine import turn
from dialog.engine_settings import EngineSettings
from dialog.flow import Action, Flow
from dialog.flow_source import Surroundings, compile_flow
from dialog.ids import ConversationId
from dialog.message import SYSTEM_ACCOUNT, Address, InboundMessage, Kind
from dialog.reply import Choice
from dialog.rulebook import Rulebook
from dialog.template import Template
from dialog.texts import Texts
from dialog.turn import Turn, TurnContext
from handoff.policy_files import load_policies

LANGUAGES = ("ru", "en")
NOON = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
HOURS_TOLD = DialogState(hours_told="2030-01-01T00:00:00+00:00")
ADDRESS = Address(channel="webchat", account="demo", peer="visitor")

# ---------------------------------------------------------------- rulebooks


@cache
def common_texts() -> Texts:
    """The common lines that ship with the product."""
    books = flow_library.shipped_common()["texts"]
    return Texts(
        {
            language: {key: Template.compile(text, language) for key, text in book.items()}
            for language, book in books.items()
        },
        "ru",
    )


def surroundings(*, actions: Mapping[str, Action] | None = None, flows: frozenset[str] | None = None) -> Surroundings:
    """What shipped flows may refer to; parts can be replaced."""
    return Surroundings(
        actions=flow_library.actions() if actions is None else actions,
        flows=frozenset(flow_library.flow_keys()) if flows is None else flows,
        common_texts=common_texts(),
        sources=SOURCES,
        languages=LANGUAGES,
        default_language="ru",
        compile_text=Template.compile,
    )


@cache
def shipped() -> Rulebook:
    """Every shipped flow at revision 1."""
    around = surroundings()
    compiled = {key: compile_flow(flow_library.shipped_flow(key), 1, around) for key in flow_library.flow_keys()}
    return Rulebook(
        digest="shipped",
        flows={(key, 1): flow for key, flow in compiled.items()},
        heads=dict.fromkeys(compiled, 1),
        texts=common_texts(),
        names={"ru": {"salon": "Ромашка"}, "en": {"salon": "Daisy"}},
        policies=load_policies(),
    )


def with_flow(flow: Flow, rules: Rulebook | None = None) -> Rulebook:
    """A rulebook with one more flow (or revision) published."""
    rules = rules or shipped()
    return replace(
        rules,
        flows={**rules.flows, (flow.key, flow.revision): flow},
        heads={**rules.heads, flow.key: flow.revision},
    )


def with_settings(settings: EngineSettings, rules: Rulebook | None = None) -> Rulebook:
    """A rulebook with other limits."""
    return replace(rules or shipped(), settings=settings)


# ---------------------------------------------------------------- understanding, scripted


def understood(
    text: str = "",
    *,
    language: str = "ru",
    command: str | None = None,
    gate: GateKind | None = None,
    mood: float = 0.0,
    label: MoodClass = MoodClass.UPSET,
    answer: str | None = None,
    near: Sequence[str] = (),
    intent: str | None = None,
    **slots: str,
) -> Detection:
    """A Detection in one line. ``answer`` is a sure match, ``near`` are matches to clarify."""
    matches = [AnswerMatch(key=answer, confidence=0.9, matched=answer)] if answer else []
    matches += [AnswerMatch(key=key, confidence=0.4, matched=key) for key in near]
    return Detection(
        text=text.casefold(),
        language=language,
        command=command,
        gate=Gate(kind=gate, words=(text,)) if gate else None,
        mood=_mood(mood, label, text),
        answers=tuple(matches),
        intents=(IntentMatch(name=intent, confidence=0.9),) if intent else (),
        slots=slots,
    )


def _mood(score: float, label: MoodClass, text: str) -> Mood:
    if not score:
        return Mood()
    reasons = (
        Reason(rule="weak", words=("-",), weight=0.1),
        Reason(rule="words", words=(text,), weight=score),
        Reason(rule="calm", words=("+",), weight=-0.2),
    )
    return Mood(label=label, score=score, reasons=reasons)


class ScriptedDetector:
    """Understands what it was told to understand, and nothing else."""

    def __init__(self, script: Mapping[str, Detection] | None = None) -> None:
        self.script = dict(script or {})

    def detect(self, text: str, now: datetime | None = None) -> Detection:
        """The scripted Detection, else one that found nothing."""
        return self.script.get(text, Detection(text=text.casefold()))


# ---------------------------------------------------------------- the salon, scripted

CATEGORIES = (q.Option("nails", "Ногти"), q.Option("hair", "Волосы"))
SERVICES = (q.Option("manicure", "Маникюр"), q.Option("haircut", "Стрижка"), q.Option("lashes", "Ресницы"))
ANSWERS = {
    "service:haircut": "Стрижка — 2 000 ₽",
    "price": "Маникюр стоит 1500 ₽.",
    "address": "Мы на Ленина, 5.",
    "parking": "Парковка во дворе.",
}
TITLES = {
    "service:haircut": "Стрижка",
    "price": "Цены",
    "address": "Адрес",
    "parking": "Парковка",
    "hours": "Часы работы",
}


@dataclass
class ScriptedAnswerer:
    """The salon's side of questions. Remembers what it answered, as the driver of real turns does."""

    now: datetime = NOON
    codes: tuple[str, ...] = ()
    promise_kind: str = "later"
    norm: timedelta = timedelta(hours=2)
    options: dict[str, tuple[q.Option, ...]] = field(
        default_factory=lambda: {
            "categories": CATEGORIES,
            "popular_services": SERVICES,
            "services": (*SERVICES, q.Option("peeling", "Пилинг")),
        }
    )
    answers: dict[str, str] = field(default_factory=lambda: dict(ANSWERS))
    follow_ups: tuple[q.Option, ...] = ()
    prices: dict[str, str] = field(
        default_factory=lambda: {"price_list_nails": "Маникюр — 1500 ₽", "price_list_hair": "Стрижка — 2000 ₽"}
    )
    given: list[tuple[q.Question[Any], object]] = field(default_factory=list)
    visit: q.SurveyVisit | None = None
    """The one visit that may be asked about."""

    def answer(self, question: q.Question[Any]) -> object:
        """The scripted answer. Raises LookupError for a question nobody scripted."""
        found = self._find(question)
        self.given.append((question, found))
        return found

    def carry_out(self, turn: Turn) -> str:
        """Do what the turn orders of the book; the reason when the book refuses. Here there is no book."""
        return ""

    def _find(self, question: q.Question[Any]) -> object:
        match question:
            case q.AnswerText(key, _):
                text = self.answers.get(key)
                return None if text is None else q.AnswerGiven(text=text, options=self.follow_ups)
            case q.AnswerTitle(key, _):
                return TITLES.get(key)
            case q.Facts(names, _):
                return {name: self.prices[name] for name in names if name in self.prices}
            case q.Options(source):
                return self.options[source]
            case q.LinkHolds(code):
                return code in self.codes
            case q.SurveyDue():
                return self.visit
            case q.LastSurvey():
                return self.visit if self.visit is not None and self.visit.asked else None
            case q.Promise(_):
                return self._promise()
            case BookingIsLive():
                return False
            case VisitsOf():
                return ()
            case q.WorkingTime(minutes):
                return None if self.promise_kind == "nobody" else self.now + timedelta(minutes=minutes)
            case _:
                raise LookupError(type(question).__name__)

    def keep(self, effect: Effect) -> None:
        """Remember of a survey what the store would."""
        if self.visit is not None and isinstance(effect, AskSurvey):
            nps = effect.kind == "nps"
            self.visit = replace(self.visit, asked=True, nps_asked=nps or self.visit.nps_asked)
        elif self.visit is not None and isinstance(effect, AnswerSurvey):
            self.visit = replace(self.visit, answered=True)

    def _promise(self) -> q.PromiseGiven:
        if self.promise_kind == "nobody":
            return q.PromiseGiven(kind="nobody", due=None, minutes=15, when="")
        when = "завтра в 10:00" if self.promise_kind == "later" else ""
        at = self.now + (timedelta(hours=1) if when else timedelta(minutes=15))
        return q.PromiseGiven(kind=self.promise_kind, due=self.now + self.norm, minutes=15, when=when, at=at)


# ---------------------------------------------------------------- a conversation


def drive(
    conversation: Conversation, said: Sequence[InboundMessage], context: TurnContext, answerer: ScriptedAnswerer
) -> Turn:
    """Run the generator of one turn to its end."""
    generator = turn(conversation, said, context)
    answer: object = None
    while True:
        try:
            question = generator.send(answer)
        except StopIteration as done:
            made: Turn = done.value
            return made
        answer = answerer.answer(question)


def new_conversation(**changes: Any) -> Conversation:
    """A conversation that nobody has written in yet; when people answer is known in it."""
    fresh = Conversation(
        id=ConversationId(1),
        address=ADDRESS,
        language="ru",
        owner=OwnerKind.BOT,
        owner_id=None,
        epoch=0,
        version=0,
        state=HOURS_TOLD,
    )
    return replace(fresh, **changes)


@dataclass(frozen=True, kw_only=True)
class Record:
    """What was kept of a turn: enough to run it again."""

    before: Conversation
    said: tuple[InboundMessage, ...]
    context: TurnContext
    answers: tuple[object, ...]

    def replay(self) -> Turn:
        """The same turn from what was recorded. Fails when it asks more, or less, than was answered."""
        answers = iter((None, *self.answers))
        generator = turn(self.before, self.said, self.context)
        while True:
            try:
                generator.send(next(answers))
            except StopIteration as done:
                assert next(answers, self) is self, "fewer questions than were answered"
                made: Turn = done.value
                return made


class Talk:
    """One client and the bot. Each method is one message; what came of it is in ``turn`` and the properties."""

    def __init__(
        self,
        rules: Rulebook | None = None,
        *,
        detector: ScriptedDetector | None = None,
        answerer: ScriptedAnswerer | None = None,
        conversation: Conversation | None = None,
    ) -> None:
        self.rules = rules or shipped()
        self.detector = detector or ScriptedDetector()
        self.answerer = answerer or ScriptedAnswerer()
        self.conversation = conversation or new_conversation()
        self.now = NOON
        self.turns: list[Turn] = []
        self.records: list[Record] = []
        self.timers: dict[str, SetTimer] = {}
        self.lines: list[Send] = []

    # what a client does

    def says(self, *texts: str, detection: Detection | None = None) -> Turn:
        """Type a text, or several in one burst."""
        text = "\n".join(texts)
        found = detection or (self.detector.detect(text, self.now) if text else EMPTY)
        return self._take([self._message(Kind.TEXT, text=one) for one in texts], found)

    def means(self, text: str = "...", /, **meaning: Any) -> Turn:
        """Type a text that is understood as ``meaning`` (the arguments of ``understood``)."""
        return self.says(text, detection=understood(text, **meaning))

    def presses(self, label: str) -> Turn:
        """Press the newest shown button with this label."""
        return self.presses_token(self.token(label))

    def presses_token(self, token: str) -> Turn:
        """Press a button by its token, shown or not."""
        return self._take([self._message(Kind.PRESS, token=token)], EMPTY)

    def sends(self, kind: Kind, **data: str) -> Turn:
        """Send something that is no text: media, a location, a contact, an unknown thing."""
        return self._take([self._message(kind, data=data)], EMPTY)

    def hears(self, *messages: InboundMessage) -> Turn:
        """What a channel made of the client's doings: one message, or the texts of one burst."""
        text = "\n".join(one.text for one in messages) if messages[0].kind is Kind.TEXT else ""
        return self._take(list(messages), self.detector.detect(text, self.now) if text else EMPTY)

    def opens(self, language: str | None = None, **data: str) -> Turn:
        """Open the chat."""
        return self._take([self._message(Kind.OPENED, data=data, language=language)], EMPTY)

    # what others do

    def claimed_by(self, user: int) -> None:
        """A manager takes the conversation: the desk's own write, no turn."""
        self.conversation = replace(
            self.conversation,
            owner=OwnerKind.HUMAN,
            owner_id=user,
            epoch=self.conversation.epoch + 1,
            version=self.conversation.version + 1,
        )

    def manager_says(self, text: str, user: int = 7) -> Turn:
        """A manager's line."""
        return self._take([self._message(Kind.MANAGER_REPLY, text=text, data={"user": str(user)})], EMPTY)

    def given_back(self, choice: str, user: int = 7) -> Turn:
        """A manager returns the conversation to the bot."""
        return self._take([self._message(Kind.MANAGER_RETURN, data={"user": str(user), "choice": choice})], EMPTY)

    def timer_fires(self, kind: str) -> Turn:
        """The set timer of ``kind`` fires when it is due."""
        timer = self.timers.pop(kind)
        self.now = self.answerer.now = max(self.now, timer.due_at)
        return self._take([self._message(Kind.TIMER, data={"timer": kind, **timer.data})], EMPTY)

    def wakes(self, kind: str, **data: str) -> Turn:
        """A timer that nobody set fires."""
        return self._take([self._message(Kind.TIMER, data={"timer": kind, **data})], EMPTY)

    def prompt_is(self, status: str) -> None:
        """What the outbox knows of the prompt that waits for its answer."""
        self.conversation = replace(self.conversation, prompt_status=status)

    def prompt_refused(self, status: str = "failed") -> Turn:
        """The messenger refused the prompt: that comes back as a message of ours."""
        self.prompt_is(status)
        return self._take([self._message(Kind.PROMPT_REFUSED)], EMPTY)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)
        self.answerer.now = self.now

    # what can be seen

    @property
    def turn(self) -> Turn:
        """The last turn."""
        return self.turns[-1]

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What the last turn wants done."""
        return self.turn.effects

    @property
    def said(self) -> list[Send]:
        """What the last turn sends."""
        return [effect for effect in self.effects if isinstance(effect, Send)]

    @property
    def keys(self) -> list[str]:
        """Text keys of the last turn's lines; joined by + where one line holds several."""
        return [send.reply.key for send in self.said]

    @property
    def handed(self) -> HandOver:
        """The hand-over of the last turn; fails when there is none or more than one."""
        (found,) = [effect for effect in self.effects if isinstance(effect, HandOver)]
        return found

    @property
    def place(self) -> str:
        """Where the dialog stands: ``flow:state``, or nothing."""
        run = self.conversation.state.run
        return f"{run.flow}:{run.state}" if run else ""

    @property
    def slots(self) -> dict[str, str]:
        """The fields of the running flow."""
        run = self.conversation.state.run
        return dict(run.slots) if run else {}

    @property
    def owner(self) -> OwnerKind:
        """Who speaks for the salon."""
        return self.conversation.owner

    @property
    def route(self) -> str:
        """The branch of the router that took the last message."""
        return self.turn.trace.route

    @property
    def choices(self) -> list[Choice]:
        """Buttons of the newest line that has any."""
        return next((list(line.reply.choices) for line in reversed(self.lines) if line.reply.choices), [])

    @property
    def labels(self) -> list[str]:
        """Labels of ``choices``."""
        return [choice.label for choice in self.choices]

    def token(self, label: str) -> str:
        """The token of the newest button with this label."""
        for line in reversed(self.lines):
            for choice in line.reply.choices:
                if choice.label == label:
                    return choice.token
        raise LookupError(label)

    # how it works

    def _message(self, kind: Kind, **parts: Any) -> InboundMessage:
        ours = kind in {Kind.TIMER, Kind.MANAGER_REPLY, Kind.MANAGER_RETURN, Kind.PROMPT_REFUSED}
        account = SYSTEM_ACCOUNT if ours else ADDRESS.account
        return InboundMessage(
            address=replace(ADDRESS, account=account), event_key=f"e{len(self.turns)}", kind=kind, **parts
        )

    def _take(self, said: list[InboundMessage], detection: Detection) -> Turn:
        seed = blake2b(len(self.turns).to_bytes(4, "big"), digest_size=16).hexdigest()
        context = TurnContext(now=self.now, seed=seed, detection=detection, rulebook=self.rules)
        before, asked = self.conversation, len(self.answerer.given)
        made = drive(before, said, context, self.answerer)
        if refused := self.answerer.carry_out(made):
            context, asked = replace(context, refused=refused), len(self.answerer.given)
            made = drive(before, said, context, self.answerer)
            assert not self.answerer.carry_out(made), "ordered again what was refused"
        answers = tuple(answer for _, answer in self.answerer.given[asked:])
        self.records.append(Record(before=before, said=tuple(said), context=context, answers=answers))
        self.turns.append(made)
        self.lines.extend(self.said)
        for effect in made.effects:
            self.answerer.keep(effect)
            if isinstance(effect, SetTimer):
                self.timers[effect.kind] = effect
        status = self.conversation.prompt_status
        if any(send.prompt for send in self.said):
            status = "sent"
        self.conversation = replace(made.conversation, prompt_status=status)
        return made
