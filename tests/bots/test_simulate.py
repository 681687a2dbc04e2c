"""`zabota simulate`: the terminal talks to the product, and what it records is a golden conversation."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from bots.command_line import app
from bots.flow_library import FOLDER
from bots.recording import written
from tests.dialog.golden import played, read


def talk(*arguments: str, lines: str) -> Result:
    """What the terminal shows."""
    return CliRunner().invoke(app, ["simulate", *arguments], input=lines)


def test_a_recorded_talk_is_a_golden_conversation(tmp_path: Path) -> None:
    path = tmp_path / "talk.yaml"
    lines = "сколько стоит педикюр\nЗаписаться\n/photo\n/voices\n/later x\nв субботу\nне дам номер\n/quit\nлишнее\n"
    shown = talk("--at", "2026-03-10 23:40", "--record", str(path), "--why", lines=lines)
    assert shown.exit_code == 0, shown.output
    assert "Когда вам удобно?" in shown.stdout
    assert "(press: choice_in_words)" in shown.stdout
    assert shown.stdout.count("Такой команды нет.") == 2
    assert "лишнее" not in path.read_text("utf-8")
    recorded = read(path)
    assert [next(iter(step)) for step in recorded["steps"]] == ["opens", "says", "presses", "sends", "says", "says"]
    assert written(played(recorded)) == path.read_text("utf-8")


def test_a_flow_that_is_being_written_can_be_tried(tmp_path: Path) -> None:
    for name in ("flow.yaml", "texts.ru.yaml", "texts.en.yaml"):
        (tmp_path / name).write_text((FOLDER / "booking" / name).read_text("utf-8"), encoding="utf-8")
    texts = yaml.safe_load((tmp_path / "texts.ru.yaml").read_text("utf-8"))
    texts["ask_service"] = "Что будем делать?"
    (tmp_path / "texts.ru.yaml").write_text(yaml.safe_dump(texts, allow_unicode=True), encoding="utf-8")
    assert "Что будем делать?" in talk("--flow", str(tmp_path), lines="Записаться\n").stdout


@pytest.mark.parametrize(
    ("arguments", "words"), [(("--at", "вчера"), "не дата и время"), (("--flow", "."), "нет файла flow.yaml")]
)
def test_what_cannot_be_used_is_refused_in_words(arguments: tuple[str, ...], words: str) -> None:
    refused = talk(*arguments, lines="")
    assert refused.exit_code == 2
    assert words in refused.output
