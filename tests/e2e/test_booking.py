"""Booking as clients do it, in the chat on the salon's page: the real product, its real book, a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser
from pytest_asyncio import fixture

from tests.e2e.booking_site import PHONE, BookingSite, Client, booking_site, client_at
from tests.servers.chromium import running_chromium

pytestmark = pytest.mark.asyncio(loop_scope="module")


@fixture(scope="module", loop_scope="module")
async def salon(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BookingSite]:
    """One salon for all of them: they book with different masters or on different days.

    Times named in advance are after the last visit of the demo's past, so that no change of it can take them.
    """
    folder: Path = tmp_path_factory.mktemp("booking")
    async with booking_site(folder) as site:
        yield site


@fixture(scope="module", loop_scope="module")
async def chromium(salon: BookingSite) -> AsyncIterator[Browser]:
    """One browser for all of them, in the loop that serves the salon; it leaves before the salon closes."""
    async with running_chromium() as browser:
        yield browser


async def test_a_known_client_books_in_six_taps_then_moves_and_cancels(chromium: Browser, salon: BookingSite) -> None:
    anna = await client_at(chromium, salon.anna)
    await anna.says("стрижка бороды к Тимуру 18 апреля в 12:00")
    await anna.hears("Вы согласны")
    await anna.picture("consent")
    await anna.taps_on("Согласна / согласен")
    await anna.hears("сб, 18 апреля, 12:00")
    await anna.taps_on("Да, записать")
    await anna.hears("Готово, записала вас!")

    anna.taps = 0
    await anna.says("меню")
    await anna.hears("Чем ещё помочь?")
    await anna.taps_on("Записаться")
    await anna.hears("На что вас записать?")
    await anna.picture("services")
    await anna.taps_on("Мужская стрижка")
    await anna.hears("К кому вас записать?")
    await anna.picture("masters")
    await anna.taps_on("Тимур Галиев, на Покровке")
    await anna.hears("Какой вам удобен?")
    await anna.picture("days")
    await anna.taps_on("Чт, 12 марта")
    await anna.hears("Во сколько вам удобно?")
    await anna.picture("times")
    time = (await anna.labels())[0]
    await anna.taps_on(time)
    await anna.hears("Записываю?")
    await anna.hears(f"чт, 12 марта, {time}")
    await anna.picture("summary")
    await anna.taps_on("Да, записать")
    await anna.hears("Готово, записала вас!")
    assert anna.taps <= 6
    await anna.picture("booked")
    assert b"METHOD:PUBLISH" in await anna.downloads("Добавить в календарь")

    await anna.taps_on("Перенести")
    await anna.hears("Какую запись перенести?")
    await anna.picture("move-which")
    await anna.taps_on(f"Чт, 12 марта, {time}")
    await anna.hears("Какой вам удобен?")
    await anna.taps_on("Пт, 13 марта")
    await anna.hears("Во сколько")
    later = (await anna.labels())[1]
    await anna.taps_on(later)
    await anna.hears("Прежнее время останется за вами")
    await anna.picture("move-summary")
    await anna.taps_on("Да, перенести")
    await anna.hears("Готово, перенесла!")
    await anna.picture("moved")

    await anna.says("мои записи")
    await anna.hears("Что-нибудь поменять?")
    await anna.picture("my-visits")
    await anna.taps_on("Отменить запись")
    await anna.hears("Какую запись отменить?")
    await anna.taps_on(f"Пт, 13 марта, {later}")
    await anna.hears("Точно отменить?")
    await anna.picture("cancel-sure")
    await anna.taps_on("Да, отменить")
    await anna.hears("Когда соберётесь снова")
    await anna.picture("cancelled")
    assert b"METHOD:CANCEL" in await anna.downloads("Убрать из календаря")
    await anna.says("мои записи")
    await anna.hears("У вас 2 записи:")
    await anna.is_well()


async def test_one_sentence_and_a_change_of_mind_on_a_phone(chromium: Browser, salon: BookingSite) -> None:
    vera = await client_at(chromium, salon.url, PHONE)
    await vera.says("хочу на маникюр 16 апреля в 16:30 к Ане")
    await vera.hears("Как вас зовут и по какому номеру")
    await vera.picture("phone-contact")
    await vera.says("Вера, 8 912 345-67-89")
    await vera.hears("Вы согласны")
    await vera.picture("phone-consent")
    await vera.taps_on("Согласна / согласен")
    await vera.hears("чт, 16 апреля, 16:30")
    await vera.hears("На имя: Вера")
    await vera.picture("phone-summary")
    await vera.says("давайте на час позже")
    await vera.hears("чт, 16 апреля, 17:30")
    await vera.says("нет, лучше к Маше")
    await vera.hears("Мастер: Мария Соколова")
    await vera.hears("чт, 16 апреля, 17:30")
    await vera.picture("phone-changed")
    await vera.taps_on("Да, записать")
    await vera.hears("Готово, записала вас!")
    await vera.picture("phone-booked")
    await vera.is_well()


async def test_a_time_lost_to_another_client(chromium: Browser, salon: BookingSite) -> None:
    slow, fast = await client_at(chromium, salon.url), await client_at(chromium, salon.url)
    await slow.says("мужская стрижка к Тимуру 15 апреля")
    await slow.hears("Во сколько")
    wanted = (await slow.labels())[2]

    await fast.says(f"мужская стрижка к Тимуру 15 апреля в {wanted}, я Олег, 8 912 000-11-22")
    await _agrees(fast)
    await fast.hears(f"ср, 15 апреля, {wanted}")

    await slow.taps_on(wanted)
    await slow.hears(f"На {wanted} занято")
    nearest = await slow.labels()
    assert len(nearest) == 3
    await slow.picture("lost")
    await slow.taps_on(nearest[0])
    await slow.says("Игорь 8 912 000-33-44")
    await _agrees(slow)
    await slow.hears("Мужская стрижка")
    await slow.hears("Мастер: Тимур Галиев")
    await slow.hears(nearest[0].removeprefix("С"))
    await slow.picture("lost-and-found")
    await slow.is_well()


async def _agrees(client: Client) -> None:
    await client.hears("Вы согласны")
    await client.taps_on("Согласна / согласен")
    await client.hears("Записываю?")
