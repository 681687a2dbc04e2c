"""`zabota nlu ...`: how well messages are understood, and what was thought of one.

What costs time to import is imported where it is used: the other commands need none of it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from booking.salon import Salon
from bots.explanation import explained, reported
from bots.messages import message
from config.registry import resolve
from dialog.detection import Detector
from nlu.evaluate import Judged, Row, RowError, Shipped, evaluate, read_rows
from nlu.moments_gold import Said

if TYPE_CHECKING:
    from nlu.detector import RussianDetector

app = typer.Typer(help=message("help_nlu"), no_args_is_help=True)

UNUSABLE = 2


@app.command("eval", help=message("help_nlu_eval"))
def evaluate_rows(
    task: Annotated[str, typer.Option("--task", help=message("help_nlu_task"))],
    data: Annotated[Path, typer.Option("--data", exists=True, dir_okay=False, help=message("help_nlu_data"))],
    kb: Annotated[Path | None, typer.Option("--kb", exists=True, dir_okay=False, help=message("help_nlu_kb"))] = None,
    oos: Annotated[
        Path | None, typer.Option("--oos", exists=True, dir_okay=False, help=message("help_nlu_oos"))
    ] = None,
    ordinary: Annotated[
        Path | None, typer.Option("--ordinary", exists=True, dir_okay=False, help=message("help_nlu_ordinary"))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=message("help_nlu_json"))] = False,
) -> None:
    try:
        judged = Judged(
            rows=_keyed(read_rows(data)),
            detector=_detector(read_rows(kb) if kb else None),
            cpu=time.thread_time,
            shipped=shipped(),
            ordinary=read_rows(ordinary) if ordinary else (),
            outside=read_rows(oos) if oos else (),
            moment=_moments(),
        )
        measured = evaluate(task, judged)
    except RowError as error:
        typer.echo(message("nlu_bad_rows", reason=str(error)), err=True)
        raise typer.Exit(UNUSABLE) from None
    if as_json:
        typer.echo(json.dumps(measured.as_dict(), ensure_ascii=False))
        return
    for line in reported(measured):
        typer.echo(line)


@app.command("explain", help=message("help_nlu_explain"))
def explain(text: Annotated[str, typer.Argument(help=message("help_nlu_text"))]) -> None:
    for line in explained(_detector(None).detect(text), shipped(), _score("soft_alarms")):
        typer.echo(line)


def shipped() -> Shipped:
    """What the product decides by out of the box."""
    return Shipped(
        hand_over=_score("hand_over_alarms"),
        answer=float(str(_defaults()["answer_confidence"])),
        clarify=float(str(_defaults()["clarify_confidence"])),
    )


def _score(setting: str) -> float:
    """The score of the mood that goes with a share of false alarms."""
    from nlu.thresholds import Thresholds

    return Thresholds.load().score_for(float(str(_defaults()[setting])))


def _defaults() -> Mapping[str, object]:
    return resolve({}, {}, {})


def _moments() -> Callable[[str, datetime], Said]:
    """The product's reading of days and times; a time without a day is today's."""
    from nlu.normalise import Normaliser
    from nlu.when import When

    normaliser = Normaliser()
    when = When(normaliser)

    def moment(text: str, now: datetime) -> Said:
        found = when.find(normaliser.normal(text), now)
        day, time = found.get("day"), found.get("time")
        if day is None and time is not None and "days" not in found:
            day = now.date().isoformat()
        return Said(date=day, time=time)

    return moment


def _keyed(rows: Sequence[Row]) -> list[Row]:
    return [{**row, "gold": str(row["gold"])} if row.get("gold") is not None else row for row in rows]


def _detector(entries: Sequence[Row] | None) -> Detector:
    """Over the shipped salon; over the entries of a file instead of its answers when they are given."""
    if entries is None:
        return _shipped_detector()
    from nlu.detector import RussianDetector

    for number, row in enumerate(entries, 1):
        if "id" not in row or "question" not in row:
            raise RowError(f"row {number}: an answer needs id and question")
    return RussianDetector(
        answers=[(str(row["id"]), (str(row["question"]),)) for row in entries],
        told={str(row["id"]): str(row["answer"]) for row in entries if row.get("answer")},
    )


def _shipped_detector() -> RussianDetector:
    from bots.detectors import make_detector

    return make_detector(_shipped_salon())


def _shipped_salon() -> Salon:
    from booking.salon_documents import salon_from_documents
    from bots.salon_files import first_salon

    return salon_from_documents(first_salon(Path(), date(2026, 1, 1)))


@app.command("words", help=message("help_nlu_words"))
def words() -> None:
    from bots.detectors import make_detector
    from nlu.detector import Parts
    from nlu.looked_up import LOOKED_UP, NotingLemmas, write
    from nlu.normalise import Normaliser

    normaliser = Normaliser(lemmas=NotingLemmas)
    make_detector(_shipped_salon(), data=Parts.load(normaliser=normaliser))
    assert isinstance(normaliser.lemmas, NotingLemmas)
    write(normaliser.lemmas.noted)
    typer.echo(f"{LOOKED_UP}: {len(normaliser.lemmas.noted)}")


@app.command("train", help=message("help_nlu_train"))
def train(to: Annotated[Path | None, typer.Option("--to", help=message("help_nlu_to"))] = None) -> None:
    from nlu.learned import LEARNED
    from nlu.vectors import bundled

    vectors = bundled()
    if vectors is None:
        typer.echo(message("nlu_no_vectors"), err=True)
        raise typer.Exit(UNUSABLE)
    from nlu.known import KNOWN, remember
    from nlu.school import teach

    if to is None:
        remember(KNOWN, vectors, _shipped_detector().passages())
    for name, value in teach(to or LEARNED, vectors):
        typer.echo(f"{name}: {value:.3f}")
