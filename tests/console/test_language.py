"""The catalogues say all that the sources say, in both languages, and nothing else."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog, Message

from console import extraction
from console.extraction import LANGUAGES
from console.language import catalogue, script_words, translate, words

JS = extraction.ROOT / "static" / "js"
CALL = re.compile(r"""(?<![\w.])tn?\(\s*(?P<quote>['"`])(?P<text>.*?)(?P=quote)""", re.S)


def ids(found: Catalog) -> set[str]:
    return {key(message) for message in found if message.id}


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


@pytest.fixture(scope="module")
def said() -> Catalog:
    return extraction.messages()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing_doubtful_or_left_over(language: str, said: Catalog) -> None:
    written = catalogue(language)
    assert ids(said) - ids(written) == set(), "run: python -m console.extraction"
    assert ids(written) - ids(said) == set(), "run: python -m console.extraction"
    empty = [key(message) for message in written if message.id and not all(forms(message))]
    assert empty == []
    assert [key(message) for message in written if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_scripts_get_exactly_their_own_words(language: str, said: Catalog) -> None:
    wanted = {key(m) for m in said if m.id and any(place.endswith(".js") for place, _ in m.locations)}
    assert set(script_words(language)) == wanted


@pytest.mark.parametrize(("page", "folders"), [("inbox.html", ("inbox",)), ("door.html", ("page", "second"))])
def test_a_page_that_takes_some_words_runs_no_script_with_others(page: str, folders: tuple[str, ...]) -> None:
    template = (extraction.ROOT / "templates" / page).read_text("utf-8")
    assert f"words({', '.join(map(repr, folders))})" in template
    assert 0 < len(script_words("ru", *folders)) < len(script_words("ru"))
    allowed = {JS, *(path for folder in folders for path in (JS / folder).rglob("*") if path.is_dir())}
    allowed |= {JS / folder for folder in folders}
    scripts = [path for folder in allowed for path in folder.glob("*.js")]
    imported = {
        (path.parent / found).resolve().parent
        for path in scripts
        for found in re.findall(r"""(?:from |import\()['"](\.[^'"]+)['"]""", path.read_text("utf-8"))
    }
    assert imported <= allowed


def test_no_word_of_a_script_escapes_the_extractor(said: Catalog) -> None:
    by_eye = {found["text"] for path in JS.rglob("*.js") for found in CALL.finditer(path.read_text(encoding="utf-8"))}
    assert by_eye - ids(said) == set()
    assert len(by_eye) > 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_places_to_fill(language: str) -> None:
    wrong = [
        (key(message), form)
        for message in catalogue(language)
        if message.id
        for form in forms(message)
        if set(re.findall(r"%\(\w+\)s", form)) != set(re.findall(r"%\(\w+\)s", key(message)))
    ]
    assert wrong == []


def test_russian_plurals_have_three_forms() -> None:
    wrong = [key(m) for m in catalogue("ru") if isinstance(m.id, tuple | list) and len(set(forms(m))) < 2]
    assert wrong == []
    numbers = (1, 2, 5, 11, 21, 22, 25, 112)
    said = [words("ru").ungettext("%(num)s day", "%(num)s days", number) % {"num": number} for number in numbers]
    assert said == ["1 день", "2 дня", "5 дней", "11 дней", "21 день", "22 дня", "25 дней", "112 дней"]


def test_russian_is_russian_and_english_is_english() -> None:
    cyrillic = re.compile("[а-яё]", re.I)
    same = {"%(num)s min"}
    latin = [key(m) for m in catalogue("ru") if m.id and not all(cyrillic.search(form) for form in forms(m))]
    assert set(latin) - same == set()
    assert [key(m) for m in catalogue("en") if m.id and any(cyrillic.search(form) for form in forms(m))] == []


def test_values_fill_our_own_words_only() -> None:
    message = "%(name)s already leads this conversation."
    assert translate("ru", message, {"name": "%(secret)s {0}"}) == "Этот диалог уже ведёт %(secret)s {0}."


def test_sources_hold_no_russian() -> None:
    files = [*extraction.ROOT.rglob("*.js"), *(extraction.ROOT / "static").rglob("*.css")]
    assert [path.name for path in files if re.search("[а-яё]", path.read_text(encoding="utf-8"), re.I)] == []
    assert files


def test_templates_say_nothing_outside_the_catalogue() -> None:
    loose: list[str] = []
    for path in (extraction.ROOT / "templates").glob("*.html"):
        text = re.sub(
            r"\{% block (?:section|body_class) %\}\w*|\{%\s*trans.*?endtrans\s*%\}|\{[{%#].*?[}%#]\}|<[^>]*>",
            " ",
            path.read_text("utf-8"),
            flags=re.S,
        )
        loose += re.findall(r"[^\W\d_]{2,}", text)
    assert [word for word in loose if word not in {"doctype", "html"}] == []
