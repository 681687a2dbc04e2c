"""One turn while it is being walked: what was said so far, where the run stands, what is to be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from booking.orders import ClientOrder
from dialog.conversation import Conversation, DialogState, OwnerKind, Prompt, Run, Topic
from dialog.detection import Detection, Mood, Reason
from dialog.effects import (
    AnswerSurvey,
    Book,
    CancelTimer,
    CloseHandoff,
    Effect,
    GiveConsent,
    HandOver,
    Note,
    Send,
    SetClient,
    SetTimer,
)
from dialog.flow import Flow
from dialog.handover_policy import HandoverPolicies
from dialog.ids import ConversationId
from dialog.instants import from_text, to_text
from dialog.questions import Asking, Option, Promise, PromiseGiven, WorkingTime, ask
from dialog.reply import Asks, Attachment, Author, Choice, Lane, Reply
from dialog.tokens import prompt_seed, token, visit_uid
from dialog.told import told
from dialog.turn import Trace, Turn, TurnContext

PROMISE_TIMER = "promise"
ANSWER_TIMER = "answer"
"""Fires when nobody took the conversation, or whoever took it has not answered."""
UPSET = "upset"
"""The news of a hand-over of somebody who is not content: the words that say so go with it."""
LEAD = "lead"
"""The news of a hand-over that is a lead."""
HUMAN = "!human"
WITHDRAW = "!withdraw"
MOST_WORDS = 300
"""Characters of the client's line that "what's new" shows."""


