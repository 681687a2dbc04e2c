"""The console's words: English msgids, catalogues as text, compiled in memory at the start."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LOCALES = Path(__file__).parent / "locale"


def catalogue_path(language: str) -> Path:
    """Where the catalogue of ``language`` lies."""
    return LOCALES / language / "LC_MESSAGES" / "console.po"


@cache
def catalogue(language: str) -> Catalog:
    """The catalogue of ``language`` as it was written."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@cache
def words(language: str) -> Translations:
    """The compiled translations of ``language``."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


def translate(language: str, message: str, values: Mapping[str, object] | None = None) -> str:
    """``message`` in ``language``; ``values`` fill the ``%(name)s`` of our own catalogues, never of stored text."""
    text = words(language).gettext(message) if message else ""
    return text % values if values else text


@cache
def script_words(language: str, *folders: str) -> Mapping[str, str | tuple[str, ...]]:
    """What the scripts say, by msgid: a text, or the plural forms in the catalogue's order.

    ``folders`` of ``static/js``: only those and what lies beside them, which every page may run; none: all scripts.
    """
    wanted = re.compile(rf"static/js/(?:(?:{'|'.join(folders)})/.*|[^/]*)\.js" if folders else r".*\.js")
    found: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue(language):
        if message.id and any(wanted.fullmatch(place) for place, _ in message.locations):
            msgid = message.id if isinstance(message.id, str) else message.id[0]
            text = message.string or ""
            found[msgid] = text if isinstance(text, str) else tuple(text)
    return found
