"""The day's bookings, requests that get a time, and who sees what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2

from booking.orders import RequestVisit
from booking.visit import VisitStatus
from handoff.roles import Role
from tests.console.salon import Browser, Salon

DAY = "2026-03-03"
TEN = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)


def call(browser: Browser, path: str, **body: object) -> httpx2.Response:
    return browser.client.post(f"/console/api{path}", json=body, headers=browser.headers())


async def test_a_day_shows_every_master_with_her_visits(salon: Salon, browser: Browser) -> None:
    salon.book.book.put(("manicure", "maria"), start=TEN, name="Ирина Рябова", phone="+79005550001", conversation=5)
    await salon.hire(Role.MANAGER)
    browser.log_in("manager")
    page = browser.open(f"/bookings?day={DAY}")
    for words in (
        "вторник, 3 марта",
        "Мария Соколова",
        "10:00",
        "11:00",
        "Маникюр без покрытия",
        "Ирина Рябова",
        "chat5",
    ):
        assert words in page
    assert "9005550001" not in page
    assert "Пока никто не записан." in page
    assert "Ирина" not in browser.open("/bookings?day=2026-03-04")
    assert "Записи" in browser.open("/bookings?day=%3Cscript%3E")


async def test_a_request_gets_a_time_and_the_client_hears_of_it(salon: Salon, browser: Browser) -> None:
    order = RequestVisit(uid="r1", branch="centre", services=("manicure",), wish="в субботу", staff="maria", name="Ира")
    asked = salon.book.book.do(order, 7, TEN)
    assert asked is not None
    await salon.hire(Role.MANAGER)
    browser.log_in("manager")
    page = browser.open("/bookings")
    assert "1 заявка ждёт времени" in page
    assert "«в субботу»" in page
    path = f"/visits/{asked.id}/place"
    when = (salon.clock.now() + timedelta(days=3)).date().isoformat()
    taken = call(browser, path, staff="maria", day="2020-01-01", time="12:00")
    assert taken.status_code == 422
    done = call(browser, path, staff="maria", day=when, time="12:00")
    assert done.json()["next"] == f"/console/bookings?day={when}"
    assert salon.book.book.rows[asked.id].status is VisitStatus.CONFIRMED
    ((told, what, words),) = salon.book.told
    assert (told, what) == (asked.id, "accepted")
    assert words.startswith("Маникюр без покрытия, Мария Соколова, ")
    assert words.endswith("12:00")
    assert call(browser, path, staff="maria", day=when, time="12:00").status_code == 409


async def test_a_visit_is_marked_and_cancelled(salon: Salon, browser: Browser) -> None:
    visit = salon.book.book.put(("manicure", "maria"), start=TEN, name="Ира", conversation=5)
    await salon.hire(Role.MANAGER)
    browser.log_in("manager")
    assert call(browser, f"/visits/{visit.id}/no-show").status_code == 200
    assert salon.book.book.rows[visit.id].status is VisitStatus.NO_SHOW
    assert call(browser, f"/visits/{visit.id}/arrived").status_code == 200
    other = salon.book.book.put(("manicure", "maria"), start=TEN + timedelta(days=1), conversation=5)
    assert call(browser, f"/visits/{other.id}/cancel").status_code == 200
    assert [each[:2] for each in salon.book.told] == [(other.id, "cancelled")]
    assert call(browser, f"/visits/{other.id}/cancel").status_code == 409
    assert call(browser, "/visits/4711/arrived").status_code == 409


async def test_a_master_sees_her_own_day_and_nobody_elses(salon: Salon, browser: Browser) -> None:
    salon.book.book.put(("manicure", "maria"), start=TEN, name="Ирина")
    salon.book.book.put(("haircut_women", "anna"), start=TEN, name="Галина")
    await salon.hire(Role.MASTER, name="Мария Соколова", login="maria")
    browser.log_in("maria")
    page = browser.open(f"/today?day={DAY}")
    assert "Ирина" in page
    assert "Галина" not in page
    assert browser.client.get("/console/bookings").status_code == 403


async def test_a_master_whose_name_is_unknown_is_told_what_to_do(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.MASTER, name="Кто-то", login="somebody")
    browser.log_in("somebody")
    assert "Попросите владельца" in browser.open("/today")
