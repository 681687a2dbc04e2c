"""Golden conversations with the real understanding and the demo salon: ``pytest --update-golden`` rewrites them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bots import flow_library
from bots.recording import written
from tests.dialog.golden import FOLDER, conversations, played, read


def named(path: Path) -> str:
    """How a conversation is called in a test run."""
    return f"{path.parents[1].name}/{path.stem}"


@pytest.mark.parametrize("path", conversations(), ids=named)
def test_the_conversation_goes_as_it_went(path: Path, request: pytest.FixtureRequest) -> None:
    now = written(played(read(path)))
    if request.config.getoption("--update-golden"):
        path.write_text(now, "utf-8")
    assert path.read_text("utf-8") == now


@pytest.mark.parametrize("key", flow_library.flow_keys())
def test_every_flow_has_conversations_that_come_to_every_state(key: str) -> None:
    found = [path for path in conversations() if path.parents[1].name == key]
    assert found, f"flows/{key}/conversations is empty: a flow ships with examples"
    states = {str(step.get("state", "")) for path in found for step in read(path)["steps"]}
    declared = {
        f"{key}:{name}" for name, state in flow_library.shipped_flow(key)["flow"]["states"].items() if asks(state)
    }
    assert declared <= states, f"no conversation in flows/{key}/conversations comes to {declared - states}"


def asks(state: dict[str, object]) -> bool:
    """True when a conversation can be found standing in this state."""
    return bool(state.get("rest") or state.get("slot") or state.get("choices")) and not state.get("end")


def test_every_folder_of_conversations_belongs_to_a_flow() -> None:
    folders = {path.parent.name for path in FOLDER.glob("*/conversations")}
    assert folders <= set(flow_library.flow_keys())


def test_there_are_enough_of_them_and_the_readme_counts_right() -> None:
    readme = (FOLDER.parent / "README.md").read_text("utf-8")
    russian = re.search(r"больше (\d+) разговоров в `flows", readme)
    english = re.search(r"more than (\d+) recorded conversations", readme)
    assert russian is not None
    assert english is not None
    assert russian[1] == english[1]
    assert 30 <= int(russian[1]) < len(conversations())
