"""The tree keeps every rule of the house, and every rule is able to say no."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.house.rules import RULES, Rule, SourceFile, source_files

BAD = {
    "cyrillic_in_code": ("dialog/a.py", 'GREETING = "Здравствуйте"'),
    "vague_file_name": ("dialog/utils.py", ""),
    "second_sqlite": ("tests/storage/test_a.py", "from sqlite3 import connect"),
    "mocked": ("tests/dialog/test_a.py", "from unittest import mock"),
    "raw_markup": ("console/templates/a.html", "<p>{{ text | safe }}</p>"),
    "registry_host": ("requirements/run.txt", "--index-url https://pypi" + ".org/simple"),
    "machine_path": ("docs/a.md", "see /work" + "/main"),
    "leftover": ("flows/a.py", "# TO" + "DO later"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule: Rule) -> None:
    found = [f"{file.path}:{problem}" for file in source_files() for problem in rule(file)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_can_say_no(rule: Rule) -> None:
    path, text = BAD[rule.__name__]
    assert list(rule(SourceFile(PurePosixPath(path), text)))


def test_the_walk_sees_the_tree() -> None:
    seen = {str(file.path) for file in source_files()}
    assert {"run", "pyproject.toml", "dialog/detection.py", "requirements/run.txt", ".ci/run"} <= seen
