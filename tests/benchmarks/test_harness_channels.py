"""The harness of messengers catches who loses in a storm and who believes whom he should not."""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks.report import Report
from tests.benchmarks.running import caught

SMALL = ("--quick", "--chats", "3", "--forged", "60", "--fuzzed", "60")


def test_who_is_deaf_to_silence_is_caught() -> None:
    caught("harness_channels", *SMALL, bug="deaf-to-silence", violation="silence broken")


def test_who_believes_everybody_is_caught() -> None:
    caught("harness_channels", *SMALL, bug="believes-everybody", violation="believed")


def test_who_gives_every_attempt_a_number_of_its_own_is_caught() -> None:
    caught("harness_channels", "--quick", "--kills", "1", bug="fresh-numbers", violation="keyed")


async def test_who_never_looks_before_he_speaks_again_is_caught(tmp_path: Path) -> None:
    from benchmarks.harness_channels import read_back

    report = Report("lines read back", 1)
    await read_back(str(tmp_path), report, random.Random(1), 2, blind=True)
    assert any(one.startswith("doubled") for one in report.violations)


async def test_who_forgets_the_mark_of_his_lines_is_caught(tmp_path: Path) -> None:
    from benchmarks.harness_channels import marked

    for forgetful in (False, True):
        report = Report("lines told by statuses", 1)
        folder = tmp_path / str(forgetful)
        folder.mkdir()
        await marked(str(folder), report, random.Random(1), 2, forgetful=forgetful)
        assert any(one.startswith("doubled") for one in report.violations) is forgetful
