"""Keeps the catalogues in step with the sources: ``python -m console.extraction`` after changing words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from console.language import catalogue, catalogue_path

ROOT = Path(__file__).parent
_METHODS = {".py": "python", ".js": "javascript", ".html": "jinja2.ext:babel_extract"}
_KEYWORDS = {"N_": None, "_": None, "t": None, "gettext": None, "ngettext": (1, 2), "tn": (1, 2)}
_OPTIONS = {"newstyle_gettext": "true", "trimmed": "false"}
LANGUAGES = ("ru", "en")
_ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
"""A date of its own would change the file with every run."""


def messages() -> Catalog:
    """All that the sources say, with the files in which they say it."""
    found = Catalog()
    for path in sorted(_sources()):
        place = path.relative_to(ROOT).as_posix()
        with path.open("rb") as file:
            for _, message, _, _ in extract(
                _METHODS[path.suffix], cast(BinaryIO, file), keywords=_KEYWORDS, options=_OPTIONS
            ):
                found.add(message, locations=[(place, 1)])
    return found


def update(language: str) -> None:
    """Rewrite the catalogue of ``language``: new messages empty (English: as they are), gone ones left out."""
    path = catalogue_path(language)
    known = catalogue(language) if path.exists() else Catalog(locale=language)
    fresh = Catalog(
        locale=language,
        charset="utf-8",
        fuzzy=False,
        project="zabota",
        version="1",
        header_comment=f"# The console's words: {language}.",
        creation_date=_ALWAYS,
        revision_date=_ALWAYS,
        copyright_holder="",
        last_translator="",
        language_team="",
    )
    for message in messages():
        if not message.id:
            continue
        old = known.get(message.id)
        string = old.string if old else ""
        if not old and language == "en":
            string = message.id
        fresh.add(message.id, string, locations=[(place, 1) for place, _ in message.locations])
    with path.open("wb") as file:
        write_po(file, fresh, width=120, sort_output=True, omit_header=False, include_lineno=False)


def _sources() -> Iterator[Path]:
    yield from ROOT.rglob("*.py")
    yield from (ROOT / "static" / "js").rglob("*.js")
    yield from (ROOT / "templates").rglob("*.html")


if __name__ == "__main__":
    for each in LANGUAGES:
        update(each)
