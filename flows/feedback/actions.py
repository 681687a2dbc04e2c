"""What happens around the question how the visit was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from dialog.detection import MoodClass
from dialog.flow import Action, Walker
from dialog.questions import Asking, LastSurvey, SurveyDue, SurveyVisit, ask
from dialog.surveys import VISIT

BAD = 3
"""A mark at or below it opens a case."""
SOUR = 0.45
"""Words that sound like this or worse are a bad mark, whatever else they say."""
_WORDS: Mapping[int, list[str]] = yaml.safe_load((Path(__file__).parent / "marks.yaml").read_text(encoding="utf-8"))
_MARKS = sorted(((phrase, mark) for mark, phrases in _WORDS.items() for phrase in phrases), key=lambda m: -len(m[0]))
_DIGIT = re.compile(r"(?<!\d)([1-5])(?!\d)")


def ask_how_it_was(walk: Walker) -> Asking[None]:
    """Greet by name and ask in the words of the service."""
    visit = yield from _visit(walk)
    if visit is not None and visit.name:
        walk.say("hello_named", client=visit.name)
    else:
        walk.say("hello_guest")
    walk.say_first(f"ask_{visit.category if visit else ''}", "ask_general")


def _visit(walk: Walker) -> Asking[SurveyVisit | None]:
    """The visit that is spoken of. That it is being asked about is written only when this turn is over."""
    number = walk.slots.get(VISIT, "")
    if number:
        return (yield from ask(SurveyDue(int(number), walk.language)))
    return (yield from ask(LastSurvey(walk.conversation, walk.language)))


def mark_of(said: str) -> int | None:
    """The mark that is typed or meant; None when it cannot be told."""
    digit = _DIGIT.search(said)
    if digit:
        return int(digit[1])
    line = " " + " ".join(re.findall(r"\w+", said.casefold())) + " "
    return next((mark for phrase, mark in _MARKS if f" {phrase} " in line), None)


def weigh_mark(walk: Walker) -> Asking[None]:
    """Keep the answer, and say whether it is ``good``, ``bad`` or ``unclear``."""
    yield from ()
    said = walk.slots.get("mark", "")
    pressed = said in {"1", "2", "3", "4", "5"}
    mark = int(said) if pressed else _felt(walk, mark_of(said))
    walk.answer_survey(mark=mark, words=None if pressed else said)
    if not pressed:
        walk.slots["words"] = said
    walk.slots["mark"] = str(mark or "")
    asked_twice = walk.slots.get("verdict") == "unclear"
    if mark is None:
        walk.slots["verdict"] = "good" if asked_twice else "unclear"
    else:
        walk.slots["verdict"] = "bad" if mark <= BAD else "good"


def _felt(walk: Walker, mark: int | None) -> int | None:
    """Upset words make no good mark, and glad ones need no number."""
    if walk.mood.score >= SOUR:
        return min(mark or BAD, BAD)
    if mark is None and walk.mood.label is MoodClass.GRATEFUL:
        return 5
    return mark


def thank_with_links(walk: Walker) -> Asking[None]:
    """Thanks, and where reviews are written."""
    visit = yield from _visit(walk)
    walk.say("thanks")
    _say_links(walk, visit)


def open_case(walk: Walker) -> Asking[None]:
    """The same links, and besides them a person who sees to it that it is put right."""
    visit = yield from _visit(walk)
    walk.slots.pop("verdict", None)
    if visit is not None and visit.service:
        walk.slots["service"] = visit.service
    walk.say("sorry")
    _say_links(walk, visit)
    yield from walk.hand_over(reason="feedback", label="upset", opening="case_open")


def _say_links(walk: Walker, visit: SurveyVisit | None) -> None:
    if visit is not None and visit.links:
        walk.say("links")
        walk.say_text("\n".join(f"{name}: {address}" for name, address in visit.links))


ACTIONS: Mapping[str, Action] = {
    "ask_how_it_was": ask_how_it_was,
    "weigh_mark": weigh_mark,
    "thank_with_links": thank_with_links,
    "open_case": open_case,
}
