"""The distribution carries every data file of the product, and nothing beside the product."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.rules import PRODUCT, ROOT

_GENERATED = {".pyc", ".mo"}


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel built from this tree, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("zabota-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_file_of_the_product_is_carried(carried: set[str]) -> None:
    files = (path for name in PRODUCT for path in Path(ROOT / name).rglob("*") if path.is_file())
    ours = {str(path.relative_to(ROOT)) for path in files if path.suffix not in _GENERATED}
    assert ours - carried == set()
    assert any(not name.endswith(".py") for name in ours)


def test_nothing_else_is_carried(carried: set[str]) -> None:
    beside = {name for name in carried if name.split("/")[0] not in PRODUCT and ".dist-info/" not in name}
    assert beside == set()


def test_the_licence_and_the_notice_go_along(carried: set[str]) -> None:
    assert {"LICENSE", "NOTICE"} <= {name.rsplit("/", 1)[-1] for name in carried if ".dist-info/licenses/" in name}
