"""Bad data files are refused with file, line and reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nlu.commands import Commands
from nlu.datafile import BUILT_IN, DataError
from nlu.gate import HardGate
from nlu.intents import Intents
from nlu.knowledge import Knowledge
from nlu.lexicon import Lexicon
from nlu.normalise import Normaliser
from nlu.spelling import Tables
from nlu.thresholds import Thresholds
from nlu.when_words import WhenWords

LOADERS: dict[str, Callable[[Normaliser, Path], object]] = {
    "answers.yaml": Knowledge.load,
    "commands.yaml": Commands,
    "gate.yaml": HardGate,
    "intents.yaml": Intents,
    "mood.ru.yaml": Lexicon.load,
    "when.yaml": WhenWords,
    "normalise.yaml": lambda _, path: Tables.load(path),
    "thresholds.yaml": lambda _, path: Thresholds.load(path),
}


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("mood.ru.yaml", "weight: -3.1", "weight: -9", "outside"),
        ("mood.ru.yaml", "class: upset", "class: gloomy", "not one of"),
        ("mood.ru.yaml", "- ужас\n", "- ужас\n      - ужас\n", "already in line"),
        ("mood.ru.yaml", "- ужас\n", "- ... ужас\n", "begins with a gap"),
        ("mood.ru.yaml", "  bias:", "  bios:", "unknown key"),
        ("gate.yaml", "  human:", "  robot:", "not one of"),
        ("gate.yaml", "(?:^| )р", "(р", "RE2"),
        ("gate.yaml", "(?:^| )р", r"\bр", "Latin letters only"),
        ("gate.yaml", "order: [injury, ", "order: [", "do not name the same kinds"),
        ("commands.yaml", "  back:", "  bakc:", "not one of"),
        ("commands.yaml", "[назад,", "[меню,", "also the command"),
        ("intents.yaml", "  greet:", "  grete:", "not one of"),
        ("intents.yaml", "sure: 0.93", "sure: 1.93", "outside"),
        ("answers.yaml", "  cosine:", "  cosinus:", "unknown key"),
        ("answers.yaml", "light: [", "light: [nonsense, ", "no concept"),
        ("answers.yaml", "least_confidence: 0.001", "least_confidence: low", "expected a number"),
        ("normalise.yaml", "  скока: сколько", "  скока: скока", "stands for itself"),
        ("normalise.yaml", "  ё: е", "  ё: е\n  ё: е", "comes twice"),
        ("thresholds.yaml", "alarms: 0.02", "alarms: 2", "outside"),
    ],
)
def test_refused(normaliser: Normaliser, tmp_path: Path, file: str, old: str, new: str, reason: str) -> None:
    text = (BUILT_IN / file).read_text("utf-8")
    assert old in text
    spoiled = tmp_path / file
    spoiled.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DataError, match=reason) as caught:
        LOADERS[file](normaliser, spoiled)
    assert caught.value.file == file
    assert caught.value.line > 0


@pytest.mark.parametrize(("text", "reason"), [("", "empty"), ("a: [", "not YAML"), ("- a", "expected a mapping")])
@pytest.mark.parametrize("file", sorted(LOADERS))
def test_refused_whole(normaliser: Normaliser, tmp_path: Path, file: str, text: str, reason: str) -> None:
    path = tmp_path / file
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=reason):
        LOADERS[file](normaliser, path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        Tables.load(tmp_path / "none.yaml")


def test_the_lexicon_is_a_lexicon_of_the_domain(normaliser: Normaliser) -> None:
    assert len(Lexicon.load(normaliser).feelings) >= 700
