"""The shipped flows and texts as one rulebook, without a database."""

from __future__ import annotations

from typing import Any

from bots.flow_library import actions, flow_keys, shipped_common, shipped_flow
from bots.live_rules import SOURCES
from dialog.engine_settings import EngineSettings
from dialog.flow_source import Surroundings, compile_flow
from dialog.rulebook import Rulebook
from dialog.template import Template
from dialog.texts import Rendered, Texts
from handoff.policy_files import load_policies

LANGUAGES = ("ru", "en")


def demo_rulebook(settings: EngineSettings | None = None) -> Rulebook:
    """Every shipped flow at revision 1."""
    common = Texts(_compiled(shipped_common()["texts"]), "ru")
    keys = flow_keys()
    around = Surroundings(
        actions=actions(),
        flows=frozenset(keys),
        common_texts=common,
        sources=SOURCES,
        languages=LANGUAGES,
        default_language="ru",
        compile_text=compile_text,
    )
    flows = {(key, 1): compile_flow(shipped_flow(key), 1, around) for key in keys}
    return Rulebook(
        digest="demo",
        flows=flows,
        heads=dict.fromkeys(keys, 1),
        texts=common,
        settings=settings or EngineSettings(),
        policies=load_policies(),
    )


def compile_text(source: str, language: str) -> Rendered:
    """A stored text, ready to render."""
    return Template.compile(source, language)


def _compiled(books: dict[str, Any]) -> dict[str, dict[str, Rendered]]:
    return {
        language: {key: compile_text(str(text), language) for key, text in book.items()}
        for language, book in books.items()
    }
