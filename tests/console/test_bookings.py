"""The day's bookings, requests that get a time, and who sees what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2

from booking.orders import MarkVisit, RequestVisit
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


async def test_the_card_shows_the_clients_own_visits(salon: Salon, browser: Browser) -> None:
    now = salon.clock.now()
    number = await salon.desk.open("conv-1", now, name="Ира")
    other = await salon.desk.open("conv-2", now, name="Гость")
    await salon.desk.hand_over(number, now, label="human", priority=3, reason="asked")
    await salon.desk.hand_over(other, now, label="human", priority=3, reason="asked")
    book = salon.book.book
    book.put(("manicure", "maria"), start=now + timedelta(days=9), conversation=number)
    book.put(("manicure", "maria"), start=now + timedelta(minutes=10), conversation=number)
    last = book.put(("manicure", "maria"), start=now - timedelta(days=400), conversation=number)
    book.do(MarkVisit(visit=last.id, status="no_show"), None, now)
    await salon.hire(Role.MANAGER)
    browser.log_in("manager")
    told = browser.client.get("/console/api/conversations/conv-1").json()["visits"]
    assert (told["coming"], told["past"]) == (2, 1)
    soon = now.astimezone(salon.book.salon().zone) + timedelta(minutes=10)
    assert told["next"]["today"] is True
    assert (told["next"]["day"], told["next"]["time"]) == (soon.date().isoformat(), soon.strftime("%H:%M"))
    assert (told["next"]["what"], told["next"]["who"]) == ("Маникюр без покрытия", "Мария Соколова")
    assert told["next"]["sum"].endswith("₽")
    assert (told["last"]["status"], told["last"]["today"]) == ("no_show", False)
    assert told["last"]["named"].split()[-1] == str((now - timedelta(days=400)).year)
    assert browser.client.get("/console/api/conversations/conv-1/page").json()["visits"] == told
    assert browser.client.get("/console/api/conversations/conv-2").json()["visits"] == {
        "next": None,
        "last": None,
        "coming": 0,
        "past": 0,
    }


async def test_a_request_is_shown_with_its_wish_and_without_phones(salon: Salon, browser: Browser) -> None:
    now = salon.clock.now()
    number = await salon.desk.open("conv-1", now, name="Ира")
    await salon.desk.hand_over(number, now, label="human", priority=3, reason="asked")
    order = RequestVisit(
        uid="r1", branch="centre", services=("manicure",), wish="в субботу, 89161231234", staff="", name="Ира"
    )
    salon.book.book.do(order, number, now)
    await salon.hire(Role.MANAGER)
    browser.log_in("manager")
    told = browser.client.get("/console/api/conversations/conv-1").json()["visits"]["next"]
    assert (told["status"], told["day"], told["today"]) == ("requested", "", False)
    assert told["wish"].startswith("в субботу, ")
    assert "1231234" not in told["wish"]
