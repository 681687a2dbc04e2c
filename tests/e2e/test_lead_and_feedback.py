"""A lead from the site's chat, and what clients say after a visit: the real product, its clock moved by a restart."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.e2e.booking_site import PATIENCE, PHONE, TUESDAY_NOON, Client, booking_site, client_at
from tests.e2e.chat_site import screenshots
from tests.e2e.console_site import OWNERS_PASSWORD, owner_comes_in

THURSDAY_NOON = TUESDAY_NOON + timedelta(days=2)


async def test_a_price_becomes_a_lead_and_a_visit_is_asked_about(browser: Browser, tmp_path: Path) -> None:
    async with booking_site(tmp_path) as site:
        port = int(site.url.rpartition(":")[2])
        guest, owner = await client_at(browser, site.url, PHONE), await owner_at(browser, site.owner)
        await asks_and_leaves_a_lead(guest)
        await sees_the_lead(owner, site.url)
        sad, glad = await client_at(browser, site.url, PHONE), await client_at(browser, site.url, PHONE)
        await books(sad, "мужская стрижка к Тимуру завтра, я Олег, 8 912 000-11-22")
        await books(glad, "мужская стрижка к Тимуру завтра, я Игорь, 8 912 000-11-33")

    async with booking_site(tmp_path, THURSDAY_NOON, port) as site:
        await sad.hears("Здравствуйте, Олег!")
        await sad.picture("feedback-asked")
        await sad.taps_on("2")
        await told(sad, "Этим займётся администратор лично.")
        await told(sad, "2gis")
        await sad.picture("feedback-bad")
        await glad.hears("Как вам стрижка?")
        await glad.taps_on("5")
        await told(glad, "рассказать о нас другим")
        await told(glad, "2gis")
        await glad.picture("feedback-good")

        await log_in(owner, f"{site.url}/console/inbox")
        await expect(owner.get_by_text("Олег").first).to_be_visible(timeout=PATIENCE)
        await expect(owner.get_by_text("Клиент расстроен").first).to_be_visible()
        await expect(owner.get_by_text("Игорь")).to_have_count(0)
        await look(owner, "feedback-queue")


async def asks_and_leaves_a_lead(guest: Client) -> None:
    """A price, then three questions answered by buttons, by words and with a doubt; a name and a phone."""
    await guest.says("скока стоит аиртач?")
    await guest.hears("Сложное окрашивание")
    await guest.says("хочу из чёрного в блонд, помогите подобрать цвет")
    await guest.hears("Какие у вас сейчас волосы?")
    await guest.taps_on("Окрашены в чёрный")
    await guest.hears("А чего хочется?")
    await guest.says("а зачем?")
    await guest.hears("Так чего хочется?")
    await guest.taps_on("Стать светлее")
    await guest.hears("Когда хотели бы прийти?")
    await guest.taps_on("Поскорее")
    await guest.hears("Как вас зовут и по какому номеру")
    await guest.picture("lead-contact")
    await guest.says("Ольга, 8 912 345-67-89")
    await told(guest, "Всё записала!")
    await guest.picture("lead-taken")
    await guest.is_well()


async def sees_the_lead(owner: Page, url: str) -> None:
    """The lead is among the news with what was told, and leads to the conversation."""
    await owner.goto(f"{url}/console/news")
    line = owner.locator(".news__line").filter(has_text="Ольга").first
    await expect(line).to_contain_text("Стать светлее", timeout=PATIENCE)
    await look(owner, "lead-news")
    await line.click()
    await expect(owner.get_by_text("хочу из чёрного в блонд").last).to_be_visible(timeout=PATIENCE)
    await look(owner, "lead-chat")


async def books(client: Client, wish: str) -> None:
    """Book by a sentence the first time that is offered."""
    await client.says(wish)
    await client.hears("Во сколько вам удобно?")
    await client.taps_on((await client.labels())[0])
    await client.hears("Вы согласны")
    await client.taps_on("Согласна / согласен")
    await client.hears("Записываю?")
    await client.taps_on("Да, записать")
    await client.hears("Готово, записала вас!")


async def told(client: Client, words: str) -> None:
    """Wait until the newest line of all, whoever says it, has these words."""
    await expect(client.page.locator(".log .line:not(.typing) p").last).to_contain_text(words, timeout=PATIENCE)


async def owner_at(browser: Browser, link: str) -> Page:
    """The owner, on a phone, for the first time."""
    page = await (await browser.new_context(locale="ru-RU", timezone_id="Europe/Moscow", viewport=PHONE)).new_page()
    await owner_comes_in(page, link)
    return page


async def log_in(owner: Page, address: str) -> None:
    """Two days later the session is over."""
    await owner.goto(address)
    await owner.fill("#f-login", "vera")
    await owner.fill("#f-password", OWNERS_PASSWORD)
    await owner.keyboard.press("Enter")
    await owner.wait_for_url("**/console/inbox**")


async def look(page: Page, name: str) -> None:
    """A screenshot of a console page; nothing sticks out of a phone."""
    await page.screenshot(path=screenshots() / f"care-{name}.png", animations="disabled")
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
