"""The studio in a browser, as an administrator alone at night uses it: every click is counted, the bot answers anew."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.booking_site import DESKTOP, PATIENCE, PHONE, BookingSite, Client, booking_site, client_at
from tests.e2e.chat_site import screenshots
from tests.e2e.console_site import OWNERS_PASSWORD, owner_comes_in
from tests.e2e.test_console import accessible, watch

QUESTION = "куда поставить самокат"
COUNT_CLICKS = """
addEventListener('click', (event) => event.isTrusted && event.detail && sessionStorage.setItem(
  'clicks', Number(sessionStorage.getItem('clicks') || 0) + 1), true)
"""


class Hand:
    """Somebody before the console; ``clicks`` are those that the browser itself has seen."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []

    async def clicks(self) -> int:
        """How often a button of the mouse went down in this tab."""
        return int(await self.page.evaluate("Number(sessionStorage.getItem('clicks') || 0)"))

    async def write(self, field: str, words: str) -> None:
        """Click into a field and type at its end."""
        await self.page.get_by_label(field, exact=True).click()
        await self.page.keyboard.press("Control+End")
        await self.page.keyboard.insert_text(words)

    async def reads(self, words: str) -> None:
        """Wait for the words in the preview."""
        await expect(self.page.locator(".phone__log")).to_contain_text(words, timeout=PATIENCE)

    async def publishes(self) -> None:
        """By the button, and wait until it is so."""
        await self.page.get_by_role("button", name="Опубликовать", exact=True).click()
        await expect(self.page.get_by_text("Опубликовано. Бот отвечает так")).to_be_visible(timeout=PATIENCE)

    async def looks(self, name: str, *, deeply: bool = True) -> None:
        """A screenshot; nothing sticks out, and looked at ``deeply``, nobody is shut out."""
        await self.page.screenshot(path=screenshots() / f"studio-{name}.png", animations="disabled")
        assert await self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        if deeply:
            await accessible(self.page)


async def tries(page: Page, question: str, verdict: str) -> None:
    """Type a question letter by letter into «Что ответит бот?» and wait for the verdict."""
    box = page.get_by_label("Что ответит бот?")
    await box.fill("")
    await box.press_sequentially(question)
    await expect(page.locator(".trial__verdict")).to_have_text(verdict, timeout=PATIENCE)


async def hand_at(browser: Browser, site: BookingSite) -> Hand:
    """The owner, in the console for the first time."""
    context = await browser.new_context(locale="ru-RU", timezone_id="Europe/Moscow", viewport=DESKTOP)
    page = await context.new_page()
    await page.add_init_script(COUNT_CLICKS)
    hand = Hand(page, f"{site.url}/console")
    watch(page, hand.complaints)
    await owner_comes_in(page, site.owner)
    return hand


async def test_the_studio_of_answers(browser: Browser, tmp_path: Path) -> None:
    async with booking_site(tmp_path) as site:
        hand = await hand_at(browser, site)
        guest = await client_at(browser, site.url, PHONE)
        await an_answer_is_published_counts_at_once_and_is_taken_back(hand, guest)
        await what_was_missed_becomes_an_answer(hand, guest)
        await nothing_typed_is_lost_and_nobody_is_overwritten(hand)
        await what_is_typed_while_it_is_published_stays(hand)
        await what_collides_is_shown_before_it_is_published(hand)
        await hand.page.set_viewport_size(PHONE)
        for name in ("answers", "answers/price_manicure", "answers/parking/history"):
            await hand.page.goto(f"{hand.url}/{name}")
            await hand.looks(f"phone-{name.replace('/', '-')}", deeply=name != "answers")
        assert hand.complaints == []
        await guest.is_well()


async def an_answer_is_published_counts_at_once_and_is_taken_back(hand: Hand, guest: Client) -> None:
    page = hand.page
    await guest.says(QUESTION)
    await expect(guest.last).not_to_contain_text("под навесом", timeout=PATIENCE)
    before = await hand.clicks()
    await page.get_by_role("link", name="Ответы", exact=True).click()
    await hand.looks("list")
    await page.get_by_role("link", name="Новый ответ").click()
    await hand.write("Вопрос", "Самокат")
    await hand.write("Как об этом спрашивают", f"{QUESTION}\nможно ли оставить самокат\nместо для самоката")
    await hand.write("Ответ", "У входа под навесом.")
    await hand.reads("У входа под навесом.")
    spent = await hand.clicks() - before
    await tries(page, "а куда самокат поставить?", "Даст ответ «Самокат»")
    await tries(page, "всё ужасно, мне сожгли волосы", "Позовёт человека")
    await hand.looks("trial")
    before = await hand.clicks()
    await hand.publishes()
    assert spent + await hand.clicks() - before <= 8
    await hand.looks("published", deeply=False)

    await guest.says(QUESTION)
    await guest.hears("У входа под навесом.")
    await page.get_by_role("link", name="Ответы", exact=True).last.click()
    row = page.locator("tr").filter(has_text="Самокат")
    await expect(row.locator(".told__num")).to_have_text("1")

    await row.get_by_role("link").click()
    await page.get_by_role("textbox", name="Ответ", exact=True).fill("")
    await page.get_by_role("button", name="Вставить цену, часы, адрес…").first.click()
    await page.keyboard.insert_text("телефон покровк")
    await page.keyboard.press("Enter")
    await hand.reads("+7 831")
    await hand.publishes()
    await guest.says(QUESTION)
    await guest.hears("+7 831")
    before = await hand.clicks()
    await page.get_by_role("button", name="Отменить", exact=True).click()
    await hand.reads("У входа под навесом.")
    assert await hand.clicks() - before == 1
    await guest.says(QUESTION)
    await guest.hears("У входа под навесом.")

    await page.get_by_role("link", name="История").click()
    await expect(page.locator("ins").first).to_contain_text("навесом")
    await hand.looks("history", deeply=False)


