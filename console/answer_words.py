"""Answers in the words of whoever edits them: topics, fields, what is wrong with one, live data by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from booking.fact_names import BY_BRANCH, BY_SERVICE, fact_names
from booking.facts import Facts
from booking.fault import Fault
from booking.salon import Salon
from booking.word_diff import Change
from console.language import translate
from console.refusals import N_

TOPICS = {
    "care": N_("Services and care"),
    "money": N_("Prices and payment"),
    "rules": N_("Rules"),
    "visit": N_("Before the visit"),
    "answers": N_("Other questions"),
}
"""Topics that come with the demo salon; a salon's own are called as the salon has called them."""
_FIELDS = {
    "title": N_("Question"),
    "wordings": N_("How people ask"),
    "text": N_("Answer"),
    "by_branch": N_("Answer for a branch"),
    "choices": N_("Buttons"),
    "enabled": N_("The bot gives this answer"),
    "group": N_("Topic"),
}
_FAULTS = {
    "required": N_("Write something here."),
    "required_empty": N_("Write something here."),
    "text_empty": N_("Write something here."),
    "text_long": N_("This is too long: %(n)s signs. At most %(high)s fit."),
    "item_twice": N_("%(got)s is in the list twice."),
    "list_long": N_("There are %(n)s lines. At most %(high)s fit."),
    "fact_unknown": N_("There is no live data called {%(name)s}. Insert it by the button."),
    "fact_unknown_hint": N_("There is no live data called {%(name)s}. Did you mean {%(hint)s}?"),
    "template_brace": N_("%(got)s is not live data and clients would see it as it stands."),
    "template_plural": N_("Russian needs three forms of a word, like {n|minute|minutes|minutes}; English needs two."),
    "answer_unknown": N_("This button leads to an answer that does not exist."),
    "branch_unknown": N_("There is no such branch."),
}
_FACTS = {
    "price": N_("Price"),
    "duration": N_("How long it takes"),
    "staff": N_("Who does it"),
    "hours": N_("Opening hours"),
    "today_hours": N_("Hours today"),
    "address": N_("Address"),
    "directions": N_("How to find it"),
    "phone": N_("Phone"),
    "map": N_("Link to the map"),
    "salon": N_("Name of the salon"),
    "price_list": N_("Price list"),
    "staff_list": N_("All masters"),
    "holidays": N_("Holidays and special days"),
}


def topic_in_words(topic: str, language: str) -> str:
    """What a topic is called."""
    return translate(language, TOPICS[topic]) if topic in TOPICS else topic


def topic_of(words: str, language: str) -> str:
    """The topic that is called so."""
    named = {topic_in_words(topic, language).lower(): topic for topic in TOPICS}
    return named.get(words.lower(), words)


def faults_by_field(faults: Iterable[Fault], key: str, language: str) -> tuple[dict[str, str], str]:
    """What is wrong, by the editor's fields, and what is wrong elsewhere because of it (empty mostly)."""
    fields: dict[str, str] = {}
    elsewhere: list[str] = []
    for fault in faults:
        if fault.source == f"answer/{key}" and fault.field:
            fields.setdefault(_field(fault.field), fault_in_words(fault, language))
        else:
            elsewhere.append(fault.text)
    return fields, "; ".join(elsewhere)


def fault_in_words(fault: Fault, language: str) -> str:
    """What is wrong, for whoever has just typed it."""
    known = (fault.values.get("hint") and _FAULTS.get(f"{fault.code}_hint")) or _FAULTS.get(fault.code)
    return translate(language, known, fault.values) if known else fault.expected


def _field(path: str) -> str:
    """``text.en`` is a field of its own; of a wording or a button the whole list is one field."""
    name, *rest = path.split(".")
    english = rest[-1:] == ["en"]
    if name == "by_branch" and rest:
        name = f"by_branch.{rest[0]}"
    return f"{name}.en" if english and name not in ("choices", "wordings") else name


def change_in_words(change: Change, salon: Salon, language: str) -> dict[str, object]:
    """A change for a page: what differs, where, and its pieces."""
    branch = salon.branch_by_key.get(change.detail)
    where = branch.name.said_in(language) if branch is not None else change.detail
    english = translate(language, N_("in English")) if change.language == "en" else ""
    lines = change.field in ("wordings", "choices", "enabled", "group")
    pieces = [(piece.side, _plain(change.field, piece.text, language)) for piece in change.pieces]
    return {
        "field": translate(language, _FIELDS[change.field]),
        "where": ", ".join(filter(None, (where, english))),
        "lines": lines,
        "pieces": [piece for piece in pieces if piece[0] != "same"] if lines else pieces,
    }


def _plain(field: str, text: str, language: str) -> str:
    if field == "enabled":
        return translate(language, N_("yes") if text == "True" else N_("no"))
    return topic_in_words(text, language) if field == "group" else text


def live_data(salon: Salon, language: str, now: datetime) -> list[Mapping[str, str]]:
    """Everything that may stand in a text: its name, what it is, of what, and what it says now."""
    facts = Facts(salon, language)
    known = fact_names(salon.branch_by_key, salon.category_by_key, salon.service_by_key)
    return [
        {"name": name, "what": what, "of": of, "says": facts.value(name, now)}
        for name, what, of in _named(salon, language)
        if name in known
    ]


def _named(salon: Salon, language: str) -> Iterator[tuple[str, str, str]]:
    def told(fact: str) -> str:
        return translate(language, _FACTS[fact])

    for service in salon.services:
        for fact in BY_SERVICE:
            yield f"{fact}_{service.key}", told(fact), service.name.said_in(language)
    for fact in ("hours", "today_hours", "address", "phone"):
        yield fact, told(fact), translate(language, N_("all branches")) if len(salon.branches) > 1 else ""
    for branch in salon.branches if len(salon.branches) > 1 else ():
        for fact in BY_BRANCH:
            yield f"{fact}_{branch.key}", told(fact), branch.name.said_in(language)
    if len(salon.branches) == 1:
        (only,) = salon.branches
        for fact in ("directions", "map"):
            yield f"{fact}_{only.key}", told(fact), ""
    yield "price_list", told("price_list"), ""
    for category in salon.categories:
        yield f"price_list_{category.key}", told("price_list"), category.name.said_in(language)
    for fact in ("staff_list", "holidays", "salon"):
        yield fact, told(fact), ""
