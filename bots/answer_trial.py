"""A message tried on the bot as it stands, with an answer that is still being written: the engine itself answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from booking.answer import Answer
from booking.book import SalonBook
from booking.salon import Salon
from bots.answerer import SalonAnswerer, SalonView
from bots.live_rules import RulesInForce, answer_templates
from console.trial import Candidate, Clash, Line, Tried
from dialog.clock import Dice
from dialog.conversation import Conversation, DialogState, OwnerKind
from dialog.detection import AnswerMatch, Detection, Detector
from dialog.effects import HandOver, Send
from dialog.engine import turn
from dialog.instants import to_text
from dialog.message import Address, InboundMessage, Kind
from dialog.questions import NOBODY, Answerer, AnswerTitle
from dialog.turn import Turn, TurnContext
from nlu.detector import Worded

_ADDRESS = Address(channel="preview", account="preview", peer="preview")
_ANSWER = "answer:"
_SHOWN = 5


class Taught(Detector, Protocol):
    """A detector that can be asked about answers alone, and taught others."""

    def with_answers(self, answers: Worded) -> Taught:
        """The same understanding over another set of answers."""
        ...

    def likeliest(self, text: str) -> Sequence[AnswerMatch]:
        """Answers that a question is near to, best first."""
        ...

    def related(self, text: str, others: Iterable[str]) -> Iterator[str]:
        """Those of ``others`` that share a word or a meaning with ``text``."""
        ...

    def alike(self, questions: Sequence[str]) -> list[list[int]]:
        """Positions of questions that mean the same, together."""
        ...


class Rules(Protocol):
    """Where the rules in force are read."""

    @property
    def held(self) -> RulesInForce: ...


class AnswerTrial:
    """See console.trial.Trial. The detector of the newest draft is kept: a question is typed letter by letter."""

    def __init__(self, rules: Rules, book: SalonBook, dice: Dice) -> None:
        self._rules = rules
        self._book = book
        self._dice = dice
        self._taught: tuple[object, Taught] | None = None

    async def ask(self, text: str, draft: Answer | None, language: str, now: datetime) -> Tried:
        """See Trial."""
        held = self._rules.held
        view = _with_draft(held.view, draft)
        detection = await asyncio.to_thread(self._detect, held, view.salon, text, now)
        answerer = SalonAnswerer(lambda: view, self._book)
        made = await self._turn(held, answerer, detection, text, language, now)
        given = [entry.removeprefix(_ANSWER) for entry in made.trace.path if entry.startswith(_ANSWER)]
        titles = [await answerer.answer(AnswerTitle(key, language), now) for key in given]
        settings = held.rulebook.settings
        return Tried(
            lines=[_line(effect) for effect in made.effects if isinstance(effect, Send)],
            given=[title for title in titles if title],
            calls=any(isinstance(effect, HandOver) for effect in made.effects),
            flow=made.conversation.state.run.flow if made.conversation.state.run else "",
            rung=made.trace.rungs[-1] if made.trace.rungs else "",
            candidates=[
                _candidate(match, view.salon, {key.partition("@")[0] for key in given}, language)
                for match in detection.answers[:_SHOWN]
            ],
            sure=_percent(settings.answer_confidence),
            near=_percent(settings.clarify_confidence),
            mood=detection.mood.label.value,
            mood_percent=_percent(detection.mood.score),
            mood_words=[" ".join(reason.words) for reason in detection.mood.evidence if reason.words],
            intents=[(intent.name, _percent(intent.confidence)) for intent in detection.intents[:3]],
        )

    async def known(self, questions: Sequence[str]) -> Sequence[bool]:
        """See Trial."""
        held = self._rules.held
        detector, sure = _taught(held), held.rulebook.settings.answer_confidence

        def judge(question: str) -> bool:
            return any(match.confidence >= sure for match in detector.likeliest(question)[:1])

        return await asyncio.to_thread(lambda: [judge(question) for question in questions])

    async def alike(self, questions: Sequence[str]) -> Sequence[Sequence[int]]:
        """See Trial."""
        return await asyncio.to_thread(_taught(self._rules.held).alike, questions)

    async def clashes(self, draft: Answer, language: str) -> Sequence[Clash]:
        """See Trial."""
        held = self._rules.held
        return await asyncio.to_thread(self._clashes, held, draft, language)

    def _detect(self, held: RulesInForce, salon: Salon, text: str, now: datetime) -> Detection:
        return self._detector(held, salon).detect(text, now)

    def _detector(self, held: RulesInForce, salon: Salon) -> Taught:
        """The one in force where the answers are those in force."""
        known, wanted = _taught(held), tuple(_worded(salon.answers))
        if wanted == tuple(_worded(held.view.salon.answers)):
            return known
        kept = self._taught  # another thread may put another draft's there meanwhile
        if kept is None or kept[0] != (held.stamp, wanted):
            kept = self._taught = (held.stamp, wanted), known.with_answers(wanted)
        return kept[1]

    async def _turn(
        self, held: RulesInForce, answerer: Answerer, detection: Detection, text: str, language: str, now: datetime
    ) -> Turn:
        stranger = Conversation(
            id=NOBODY,
            address=_ADDRESS,
            language=language,
            owner=OwnerKind.BOT,
            owner_id=None,
            epoch=0,
            version=0,
            state=DialogState(greeted=True, hours_told=to_text(now + timedelta(days=1))),
        )
        message = InboundMessage(address=_ADDRESS, event_key="trial", kind=Kind.TEXT, text=text)
        context = TurnContext(now=now, seed=self._dice.seed(), detection=detection, rulebook=held.rulebook)
        generator = turn(stranger, [message], context)
        answer: Any = None
        while True:
            try:
                question = generator.send(answer)
            except StopIteration as done:
                made: Turn = done.value
                return made
            answer = await answerer.answer(question, now)

    def _clashes(self, held: RulesInForce, draft: Answer, language: str) -> list[Clash]:
        salon = held.view.salon
        old = salon.answer_by_key.get(draft.key)
        known = set(_questions(old)) if old is not None and old.enabled else set()
        fresh = [question for question in _questions(draft) if question not in known]
        if not fresh or not draft.enabled:
            return []
        others = [answer for answer in salon.answers if answer.key != draft.key]
        without = _taught(held).with_answers(tuple(_worded(others)))
        sure = held.rulebook.settings.answer_confidence
        found = [
            _clash(question, match, salon, language, taken=False)
            for question in fresh
            for match in without.likeliest(question)[:1]
            if match.confidence >= sure
        ]
        found += self._taken(held, draft, fresh, others, without, language)
        worst = {(clash.mine, clash.key): clash for clash in sorted(found, key=lambda one: (one.taken, one.percent))}
        return sorted(worst.values(), key=lambda one: (-one.taken, -one.percent))

    def _taken(
        self,
        held: RulesInForce,
        draft: Answer,
        fresh: Sequence[str],
        others: Sequence[Answer],
        without: Taught,
        language: str,
    ) -> Iterator[Clash]:
        """Questions of other answers that would go to the draft."""
        together = without.with_answers(tuple(_worded((*others, draft))))
        for other in others:
            questions = _questions(other) if other.enabled else ()
            for question in dict.fromkeys(near for one in fresh for near in without.related(one, questions)):
                before, after = without.likeliest(question)[:1], together.likeliest(question)[:1]
                if before and after and before[0].key == other.key and after[0].key == draft.key:
                    match = AnswerMatch(key=other.key, confidence=after[0].confidence, matched=question)
                    yield _clash(after[0].matched, match, held.view.salon, language, taken=True)


def _taught(held: RulesInForce) -> Taught:
    detector: Any = held.detector
    return detector  # type: ignore[no-any-return]


def _with_draft(view: SalonView, draft: Answer | None) -> SalonView:
    if draft is None:
        return view
    kept = tuple(draft if answer.key == draft.key else answer for answer in view.salon.answers)
    answers = kept if draft.key in view.salon.answer_by_key else (*kept, draft)
    return replace(
        view, salon=replace(view.salon, answers=answers), answers={**view.answers, **answer_templates([draft])}
    )


def _questions(answer: Answer) -> tuple[str, ...]:
    return (answer.title.ru, *answer.wordings)


def _worded(answers: Iterable[Answer]) -> Iterator[tuple[str, tuple[str, ...]]]:
    return ((answer.key, _questions(answer)) for answer in answers if answer.enabled)


def _line(sent: Send) -> Line:
    return Line(text=sent.reply.text, buttons=[choice.label for choice in sent.reply.choices])


def _candidate(match: AnswerMatch, salon: Salon, given: set[str], language: str) -> Candidate:
    title = salon.answer(match.key).title.said_in(language)
    return Candidate(
        key=match.key,
        title=title,
        percent=_percent(match.confidence),
        wording=match.matched,
        given=match.key in given,
    )


def _clash(question: str, match: AnswerMatch, salon: Salon, language: str, *, taken: bool) -> Clash:
    return Clash(
        mine=question,
        theirs=match.matched,
        key=match.key,
        title=salon.answer(match.key).title.said_in(language),
        percent=_percent(match.confidence),
        taken=taken,
    )


def _percent(share: float) -> int:
    return round(share * 100)
