"""The log is one line of JSON per event, whatever is reported and by whom."""

from __future__ import annotations

import json
import logging

import pytest

from bots.journal import JsonLines, LoggedJournal


@pytest.fixture
def journal(caplog: pytest.LogCaptureFixture) -> LoggedJournal:
    caplog.handler.setFormatter(JsonLines())
    caplog.set_level(logging.INFO)
    return LoggedJournal(logging.getLogger("zabota"))


def test_an_event_with_its_fields(journal: LoggedJournal, caplog: pytest.LogCaptureFixture) -> None:
    journal.warning("store_busy", reason="100% full", what=ValueError("x"))
    line = json.loads(caplog.text)
    assert line.pop("timestamp").endswith("+00:00")
    assert line == {"event": "store_busy", "level": "warning", "reason": "100% full", "what": "ValueError('x')"}


def test_lines_stay_lines(journal: LoggedJournal, caplog: pytest.LogCaptureFixture) -> None:
    journal.error("turn_failed", error="first\nsecond")
    assert caplog.text.count("\n") == 1
    assert json.loads(caplog.text)["error"] == "first\nsecond"


def test_a_library_reports_in_the_same_form(journal: LoggedJournal, caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("lib").exception("it %s", "broke")
    line = json.loads(caplog.text)
    assert (line["event"], line["level"], line["logger"]) == ("it broke", "error", "lib")
    assert "ZeroDivisionError" in line["exception"]
