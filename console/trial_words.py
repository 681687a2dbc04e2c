"""What came of a tried message, told to whoever runs the salon."""

from __future__ import annotations

from collections.abc import Mapping

from console.language import translate
from console.refusals import N_
from console.trial import Candidate, Tried

_MOODS = {
    "neutral": N_("calm"),
    "grateful": N_("glad and thankful"),
    "doubting": N_("in doubt"),
    "upset": N_("upset"),
    "claim": N_("complaining"),
    "urgent": N_("in a hurry"),
}
_INTENTS = {
    "book": N_("to book"),
    "reschedule": N_("to move a visit"),
    "cancel": N_("to cancel a visit"),
    "my_booking": N_("to see their visit"),
    "price": N_("a price"),
    "hours": N_("opening hours"),
    "address": N_("an address or the way"),
    "services": N_("what you do and who does it"),
    "promo": N_("discounts and gifts"),
    "payment": N_("how to pay"),
    "care": N_("care and safety"),
    "late": N_("to say they are late"),
    "contact": N_("to leave a name and a phone"),
    "bridal": N_("to get ready for a wedding"),
    "colour_advice": N_("advice on colouring"),
    "greet": N_("to say hello"),
    "thanks": N_("to say thanks"),
    "bye": N_("to say goodbye"),
    "feedback": N_("to praise"),
    "human": N_("a live person"),
    "complaint": N_("to complain"),
    "refund": N_("their money back"),
    "question": N_("to ask something"),
}
"""Wishes that have a name for people; the others are about the step of a scenario and say nothing here."""
_RULES = {
    "hard_gate": N_("Such words bring a person at once, whatever else is asked."),
    "command": N_("The whole message is a command, and commands go first."),
    "upset": N_("Whoever is so upset gets a person, not an answer."),
    "softly_upset": N_("Sounds upset, so a person is offered besides."),
    "person_first": N_("The salon's people answer first now: so it is set."),
    "past_visit": N_("It is about a visit that was, and only a person can help."),
    "same_day": N_("Only a day is named, so it is about opening hours or what was spoken of."),
    "wish": N_("The wish is plain, and a scenario serves it."),
    "visits": N_("It is about their own visits."),
    "praise": N_("It is praise and asks for nothing."),
    "known_answer": N_("This answer fits surely."),
    "aside_open": N_("It is small talk that the bot knows."),
    "phone_told": N_("A phone and nothing to do with it."),
    "politeness": N_("It is politeness and nothing else."),
    "did_you_mean": N_("Nothing fits surely enough."),
}


def tried_in_words(tried: Tried, flows: Mapping[str, str], language: str) -> dict[str, object]:
    """The page's words for what came of a message."""

    def told(message: str, **values: object) -> str:
        return translate(language, message, values or None)

    mood = told(_MOODS.get(tried.mood, tried.mood))
    wishes = [
        told(N_("%(name)s (%(percent)s of 100)"), name=told(_INTENTS[name]), percent=percent)
        for name, percent in tried.intents
        if name in _INTENTS and percent >= tried.near
    ]
    return {
        "verdict": _verdict(tried, flows, language),
        "rule": told(_RULES[tried.rung]) if tried.rung in _RULES else "",
        "lines": [{"text": line.text, "buttons": list(line.buttons)} for line in tried.lines],
        "sure": tried.sure,
        "near": tried.near,
        "candidates": [
            {
                "key": one.key,
                "title": one.title,
                "percent": one.percent,
                "wording": one.wording,
                "given": one.given,
                "why": _why(one, tried, language),
            }
            for one in tried.candidates
        ],
        "mood": told(N_("Mood: %(mood)s, %(percent)s of 100"), mood=mood, percent=tried.mood_percent),
        "mood_words": list(tried.mood_words),
        "wishes": wishes,
    }


def _verdict(tried: Tried, flows: Mapping[str, str], language: str) -> str:
    if tried.calls:
        return translate(language, N_("Calls a person"))
    if tried.given:
        said = ", ".join(f"«{title}»" for title in dict.fromkeys(tried.given))
        return translate(language, N_("Gives the answer %(said)s"), {"said": said})
    if tried.rung == "did_you_mean":
        offered = any(tried.near <= one.percent for one in tried.candidates)
        asks, gives_up = N_("Asks which of these is meant"), N_("Says honestly that it did not understand")
        return translate(language, asks if offered else gives_up)
    if tried.flow:
        said = flows.get(tried.flow, tried.flow)
        return translate(language, N_("Begins the scenario «%(flow)s»"), {"flow": said})
    return translate(language, N_("Answers in words of its own"))


def _why(one: Candidate, tried: Tried, language: str) -> str:
    """Why a candidate was given or not."""
    best = tried.candidates[0]
    if one.given:
        return translate(language, N_("this one is given"))
    if one.percent >= tried.sure and one is best:
        return translate(language, N_("fits, but another rule went first"))
    if one.percent >= tried.sure:
        return translate(language, N_("fits, but «%(title)s» fits better"), {"title": best.title})
    if one.percent >= tried.near:
        missing = tried.sure - one.percent
        return translate(language, N_("%(missing)s short of sure; would be offered as a button"), {"missing": missing})
    return translate(language, N_("too far away"))
