"""One loaded set of parts for all tests of understanding: loading takes half a second."""

from __future__ import annotations

import pytest

from nlu.detector import Parts, RussianDetector
from nlu.normalise import Normaliser


@pytest.fixture(scope="session")
def parts() -> Parts:
    """The built-in data."""
    return Parts.load()


@pytest.fixture(scope="session")
def normaliser(parts: Parts) -> Normaliser:
    """The built-in normaliser."""
    return parts.normaliser


@pytest.fixture(scope="session")
def detector(parts: Parts) -> RussianDetector:
    """A detector of a salon that has no answers."""
    return RussianDetector(data=parts)
