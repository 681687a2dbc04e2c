"""The rules in force: flows, texts, answers, salon and settings as snapshots that are replaced, never changed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from booking.answer import Answer
from booking.book_rules import BookRules
from booking.book_terms import BookTerms
from booking.facts import Facts
from booking.salon import Salon
from booking.salon_documents import KINDS, salon_from_documents
from bots.answerer import SalonView
from bots.book_choices import SOURCES as BOOK_SOURCES
from bots.flow_library import COMMON, actions, shipped_common
from bots.memory import resting, settle
from config.registry import Value
from dialog.bus import RULES, Bus
from dialog.detection import Detector
from dialog.engine_settings import EngineSettings
from dialog.errors import StoreBusy
from dialog.flow import Flow
from dialog.flow_source import Surroundings, compile_flow
from dialog.journal import Journal
from dialog.rulebook import Rulebook
from dialog.template import Template
from dialog.texts import Texts
from handoff.policy_files import load_policies
from nlu.thresholds import Thresholds

LANGUAGES = ("ru", "en")
DEFAULT_LANGUAGE = "ru"
SOURCES = frozenset({"categories", "popular_services"}) | BOOK_SOURCES
PHRASES = Path(__file__).parent.parent / "config" / "phrases.yaml"


class Stored(Protocol):
    """One stored revision of a document."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def revision(self) -> int: ...
    @property
    def body(self) -> Mapping[str, Any]: ...


class RevisionReader(Protocol):
    """The read side of the revision store."""

    async def heads(self) -> Sequence[Stored]:
        """The published revision of every document."""
        ...

    async def all_of(self, kind: str) -> Sequence[Stored]:
        """Every revision of a kind."""
        ...

    async def stamp(self) -> str:
        """Changes whenever a head or a setting changes. Cheap."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """One snapshot: everything that is compiled from the stored documents."""

    stamp: str
    rulebook: Rulebook
    view: SalonView
    detector: Detector


class LiveRules:
    """Holds the newest snapshot; rebuilds it beside the event loop when something was published."""

    def __init__(
        self,
        *,
        revisions: RevisionReader,
        settings: Callable[[], Awaitable[Mapping[str, Value]]],
        detector: Callable[[Salon], Detector],
        bus: Bus,
        journal: Journal,
        poll_seconds: float,
    ) -> None:
        self._revisions = revisions
        self._settings = settings
        self._make_detector = detector
        self._bus = bus
        self._journal = journal
        self._poll = poll_seconds
        self._held: RulesInForce | None = None

    def current(self) -> Rulebook:
        """The newest rulebook. ``load`` must have been awaited once."""
        return self.held.rulebook

    def view(self) -> SalonView:
        """The newest view of the salon."""
        return self.held.view

    def detector(self) -> Detector:
        """The newest detector."""
        return self.held.detector

    @property
    def held(self) -> RulesInForce:
        """The newest snapshot."""
        if self._held is None:
            raise RuntimeError("rules are used before they were loaded")
        return self._held

    async def load(self) -> None:
        """Read everything and replace the snapshot. Raises BadFlow, SalonDataError, StoreBusy; the old one stays."""
        stamp = await self._revisions.stamp()
        if self._held is not None and self._held.stamp == stamp:
            return
        heads = await self._revisions.heads()
        flows = await self._revisions.all_of("flow")
        values = await self._settings()
        with resting():
            self._held = await asyncio.to_thread(self._build, stamp, heads, flows, values)
        settle()

    async def follow(self) -> None:
        """Load again whenever something was published, until cancelled."""
        async with self._bus.subscribe(RULES) as signals:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._poll):
                        await anext(signals)
                try:
                    await self.load()
                except StoreBusy as busy:
                    self._journal.warning("rules_not_read", reason=str(busy))
                except Exception as error:
                    # What was published cannot be used: the salon goes on with what it had.
                    self._journal.error("rules_refused", error=repr(error))

    def _build(
        self, stamp: str, heads: Sequence[Stored], flows: Sequence[Stored], values: Mapping[str, Value]
    ) -> RulesInForce:
        documents = {(stored.kind, stored.key): stored.body for stored in heads}
        salon = salon_from_documents({key: body for key, body in documents.items() if key[0] in KINDS})
        common = _texts(_with_shipped(documents["text", COMMON]["texts"]))
        around = Surroundings(
            actions=actions(),
            flows=frozenset(stored.key for stored in heads if stored.kind == "flow"),
            common_texts=common,
            sources=SOURCES,
            languages=LANGUAGES,
            default_language=DEFAULT_LANGUAGE,
            compile_text=Template.compile,
        )
        compiled = self._compile(heads, flows, around)
        digest = hashlib.blake2b(stamp.encode(), digest_size=8).hexdigest()
        return RulesInForce(
            stamp=stamp,
            rulebook=Rulebook(
                digest=digest,
                flows=compiled,
                heads={stored.key: stored.revision for stored in heads if stored.kind == "flow"},
                texts=common,
                names={language: {"salon": salon.name.said_in(language)} for language in LANGUAGES},
                settings=_engine_settings(values),
                policies=load_policies(),
            ),
            view=salon_view(salon, values),
            detector=self._make_detector(salon),
        )

    def _compile(
        self, heads: Sequence[Stored], flows: Sequence[Stored], around: Surroundings
    ) -> dict[tuple[str, int], Flow]:
        """Every stored revision; one that no longer compiles is refused only when it is published."""
        published = {(stored.key, stored.revision) for stored in heads if stored.kind == "flow"}
        kept = self._held.rulebook.flows if self._held else {}
        compiled: dict[tuple[str, int], Flow] = {}
        for stored in flows:
            name = (stored.key, stored.revision)
            if name in kept and name not in published:
                compiled[name] = kept[name]
                continue
            try:
                compiled[name] = compile_flow(stored.body, stored.revision, around)
            except Exception as error:
                if name in published:
                    raise
                self._journal.error("old_flow_refused", flow=stored.key, revision=stored.revision, error=str(error))
        return compiled


def _with_shipped(books: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The salon's common lines over the shipped ones: a line that a newer version brings is there at once."""
    return {language: {**book, **books.get(language, {})} for language, book in shipped_common()["texts"].items()}


