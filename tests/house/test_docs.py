"""Papers name only what exists: files, folders, links, commands."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.house.rules import BESIDE, PRODUCT

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("README*.md")])
MADE_UP = ("flows/gift", "data/")
"""Examples that a reader is told to make, and what `./run` makes."""
SUFFIXES = (".py", ".md", ".yaml", ".json", ".toml", ".service", ".txt", ".png")
TOPS = frozenset(path.name for path in ROOT.iterdir())

_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"[\w.\-]+(?:/[\w.\-]+)*/?")
_COMMAND = re.compile(r"\./run (bench|harness) ([a-z_]+)")


@cache
def file_names() -> frozenset[str]:
    """Names of files: a page may call one by its bare name where the folder is clear."""
    return frozenset(path.name for folder in (*PRODUCT, *BESIDE) for path in (ROOT / folder).rglob("*.*"))


def names(page: Path) -> set[str]:
    """What a page calls a path of this repository."""
    found = set()
    for token in _CODE.findall(page.read_text("utf-8")):
        whole = _PATH.fullmatch(token)
        if whole and ("/" in token or token.endswith(SUFFIXES)) and token.split("/")[0] in TOPS | {token}:
            found.add(token)
    return {name for name in found if not name.startswith(MADE_UP)}


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_path_exists(page: Path) -> None:
    missing = {name for name in names(page) if not (ROOT / name).exists() and name not in file_names()}
    assert missing == set()


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_leads_somewhere(page: Path) -> None:
    links = {link.split("#")[0] for link in _LINK.findall(page.read_text("utf-8")) if "://" not in link}
    assert {link for link in links if link and not (page.parent / link).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_harness_and_benchmark_exists(page: Path) -> None:
    named = set(_COMMAND.findall(page.read_text("utf-8")))
    assert {one for one in named if not (ROOT / "benchmarks" / f"{one[0]}_{one[1]}.py").exists()} == set()


def test_the_pages_name_enough_to_be_worth_checking() -> None:
    assert sum(len(names(page)) for page in PAGES) > 80


def test_decisions_are_numbered_one_by_one() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_folder_of_the_product_is_on_the_map() -> None:
    page = (ROOT / "docs" / "where-things-live.md").read_text("utf-8")
    shipped = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert {name for name in shipped if f"`{name}/`" not in page} == set()


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "pictures").glob("*.png"))
    assert {picture.name for picture in pictures if picture.stat().st_size > 300_000} == set()
