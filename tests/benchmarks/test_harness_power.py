"""The power harness: nothing promised is lost, and a store that does not wait for the disk is caught."""

from __future__ import annotations

from tests.benchmarks.running import caught, run


def test_what_was_promised_survives_the_cut() -> None:
    """A short run of the real thing, with checkpoints in it."""
    found = run("harness_power", "--cuts", "200")
    assert found.code == 0, found.output
    assert found.found["figures"]["power cuts"] == 200
    assert found.found["figures"]["checkpoints"] > 0


def test_not_waiting_for_the_disk_is_caught() -> None:
    """``synchronous=NORMAL`` keeps the file whole and loses promises."""
    found = caught("harness_power", "--cuts", "100", bug="normal-sync", violation="promised and lost")
    assert not found.violated("corrupt"), found.output
