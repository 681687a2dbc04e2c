"""What clients said after their visits: figures with how many answers they rest on, and the low marks."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from booking.salon import Salon
from console.book_words import masters_in_words, services_in_words
from console.parts import Came, Parts, With
from console.policy import OWNERS, REPORTS, Door
from console.refusals import not_found
from console.satisfaction import Figure, report
from console.visit import Visit
from dialog.opinion import Opinion

PERIODS = (30, 90, 365)
"""Days that may be looked at; the middle one first."""


async def feedback_page(request: Request, parts: With, visit: Came, days: str = "") -> Response:
    """The report of a period that ends now."""
    salon, period = _salon(parts), _period(days)
    figures = report(await _opinions(parts, visit, period), salon.zone)
    low = [
        {
            "who": one.name,
            "mark": one.mark,
            "words": one.words,
            "what": services_in_words(salon, [one.service], visit.language),
            "master": masters_in_words(salon, [one.staff], visit.language),
            "at": one.end.isoformat(),
            "chat": one.chat,
        }
        for one in figures.low
    ]
    return parts.pages.show(
        request,
        visit,
        "feedback.html",
        days=period,
        periods=PERIODS,
        report=figures,
        nps=f"{figures.nps.value:+.0f}" if figures.nps.value else "0",
        mark=_mark(figures.mark, visit.language),
        groups=[
            ("masters", [(masters_in_words(salon, [key], visit.language), *_row(figure, visit.language))
                         for key, figure in figures.by_staff]),
            ("services", [(services_in_words(salon, [key], visit.language), *_row(figure, visit.language))
                          for key, figure in figures.by_service]),
            ("weeks", [(monday, *_row(figure, visit.language)) for monday, figure in figures.by_week]),
        ],
        low=low,
    )  # fmt: skip


async def feedback_file(parts: With, visit: Came, days: str = "") -> Response:
    """The same visits one by one, without names and words: nobody takes the clients away with it."""
    salon, file = _salon(parts), io.StringIO()
    lines = csv.writer(file, delimiter=";")
    lines.writerow(["visit_day", "master", "service", "answered", "mark", "nps"])
    for one in await _opinions(parts, visit, _period(days)):
        day = one.end.astimezone(salon.zone).date().isoformat()
        master = masters_in_words(salon, [one.staff], visit.language)
        service = services_in_words(salon, [one.service], visit.language)
        lines.writerow([day, master, service, int(one.answered), one.mark or "", "" if one.nps is None else one.nps])
    await parts.accounts.note(visit.user.id, "feedback exported", "", visit.address, visit.now)
    headers = {"content-disposition": 'attachment; filename="feedback.csv"'}
    return Response("\ufeff" + file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _salon(parts: Parts) -> Salon:
    if parts.book is None:
        raise not_found()
    return parts.book.salon()


async def _opinions(parts: Parts, visit: Visit, days: int) -> Sequence[Opinion]:
    if parts.opinions is None:
        raise not_found()
    return await parts.opinions.since(visit.now - timedelta(days=days))


def _period(days: str) -> int:
    return int(days) if days in {str(period) for period in PERIODS} else PERIODS[1]


def _row(figure: Figure, language: str) -> tuple[str, int, bool]:
    return _mark(figure, language), figure.count, figure.few


def _mark(figure: Figure, language: str) -> str:
    """An average with one digit, as the language writes it."""
    if figure.value is None:
        return ""
    told = f"{figure.value:.1f}"
    return told.replace(".", ",") if language == "ru" else told


DOORS = (
    Door(method="GET", path="/feedback", policy=REPORTS, handler=feedback_page),
    Door(method="GET", path="/feedback.csv", policy=OWNERS, handler=feedback_file),
)