def _texts(books: Mapping[str, Mapping[str, str]]) -> Texts:
    compiled = {
        language: {key: Template.compile(text, language) for key, text in book.items()}
        for language, book in books.items()
    }
    return Texts(compiled, DEFAULT_LANGUAGE)


def salon_view(salon: Salon, values: Mapping[str, Value]) -> SalonView:
    words: dict[str, str] = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))
    return SalonView(
        salon=salon,
        facts={language: Facts(salon, language) for language in LANGUAGES},
        answers=answer_templates(salon.answers),
        phrases={name: Template.compile(text, name[:2]) for name, text in words.items()},
        reply_norm_minutes=int(values["reply_norm_minutes"]),
        first_reply_minutes=int(values["first_reply_minutes"]),
        terms=BookTerms.of(salon, book_rules(values)),
    )


def answer_templates(answers: Iterable[Answer]) -> dict[tuple[str, str, str], Template]:
    """Compiled texts as SalonView keeps them."""
    return {
        (answer.key, branch, language): Template.compile(text, language)
        for answer in answers
        for branch, words in (("", answer.text), *answer.by_branch.items())
        for language, text in words.languages()
    }


def book_rules(values: Mapping[str, Value]) -> BookRules:
    """The book's share of the settings."""
    return BookRules(
        live=bool(values["live_schedule"]),
        step_minutes=int(values["slot_step_minutes"]),
        lead_minutes=int(values["booking_lead_minutes"]),
        horizon_days=int(values["booking_horizon_days"]),
        hold_minutes=int(values["hold_minutes"]),
        holds_per_address=int(values["holds_per_address"]),
        strangers_holds=int(values["strangers_holds"]),
        strangers_visits=int(values["strangers_visits"]),
        active_visits=int(values["active_visits"]),
        no_shows=int(values["no_shows"]),
        no_show_days=int(values["no_show_days"]),
        done_grace_minutes=int(values["done_grace_minutes"]),
    )


def _engine_settings(values: Mapping[str, Value]) -> EngineSettings:
    thresholds = Thresholds.load()
    return EngineSettings(
        answer_confidence=float(values["answer_confidence"]),
        clarify_confidence=float(values["clarify_confidence"]),
        well_answered=float(values["well_answered"]),
        sure_intent=float(values["sure_intent"]),
        sure_question=float(values["sure_question"]),
        likely_question=float(values["likely_question"]),
        hand_over_mood=thresholds.score_for(float(values["hand_over_alarms"])),
        topic_minutes=int(values["topic_minutes"]),
        soft_mood=thresholds.score_for(float(values["soft_alarms"])),
        misses_before_person=int(values["misses_before_person"]),
        pause_minutes=int(values["pause_minutes"]),
        reply_norm_minutes=int(values["reply_norm_minutes"]),
        silence_minutes=int(values["silence_minutes"]),
        silence_return_minutes=int(values["silence_return_minutes"]),
        ask_smiley=bool(values["ask_smiley"]),
        returning_client=str(values["returning_client"]),
        returning_hours=int(values["returning_hours"]),
        who_first=str(values["who_first"]),
        safety_net_minutes=int(values["safety_net_minutes"]),
        feedback_hours=int(values["feedback_hours"]),
        nps_days=int(values["nps_days"]),
        service_from_hour=int(values["service_from_hour"]),
        service_until_hour=int(values["service_until_hour"]),
        prompts_kept=int(values["prompts_kept"]),
        languages=LANGUAGES,
        default_language=DEFAULT_LANGUAGE,
    )
