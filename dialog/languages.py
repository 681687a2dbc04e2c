"""Which language the client types in: the conversation follows, but a name or a number does not turn it over."""

from __future__ import annotations

from dialog import steps
from dialog.walk import Walk

LEAST_LETTERS = 4
LEAST_WORDS = 3
"""In answer to a question (a name, a service) fewer words say nothing of the client's language."""


def follow(walk: Walk, text: str) -> None:
    """Take the language of the typed ``text`` when it is plainly another one."""
    said = walk.detection
    if said.language == walk.language or said.language not in walk.context.rulebook.settings.languages:
        return
    if sum(map(str.isalpha, said.text)) < LEAST_LETTERS:
        return
    home = walk.context.rulebook.settings.default_language
    # A Latin "Kate" may look like a Russian word typed on the wrong layout; Cyrillic letters leave no doubt.
    surely_home = said.language == home and not text.isascii()
    if surely_home or steps.accepts(walk) is None or sum(map(str.isalpha, said.text.split())) >= LEAST_WORDS:
        walk.language = said.language
