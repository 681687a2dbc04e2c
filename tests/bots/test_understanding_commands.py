"""`zabota nlu eval` and `zabota nlu explain` as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bots.command_line import app
from bots.explanation import word
from nlu.intents import NAMES
from nlu.lexicon import Lexicon
from nlu.normalise import Normaliser


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["nlu", *arguments])


def rows(path: Path, *lines: dict[str, object]) -> str:
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    return str(path)


def test_json_of_upset(tmp_path: Path) -> None:
    data = rows(
        tmp_path / "chat.jsonl",
        {"text": "всё плохо", "upset": 1, "handoff": 1, "tags": []},
        {"text": "ужасно понравилось", "upset": 0, "handoff": 0, "tags": ["trap"]},
    )
    ordinary = rows(tmp_path / "calm.jsonl", {"text": "запишите на среду"})
    result = run("eval", "--task", "upset", "--data", data, "--ordinary", ordinary, "--json")
    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert list(figures) == [
        "task", "n", "cpu_ms_p50", "cpu_ms_p95", "recall_at_fa_2", "recall_at_fa_5", "recall_shipped",
        "false_alarm_shipped", "auc", "traps_false_alarm",
    ]  # fmt: skip
    assert figures["recall_shipped"] == figures["auc"] == 1.0
    assert figures["n"] == 2


def test_json_of_faq_over_own_answers(tmp_path: Path) -> None:
    kb = rows(
        tmp_path / "kb.jsonl", {"id": 7, "question": "Есть ли парковка?"}, {"id": 8, "question": "Есть ли Wi-Fi?"}
    )
    data = rows(tmp_path / "questions.jsonl", {"text": "парковка есть", "gold": 7})
    oos = rows(tmp_path / "oos.jsonl", {"text": "закажи пиццу"})
    result = run("eval", "--task", "faq", "--kb", kb, "--data", data, "--oos", oos, "--json")
    figures = json.loads(result.stdout)
    assert list(figures)[4:] == ["top1", "top3", "coverage_at_p95", "oos_rejected"]
    assert (figures["top1"], figures["oos_rejected"]) == (1.0, 1.0)


def test_figures_come_with_intervals_and_mistakes(tmp_path: Path) -> None:
    data = rows(tmp_path / "chat.jsonl", {"text": "запишите на стрижку", "intent": "refund"})
    lines = run("eval", "--task", "intent", "--data", data).stdout.splitlines()
    assert "желание понято верно: 0.000   от 0.000 до 0.793, сообщений: 1" in lines
    assert "   refund → book: запишите на стрижку" in lines


@pytest.mark.parametrize(
    ("line", "reason"), [({"text": "да"}, "row 1: intent missing"), ({"words": "да"}, 'expected an object with "text"')]
)
def test_bad_rows_are_refused(tmp_path: Path, line: dict[str, object], reason: str) -> None:
    result = run("eval", "--task", "intent", "--data", rows(tmp_path / "bad.jsonl", line))
    assert result.exit_code == 2
    assert reason in result.stderr


def test_explain() -> None:
    lines = run("explain", "всё плохо, верните деньги").stdout.splitlines()
    assert "Человек нужен сразу: требует вернуть деньги. Сказано: «верните деньги»" in lines
    assert "   + плохое слово: «всё плохо» (2.9)" in lines
    assert lines[-1] == "Решение: сразу позвать человека."


def test_every_rule_has_a_word_of_its_own() -> None:
    rules = {feeling.rule for feeling in Lexicon.load(Normaliser()).feelings}
    assert {rule for rule in rules if word("rules", rule) == rule} == set()
    assert {name for name in NAMES if word("intents", name) == name} == set()