class Walk:
    """Collects the outcome of one turn. Made for one turn, thrown away with it."""

    __slots__ = (
        "answers",
        "before",
        "begins",
        "bot_leads_until",
        "context",
        "dropped",
        "effects",
        "epoch",
        "files",
        "greeted",
        "heard",
        "hours_told",
        "keys",
        "lane",
        "language",
        "last_at",
        "last_manager",
        "last_press",
        "lines",
        "managed_at",
        "message_class",
        "misses",
        "offer_person",
        "owner",
        "owner_id",
        "path",
        "prompts",
        "run",
        "rungs",
        "runs",
        "slots",
        "soft_upsets",
        "source",
        "suspended",
        "topic",
        "trail",
        "waiting_for",
    )

    def __init__(self, conversation: Conversation, context: TurnContext) -> None:
        state = conversation.state
        self.before = conversation
        self.begins: tuple[str, Mapping[str, str]] | None = None
        self.context = context
        self.effects: list[Effect] = []
        self.lines: list[str] = []
        self.keys: list[str] = []
        self.files: list[Attachment] = []
        self.path: list[str] = []
        self.rungs: list[str] = []
        self.answers: dict[str, str] = {}
        self.language = conversation.language
        self.owner = conversation.owner
        self.owner_id = conversation.owner_id
        self.epoch = conversation.epoch
        self.run = state.run
        self.slots: dict[str, str] = dict(state.run.slots) if state.run else {}
        self.trail: list[str] = list(state.run.trail) if state.run else []
        self.suspended = state.suspended
        self.prompts = list(state.prompts)
        self.runs = state.runs
        self.misses = state.misses
        self.soft_upsets = state.soft_upsets
        self.greeted = state.greeted
        self.last_press = state.last_press
        self.last_at = state.last_at
        self.topic = state.topic
        self.dropped = state.dropped
        self.waiting_for = state.waiting_for
        self.last_manager = state.last_manager
        self.managed_at = state.managed_at
        self.source = state.source
        self.hours_told = state.hours_told
        self.bot_leads_until = state.bot_leads_until
        self.offer_person = False
        self.heard = ""
        self.lane = Lane.DIALOG
        self.message_class = "dialog"

    @property
    def detection(self) -> Detection:
        """What was understood of the message."""
        return self.context.detection

    @property
    def mood(self) -> Mood:
        """How what was typed sounds."""
        return self.detection.mood

    @property
    def now(self) -> datetime:
        """The moment of the turn."""
        return self.context.now

    @property
    def conversation(self) -> ConversationId:
        """Whose turn this is."""
        return self.before.id

    @property
    def refused(self) -> str:
        """Why the book refused what this turn wanted when it ran first."""
        return self.context.refused

    @property
    def policies(self) -> HandoverPolicies:
        """Why a person is called, and what follows."""
        return self.context.rulebook.policies

    @property
    def flow(self) -> Flow | None:
        """The running flow's pinned revision."""
        if self.run is None:
            return None
        return self.context.rulebook.flows.get((self.run.flow, self.run.revision))

    def text(self, key: str, values: Mapping[str, str | int]) -> str:
        """A text of the running flow's revision, else a common one. An unknown key is our bug: KeyError."""
        flow = self.flow
        found = flow.texts.find(key, self.language) if flow else None
        if found is None:
            found = self.context.rulebook.texts.find(key, self.language)
        if found is None:
            raise KeyError(key)
        # Most texts show no variable, and then none is looked up.
        names = self.context.rulebook.names.get(self.language, {})
        return found.render({**names, **values} if found.variables else {})

    def say(self, key: str, **values: str | int) -> None:
        """Add a text by key; the gathered fields are there as variables."""
        self.keys.append(key)
        self.lines.append(self.text(key, {**self.slots, **values}))

    def say_first(self, *keys: str, **values: str | int) -> None:
        """Say the first of these texts that there is; the last one must be there."""
        self.say(next((key for key in keys[:-1] if self._has_text(key)), keys[-1]), **values)

    def _has_text(self, key: str) -> bool:
        own = self.flow.texts.find(key, self.language) if self.flow is not None else None
        return (own or self.context.rulebook.texts.find(key, self.language)) is not None

    def repeats(self, route: str) -> int:
        """How many turns in a row, up to the one before this, took ``route``."""
        state = self.before.state
        return state.repeats + 1 if state.last_route == route else 0

    def say_text(self, text: str) -> None:
        """Add a finished text."""
        if text:
            self.lines.append(text)

    def attach(self, file: Attachment) -> None:
        """Add a file to what will be said."""
        self.files.append(file)

    def speak_of(self, service: str, answer: str = "") -> None:
        """The conversation goes on about this service (no new one: the one before) and this answer."""
        self.topic = Topic(service=service or self._lately().service, answer=answer, at=to_text(self.now))

    def answered_lately(self) -> str:
        """The answer given lately, if it was the last thing spoken of."""
        return self._lately().answer

    def _lately(self) -> Topic:
        """What was spoken of, as long as it is remembered."""
        longest = timedelta(minutes=self.context.rulebook.settings.topic_minutes)
        fresh = self.topic is not None and self.now - from_text(self.topic.at) <= longest
        return self.topic if self.topic is not None and fresh else Topic(at="")

    def spoken_of(self) -> str:
        """The service that the running flow asks about, else the one spoken of lately; empty when there is none."""
        steps = self.flow.steps.values() if self.flow is not None else ()
        chosen = next(
            (self.slots[step.slot] for step in steps if "service" in step.accept and step.slot in self.slots), ""
        )
        return chosen or self._lately().service

    def know_client(self, *, name: str | None, phone: str | None) -> None:
        """Remember what the client told of himself."""
        told = SetClient(name=name, phone=phone)
        if (name or phone) and told not in self.effects:
            self.effects.append(told)

    def answer_survey(self, *, mark: int | None = None, nps: int | None = None, words: str | None = None) -> None:
        """Keep what the client said of the visit that this conversation was asked about last."""
        self.effects.append(AnswerSurvey(mark=mark, nps=nps, words=words[:MOST_WORDS] if words else None))

    def book(self, order: ClientOrder) -> None:
        """Have the book do this in the turn's own transaction."""
        self.effects.append(Book(order=order))

    def may_return(self, flow: str, slots: Mapping[str, str]) -> None:
        """What was called off is begun again, with these fields, by whoever wants it after all."""
        self.dropped = Run(number=0, flow=flow, revision=0, state="", slots=dict(slots))

    def begin(self, flow: str, slots: Mapping[str, str]) -> None:
        """Leave the running flow for another once the action is done."""
        self.begins = flow, dict(slots)

    def new_uid(self) -> str:
        """A name for a new visit: unguessable, the same when the turn is replayed."""
        return visit_uid(self.context.seed, len(self.effects))

    def agree(self, kind: str, version: int, text: str) -> None:
        """Write down that the client agreed to a text as it was shown."""
        self.effects.append(GiveConsent(kind=kind, version=version, text=text))

    def enter(self, run: Run) -> None:
        """Continue in this run (its slots become the current ones)."""
        self.run = run
        self.slots = dict(run.slots)
        self.trail = list(run.trail)

    def leave(self) -> None:
        """No run any more."""
        self.run = None
        self.slots = {}
        self.trail = []

    def flush(
        self,
        options: Sequence[Option] = (),
        *,
        author: Author = Author.BOT,
        state: str = "",
        prompt: bool = False,
        asks: Asks = Asks.NOTHING,
    ) -> None:
        """Send what was said so far as one line, with buttons for ``options``."""
        if not self.lines:
            return
        choices: tuple[Choice, ...] = ()
        if self.offer_person and author is Author.BOT:
            if all(option.value != HUMAN for option in options):
                options = (*options, self.person_option())
            self.offer_person = False
        if options:
            seed = prompt_seed(self.context.seed, len(self.effects))
            choices = tuple(Choice(label=o.label, token=token(seed, i)) for i, o in enumerate(options))
            self._remember(seed, options, state)
        reply = Reply(
            text="\n\n".join(self.lines),
            choices=choices,
            key="+".join(self.keys),
            asks=asks,
            media=tuple(self.files),
        )
        self.effects.append(
            Send(reply=reply, author=author, prompt=prompt, lane=self.lane, message_class=self.message_class)
        )
        self.lines.clear()
        self.keys.clear()
        self.files.clear()

    def person_option(self) -> Option:
        """The button that calls a live person."""
        return Option(HUMAN, self.text("choice_human", {}))

    def _remember(self, seed: str, options: Sequence[Option], state: str) -> None:
        self.prompts.append(
            Prompt(
                run=self.run.number if self.run and state else 0,
                flow=self.run.flow if self.run and state else "",
                state=state,
                seed=seed,
                values=tuple(o.value for o in options),
                labels=tuple(o.label for o in options),
            )
        )
        kept = self.context.rulebook.settings.prompts_kept
        del self.prompts[:-kept]

    def pass_to(self, owner: OwnerKind, owner_id: int | None = None) -> None:
        """Change who speaks for the salon: the epoch grows, so that unsent lines of the bot fall away."""
        if (owner, owner_id) != (self.owner, self.owner_id):
            self.owner, self.owner_id = owner, owner_id
            self.epoch += 1

    def hand_over(
        self,
        *,
        reason: str,
        label: str,
        triggers: tuple[Reason, ...] = (),
        opening: str | None = None,
        to: int | None = None,
    ) -> Asking[None]:
        """Promise a person by the duty plan, put the conversation into the queue, and be silent."""
        promise = yield from ask(Promise(self.language))
        rules, policy = self.context.rulebook, self.policies.labelled(label)
        gathered = yield from told(
            self.flow, self.slots, rules.texts, rules.settings.default_language, self.conversation
        )
        if policy.news == LEAD:
            gathered |= self._warmth()
        self.say(opening or f"handover_{label}")
        self.say(f"promise_{promise.kind}", when=promise.when, minutes=promise.minutes)
        if self.run is not None and self._asks():
            self.suspended = replace(self.run, slots=dict(self.slots), trail=tuple(self.trail))
            if gathered:
                self.say("step_kept")
        self.leave()
        options = (Option(WITHDRAW, self.text("choice_withdraw", {})),) if policy.may_withdraw else ()
        self.flush(options, author=Author.SYSTEM)
        self.effects.append(
            HandOver(
                reason=reason,
                label=label,
                priority=policy.urgency,
                triggers=triggers or (self.mood.evidence if policy.news == UPSET else ()),
                promised_at=promise.at,
                answers=gathered,
                to=to,
            )
        )
        self.effects.append(Note(kind=policy.news, body={"label": label, **gathered, **self._words()}))
        yield from self.watch(promise, label)
        self.pass_to(OwnerKind.WAITING)
        self.waiting_for = label
        self.misses = self.soft_upsets = 0

    def _warmth(self) -> dict[str, str]:
        """How warm the lead is, and where it came from."""
        points = self.flow.points(self.slots) if self.flow else None
        found = {"score": "" if points is None else str(points), "source": self.source}
        return {name: value for name, value in found.items() if value}

    def watch(self, promise: PromiseGiven, label: str) -> Asking[None]:
        """See to it that the promise is kept: one timer for its end, one for nobody having come."""
        if promise.due is not None:
            self.effects.append(SetTimer(kind=PROMISE_TIMER, due_at=promise.due, data={"repeat": "0"}))
        steps = self.policies.labelled(label).escalate_minutes
        if steps:
            due = yield from self.working_time(steps[0])
            self.effects.append(SetTimer(kind=ANSWER_TIMER, due_at=due, data={"level": "0"}))

    def working_time(self, minutes: int) -> Asking[datetime]:
        """The moment after ``minutes`` of duty; plain minutes where no duty is planned at all."""
        found = yield from ask(WorkingTime(minutes))
        return found or self.now + timedelta(minutes=minutes)

    def _asks(self) -> bool:
        """True when the run stands at a question: only that can be taken up again."""
        flow = self.flow
        step = flow.steps.get(self.run.state) if flow and self.run else None
        return step is not None and not (step.rest or step.end or step.leaves)

    def take_back(self, outcome: str) -> None:
        """The bot speaks again: the handoff is closed, its promise forgotten."""
        self.effects.append(CloseHandoff(outcome=outcome))
        self.unwatch()
        self.pass_to(OwnerKind.BOT)
        self.waiting_for = ""
        self.misses = self.soft_upsets = 0

    def unwatch(self) -> None:
        """A person has answered, or none is needed any more."""
        self.effects.append(CancelTimer(kind=PROMISE_TIMER))
        self.effects.append(CancelTimer(kind=ANSWER_TIMER))

    def _words(self) -> dict[str, str]:
        """The client's own words, for the salon's eyes."""
        return {"text": self.heard[:MOST_WORDS]} if self.heard else {}

    def note_question(self) -> None:
        """Note a question that nobody could answer, as it was typed."""
        self.effects.append(Note(kind="missed", body=self._words()))

    def finish(self, route: str) -> Turn:
        """The turn as a value."""
        self.flush()
        before = self.before
        run = self.run
        if run is not None:
            run = Run(
                number=run.number,
                flow=run.flow,
                revision=run.revision,
                state=run.state,
                slots=self.slots,
                trail=tuple(self.trail),
                page=run.page,
            )
        state = DialogState(
            run=run,
            suspended=self.suspended,
            prompts=tuple(self.prompts),
            runs=self.runs,
            misses=self.misses,
            soft_upsets=self.soft_upsets,
            greeted=self.greeted,
            last_press=self.last_press,
            waiting_for=self.waiting_for,
            last_manager=self.last_manager,
            managed_at=self.managed_at,
            source=self.source,
            hours_told=self.hours_told,
            bot_leads_until=self.bot_leads_until,
            # A turn that comes to nothing does not interrupt what repeats itself.
            last_route=route if self.effects else before.state.last_route,
            repeats=self.repeats(route) if self.effects else before.state.repeats,
            last_at=self.last_at,
            topic=self.topic,
            dropped=self.dropped,
        )
        after = Conversation(
            id=before.id,
            address=before.address,
            language=self.language,
            owner=self.owner,
            owner_id=self.owner_id,
            epoch=self.epoch,
            version=before.version + 1,
            state=state,
            last_client_at=before.last_client_at,
        )
        trace = Trace(route=route, path=tuple(self.path), rungs=tuple(self.rungs))
        return Turn(conversation=after, effects=tuple(self.effects), trace=trace)
