"""The benchmark of the edge measures, and a messenger that takes one line at a time does not get past it."""

from __future__ import annotations

from benchmarks.bench_edge import Size, measure
from benchmarks.report import Report

SMALL = Size(calls=60, lines=40)


async def measured(*, one_at_a_time: bool) -> Report:
    report = Report("edge", 1)
    await measure(report, SMALL, one_at_a_time=one_at_a_time)
    return report


async def test_the_door_and_the_way_out_are_measured() -> None:
    report = await measured(one_at_a_time=False)
    assert not [one for one in report.violations if not one.startswith("door")], "its cost is judged by longer runs"
    assert report.figures["lines out: most under way at once"] == 40
    assert float(report.figures["times the bare application"]) > 1


async def test_who_takes_one_line_at_a_time_is_caught() -> None:
    report = await measured(one_at_a_time=True)
    assert any(one.startswith("one at a time") for one in report.violations)
