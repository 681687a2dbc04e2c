"""The folders are import names: none may be the name of somebody else's package."""

from __future__ import annotations

import sys
from importlib.metadata import packages_distributions

from tests.house.rules import PRODUCT


def test_no_folder_has_the_name_of_an_installed_package() -> None:
    owners = packages_distributions()
    ours = {*PRODUCT, "tests", "benchmarks"}
    taken = {name: set(owners.get(name, ())) - {"zabota"} for name in ours}
    assert not {name: who for name, who in taken.items() if who}
    assert owners["pydantic"] == ["pydantic"]


def test_no_folder_has_the_name_of_a_standard_module() -> None:
    assert not {*PRODUCT, "tests", "benchmarks"} & sys.stdlib_module_names
