"""A typed number or label of the buttons on the screen is a press."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from dialog.conversation import OwnerKind, Prompt
from dialog.walk import WITHDRAW, Walk

MENU = "answers"
UNSEEN = frozenset({"new", "inflight"})
REFUSED = frozenset({"void", "failed"})
LONGEST = 64
"""Characters: labels are shorter."""
SHORTEST_NEAR = 5
LONG_LABEL = 9
"""Letters: from here on two slips are forgiven, below one."""
_DIAERESIS = "\u0308"


def typed_choice(walk: Walk, text: str) -> tuple[Prompt, str] | None:
    """The newest prompt and the value that ``text`` names, if that prompt is the one being answered."""
    if len(text) > LONGEST:
        return None
    said = plain(text)
    if not walk.prompts or not _is_current(walk, walk.prompts[-1]):
        return _of_the_menu(walk, said)
    prompt = walk.prompts[-1]
    shown = list(zip(prompt.values, prompt.labels, strict=False))
    for value, label in shown:
        # A label that is a number means itself, not its place.
        if said == _plain_label(label):
            return prompt, value
    for number, (value, _) in enumerate(shown, 1):
        if said == str(number) and (walk.owner is OwnerKind.BOT or WITHDRAW not in prompt.values):
            return prompt, value
    near = near_label(said, [_plain_label(label) for label in prompt.labels])
    if near is not None:
        return prompt, prompt.values[near]
    return _of_the_menu(walk, said)


def near_label(said: str, labels: Sequence[str]) -> int | None:
    """Which of ``labels`` is meant by a slip of the finger: one or two letters off, and no other label as near.

    Numbers are never taken for one another, and short labels must be typed as they are.
    """
    if len(said) < SHORTEST_NEAR:
        return None
    digits = [letter for letter in said if letter.isdigit()]
    found = []
    for index, label in enumerate(labels):
        slips = 1 if len(label) < LONG_LABEL else 2
        if len(label) >= SHORTEST_NEAR and digits == [letter for letter in label if letter.isdigit()]:
            distance = OSA.distance(said, label, score_cutoff=slips)
            if distance <= slips:
                found.append((distance, index))
    found.sort()
    alone = len(found) == 1 or (len(found) > 1 and found[0][0] < found[1][0])
    return found[0][1] if alone else None


def _of_the_menu(walk: Walk, said: str) -> tuple[Prompt, str] | None:
    """A label of the menu means the menu's button also before any menu was shown: a first screen may offer it."""
    rules = walk.context.rulebook
    if walk.owner is not OwnerKind.BOT or walk.run is not None or MENU not in rules.heads:
        return None
    flow = rules.flows[MENU, rules.heads[MENU]]
    for choice in flow.steps[flow.start].choices:
        label = flow.texts.find(choice.label, walk.language)
        if label is not None and said == _plain_label(label.render({})):
            return Prompt(run=0, flow=flow.key, state=flow.start, seed="", values=(choice.value,)), choice.value
    return None


def _is_current(walk: Walk, prompt: Prompt) -> bool:
    waits = walk.owner is OwnerKind.WAITING
    if WITHDRAW in prompt.values or not prompt.run:
        return waits is (WITHDRAW in prompt.values)
    run = walk.run
    if run is None or (run.number, run.state) != (prompt.run, prompt.state):
        return False
    return walk.before.prompt_status not in UNSEEN | REFUSED


def plain(text: str) -> str:
    """Lower case, without the signs around it and without the dots of letters that people leave out."""
    folded = unicodedata.normalize("NFD", text.casefold()).replace(_DIAERESIS, "")
    start, end = 0, len(folded)
    while start < end and not folded[start].isalnum():
        start += 1
    while end > start and not folded[end - 1].isalnum() and not unicodedata.combining(folded[end - 1]):
        end -= 1
    return folded[start:end]


@lru_cache(maxsize=1024)
def _plain_label(label: str) -> str:
    """The same few labels are looked at for every message of everybody."""
    return plain(label)
