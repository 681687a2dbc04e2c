"""Whole messages that are commands."""

from __future__ import annotations

import pytest

from nlu.detector import RussianDetector


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("меню", "menu"),
        ("МЕНЮ!!", "menu"),
        ("vty.", "menu"),
        ("в главное меню пожалуйста", "menu"),
        ("menu", "menu"),
        ("оператор", "human"),
        ("Операттор", "human"),
        ("админстратор", "human"),
        ("позовите администратора, пожалуйста", "human"),
        ("менеджера!", "human"),
        ("живой человек", "human"),
        ("talk to a human", "human"),
        ("отмена", "cancel"),
        ("отменa", "cancel"),
        ("передумала", "cancel"),
        ("назад", "back"),
        ("go back", "back"),
        ("заново", "restart"),
        ("давайте сначала", "restart"),
        ("/start", "restart"),
        ("пропустить", "skip"),
    ],
)
def test_command(detector: RussianDetector, text: str, command: str) -> None:
    assert detector.detect(text).command == command
    assert detector.is_command(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "да",
        "нет",
        "не надо",
        "отмените запись",
        "назад в прошлое",
        "меню на день рождения",
        "человека 3",
        "администратор мне нахамила",
        "сначала маникюр, потом педикюр",
        "стрижка",
        "маня",
        "меня",
        "оператор " * 20,
    ],
)
def test_no_command(detector: RussianDetector, text: str) -> None:
    assert detector.detect(text).command is None
    assert not detector.is_command(text)