async def what_was_missed_becomes_an_answer(hand: Hand, guest: Client) -> None:
    page = hand.page
    await guest.says("дадите зонт напрокат?")
    await expect(guest.last).not_to_contain_text("под навесом", timeout=PATIENCE)
    await page.goto(f"{hand.url}/answers")
    before = await hand.clicks()
    await page.get_by_role("link", name="Без ответа").click()
    await expect(page.locator(".missed")).to_contain_text("дадите зонт напрокат?")
    await hand.looks("missed")
    await page.get_by_role("link", name="Сделать ответ").click()
    await expect(page.get_by_role("textbox", name="Вопрос", exact=True)).to_have_value("Дадите зонт напрокат")
    await expect(page.get_by_role("textbox", name="Как об этом спрашивают")).to_have_value("дадите зонт напрокат?")
    await hand.write("Ответ", "Дадим, спросите у стойки.")
    await hand.reads("Дадим, спросите у стойки.")
    await hand.publishes()
    assert await hand.clicks() - before <= 8
    await guest.says("зонт напрокат дадите?")
    await guest.hears("Дадим, спросите у стойки.")
    await page.goto(f"{hand.url}/answers/missed")
    await expect(page.get_by_role("region", name="Теперь бот ответит")).to_contain_text("дадите зонт напрокат?")
    await expect(page.get_by_role("link", name="Сделать ответ")).to_have_count(0)


async def nothing_typed_is_lost_and_nobody_is_overwritten(hand: Hand) -> None:
    page, context = hand.page, hand.page.context
    await page.goto(f"{hand.url}/answers/parking")
    text = page.get_by_role("textbox", name="Ответ", exact=True)
    await text.fill("Во дворе, {adress}.")
    await expect(page.get_by_text("Данных {adress} нет. Может быть, {address}?")).to_be_visible(timeout=PATIENCE)
    await page.get_by_role("button", name="Опубликовать", exact=True).click()
    await expect(page.get_by_role("alert").filter(has_text="посмотрите на отмеченные поля")).to_be_visible()
    await expect(text).to_be_focused()
    await hand.looks("refused", deeply=False)

    await text.fill("Во дворе, первые два часа бесплатно.")
    await context.clear_cookies()
    await page.get_by_role("button", name="Опубликовать", exact=True).click()
    await page.wait_for_url("**/login?**")
    await page.fill("#f-login", "vera")
    await page.fill("#f-password", OWNERS_PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/answers/parking")
    await expect(text).to_have_value("Во дворе, первые два часа бесплатно.")
    await expect(page.get_by_text("Здесь то, что вы ещё не опубликовали.")).to_be_visible()

    other = await context.new_page()
    await other.add_init_script("localStorage.clear()")
    await other.goto(f"{hand.url}/answers/parking")
    second = Hand(other, hand.url)
    await other.get_by_role("textbox", name="Ответ", exact=True).fill("Только на улице.")
    await second.publishes()
    await text.fill("Во дворе бесплатно.")
    await page.get_by_role("button", name="Опубликовать", exact=True).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Только на улице.")
    await expect(dialog).to_contain_text("Во дворе бесплатно.")
    await hand.looks("overtaken")
    await dialog.get_by_role("button", name="Писать дальше").click()
    await expect(text).to_have_value("Во дворе бесплатно.")
    await page.get_by_role("button", name="Опубликовать", exact=True).click()
    await dialog.get_by_role("button", name="Опубликовать мою").click()
    await expect(page.get_by_text("Опубликовано. Бот отвечает так")).to_be_visible(timeout=PATIENCE)
    await other.reload()
    await expect(other.get_by_role("textbox", name="Ответ", exact=True)).to_have_value("Во дворе бесплатно.")


async def what_is_typed_while_it_is_published_stays(hand: Hand) -> None:
    page = hand.page
    text = page.get_by_role("textbox", name="Ответ", exact=True)

    async def slow(route: Route) -> None:
        await text.fill("Во дворе, за шлагбаумом.")
        await route.continue_()

    await page.goto(f"{hand.url}/answers/parking")
    await page.route("**/api/answers/parking", slow)
    await text.fill("Во дворе, у ворот.")
    await hand.publishes()
    await expect(text).to_be_focused()
    await page.unroute("**/api/answers/parking")
    await page.reload()
    await expect(text).to_have_value("Во дворе, за шлагбаумом.")
    await expect(page.get_by_text("Здесь то, что вы ещё не опубликовали.")).to_be_visible()
    await hand.publishes()
    await page.reload()
    await expect(text).to_have_value("Во дворе, за шлагбаумом.")


async def what_collides_is_shown_before_it_is_published(hand: Hand) -> None:
    page, dialog = hand.page, hand.page.get_by_role("dialog")
    await page.goto(f"{hand.url}/answers/new")
    await hand.write("Вопрос", "Стоянка")
    await hand.write("Как об этом спрашивают", "есть где машину оставить")
    await hand.write("Ответ", "Рядом.")
    await page.get_by_role("button", name="Опубликовать", exact=True).click()
    await expect(dialog).to_contain_text("«есть где машину поставить»")
    await hand.looks("clash", deeply=False)
    await dialog.get_by_role("button", name="Вернуться и поправить").click()
    await page.get_by_role("textbox", name="Как об этом спрашивают").fill("куда повесить пальто")
    await page.get_by_role("textbox", name="Вопрос", exact=True).fill("Пальто")
    await hand.publishes()
