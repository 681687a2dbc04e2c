"""The console in a real browser: coming in, the queue, answering, returning, being cut off, small screens."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Response, Route, expect

from handoff.roles import Role
from tests.console.salon import Salon
from tests.e2e.console_site import RealClock, Site, log_in, picture, running_site
from tests.e2e.morning import fill_morning

EXPECTED = ("ERR_CONNECTION_REFUSED", "WebSocket connection", "status of 4", "status of 503")
"""What a browser says of refused calls and a cut line; a missing file is looked for below."""
SERIOUS = {"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A salon with a morning's conversations; Vera owns it, Inna is at the desk, Elena is a master."""
    salon = Salon(clock=RealClock())
    vera = await salon.hire(Role.OWNER, "Вера", "vera")
    await salon.hire(Role.MANAGER, "Инна Сомова", "inna")
    await salon.hire(Role.MASTER, "Елена", "elena")
    numbers = await fill_morning(salon)
    await salon.desk.claim(numbers["darya"], vera.id, 0, salon.clock.now())
    async with running_site(salon) as running:
        yield running


@pytest.fixture
async def page(page: Page) -> AsyncIterator[Page]:
    """A page on which everything that the browser complains about fails the test."""
    complaints: list[str] = []
    watch(page, complaints)
    yield page
    assert not complaints, complaints


def watch(page: Page, complaints: list[str]) -> None:
    """Note errors in the console (a broken policy is one) and dialogs."""

    def heard(message: Any) -> None:
        if message.type in ("error", "warning") and not any(sign in message.text for sign in EXPECTED):
            complaints.append(message.text)

    def answered(response: Response) -> None:
        if response.status == 404:
            complaints.append(response.url)

    page.on("console", heard)
    page.on("response", answered)
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))


async def accessible(page: Page) -> None:
    """No violation that axe knows of."""
    found = await Axe().run(page, options={"runOnly": {"type": "tag", "values": sorted(SERIOUS)}})
    assert found.violations_count == 0, found.generate_report()


async def test_the_owner_comes_in_by_the_link_of_the_first_start(page: Page) -> None:
    salon = Salon(clock=RealClock())
    path = await salon.owner_path()
    async with running_site(salon) as site:
        await page.goto(f"{site.base}{path}")
        await accessible(page)
        await page.fill("#f-name", "Вера Орлова")
        await page.fill("#f-login", "vera")
        await page.fill("#f-password", "1234567890")
        await picture(page, "welcome")
        await page.click("button[type=submit]")
        await expect(page.locator("#f-password-fault")).to_contain_text("подберут одним из первых")
        await page.fill("#f-password", "рыжий кот спит до обеда")
        await page.click("button[type=submit]")
        await page.wait_for_url(f"{site.base}/inbox")
        await expect(page.locator("#state-text")).to_have_text("в сети")
        await expect(page.locator("#list")).to_contain_text("Никто не ждёт")
        await picture(page, "empty")
        await page.goto(f"{site.base}{path}")
        await expect(page.locator("h1")).to_have_text("Ссылка не работает")


async def test_the_queue_shows_who_needs_a_person_most(page: Page, site: Site) -> None:
    await log_in(page, site, "inna")
    names = page.locator(".talk__name")
    await expect(names).to_have_text(["Ольга Петренко", "Мария Котова", "Гость № 3", "Ирина Белова"])
    await expect(page.locator("#tab-waiting")).to_contain_text("4")
    assert (await page.title()).startswith("(4) ")
    await page.click("text=Ольга Петренко")
    await expect(page.locator(".strip")).to_contain_text("Претензия")
    await expect(page.locator(".strip")).to_contain_text("верните деньги")
    await expect(page.locator(".strip")).to_contain_text("обещали ответить")
    await expect(page.locator("mark")).to_have_text(["Всё плохо", "Верните деньги", "обидно"])
    await expect(page.locator("#card")).to_contain_text("+7 9•• •••-12-34")
    assert "9161231234" not in await page.content()
    await page.wait_for_url("**/inbox/conv-olga")
    await accessible(page)
    await picture(page, "waiting")


async def test_take_answer_and_return_by_keys_on_a_russian_layout(page: Page, site: Site) -> None:
    await log_in(page, site, "inna")
    await expect(page.locator("#state-text")).to_have_text("в сети")
    await russian_key(page, "KeyJ", "о")
    await expect(page.locator(".chat__name")).to_have_text("Ольга Петренко")
    await russian_key(page, "KeyJ", "о")
    await expect(page.locator(".chat__name")).to_have_text("Мария Котова")
    await russian_key(page, "KeyK", "л")
    await expect(page.locator(".chat__name")).to_have_text("Ольга Петренко")
    await expect(page.locator(".line")).to_have_count(5)
    await russian_key(page, "KeyC", "с")
    await expect(page.locator("#reply-text")).to_be_focused()
    await expect(page.locator("#tab-mine")).to_have_attribute("aria-selected", "true")
    await expect(page.locator("#tab-mine")).to_contain_text("1")
    await page.keyboard.type("Ольга, мне очень жаль!")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("Исправим бесплатно, когда вам удобно?")
    await page.keyboard.press("Enter")
    mine = page.locator(".line--manager")
    await expect(mine).to_have_count(1)
    await expect(mine).to_contain_text("Исправим бесплатно")
    await expect(mine).to_contain_text("Инна Сомова")
    await expect(page.locator("#reply-text")).to_have_value("")
    await picture(page, "answered")
    await page.keyboard.press("Escape")
    await russian_key(page, "KeyB", "и")
    await expect(page.locator("dialog")).to_contain_text("С чего ему продолжить?")
    await accessible(page)
    await picture(page, "return")
    await page.keyboard.press("2")
    await expect(page.locator(".chat__sub")).to_contain_text("ведёт бот")
    assert site.salon.desk.returned == [("conv-olga", "menu")]


async def test_what_others_do_is_seen_at_once_and_who_was_first_is_named(
    page: Page, browser: Browser, site: Site
) -> None:
    await log_in(page, site, "vera")
    await page.click("text=Мария Котова")
    other = await (await browser.new_context(locale="ru-RU")).new_page()
    await log_in(other, site, "inna")
    await other.click("text=Мария Котова")
    await expect(other.locator(".line")).to_have_count(2)
    await expect(page.locator(".line")).to_have_count(2)

    await other.click(".held .button")
    await expect(other.locator("#reply-text")).to_be_focused()
    await expect(page.locator(".chat__sub")).to_contain_text("ведёт Инна")
    await expect(page.locator(".held__text")).to_contain_text("Этот диалог ведёт Инна Сомова.")
    await expect(page.locator("#tab-waiting")).to_contain_text("3")

    await other.fill("#reply-text", "Мария, здравствуйте!")
    await other.keyboard.press("Enter")
    await expect(page.locator(".line--manager")).to_contain_text("Мария, здравствуйте!")
    await site.salon.desk.say(number_of(site, "conv-maria"), "client", "ура, человек!", site.salon.clock.now())
    for screen in (page, other):
        await expect(screen.locator(".line").last).to_contain_text("ура, человек!")


async def test_of_two_who_take_at_once_one_is_told(page: Page, site: Site) -> None:
    await log_in(page, site, "inna")
    await page.click("text=Мария Котова")
    await expect(page.locator(".line")).to_have_count(2)
    vera = await site.salon.accounts.by_login("vera")
    assert vera

    async def vera_is_faster(route: Route) -> None:
        site.salon.bus.deaf = True
        await site.salon.desk.claim(number_of(site, "conv-maria"), vera.id, 1, site.salon.clock.now())
        await route.continue_()

    await page.route("**/conv-maria/claim", vera_is_faster)
    await page.click(".held .button")
    await expect(page.locator(".toast")).to_have_text("Этот диалог уже ведёт Вера.")
    await expect(page.locator(".chat__sub")).to_contain_text("ведёт Вера")


async def test_a_cut_line_is_said_and_everything_missed_is_caught_up(page: Page, site: Site) -> None:
    await log_in(page, site, "vera")
    await page.click("#tab-mine")
    await page.click("text=Дарья Лис")
    await expect(page.locator("#reply-text")).to_be_visible()
    await expect(page.locator("#state-text")).to_have_text("в сети")

    await site.stop()
    await expect(page.locator("#state-text")).to_have_text("нет связи")
    await expect(page.locator("#offline")).to_contain_text("ответы уйдут, как только связь вернётся")
    await page.fill("#reply-text", "Записала вас на 14:30")
    await page.keyboard.press("Enter")
    await expect(page.locator(".line--failed")).to_contain_text("Нет связи")
    await page.fill("#reply-text", "и буду ждать")
    await picture(page, "offline")
    now = site.salon.clock.now()
    await site.salon.desk.say(number_of(site, "conv-darya"), "client", "вы здесь?", now)
    new = await site.salon.desk.open("conv-new", now, name="Новая Клиентка")
    await site.salon.desk.say(new, "client", "человека!", now)
    await site.salon.desk.hand_over(new, now, label="human", priority=3, reason="asked", waiting_since=now)

    await site.start()
    await expect(page.locator("#state-text")).to_have_text("в сети", timeout=20000)
    await expect(page.locator(".lines")).to_contain_text("вы здесь?")
    await expect(page.locator(".line--manager").last).to_contain_text("Вера ·")
    await expect(page.locator(".line--failed")).to_have_count(0)
    await expect(page.locator("#tab-waiting")).to_contain_text("5")
    await expect(page.locator("#reply-text")).to_have_value("и буду ждать")
    said = await site.salon.desk.after(number_of(site, "conv-darya"), 0, 100)
    assert [line.text for line in said if line.author == "manager"][1:] == ["Записала вас на 14:30"]


async def test_a_refused_reply_is_red_with_its_reason_and_goes_out_on_retry(page: Page, site: Site) -> None:
    await log_in(page, site, "vera")
    await page.goto(f"{site.base}/inbox/conv-darya")
    site.salon.desk.busy = True
    await page.fill("#reply-text", "Ждём вас!")
    await page.keyboard.press("Enter")
    await expect(page.locator(".line--failed")).to_contain_text("Сервер сейчас не может сохранить")
    await picture(page, "failed")
    await page.reload()
    await expect(page.locator(".line--failed")).to_contain_text("Ждём вас!")
    site.salon.desk.busy = False
    await page.click(".line--failed .link")
    await expect(page.locator(".line--manager").last).to_contain_text("Вера ·")
    await expect(page.locator(".line--failed")).to_have_count(0)
    said = await site.salon.desk.after(number_of(site, "conv-darya"), 0, 100)
    assert [line.text for line in said].count("Ждём вас!") == 1


async def test_drafts_are_kept_by_conversation_and_forgotten_at_log_out(page: Page, site: Site) -> None:
    await log_in(page, site, "vera")
    await page.goto(f"{site.base}/inbox/conv-darya")
    await page.fill("#reply-text", "Дарья, минутку")
    await page.reload()
    await expect(page.locator("#reply-text")).to_have_value("Дарья, минутку")
    await page.goto(f"{site.base}/inbox")
    await page.click("#tab-mine")
    await expect(page.locator(".talk__text")).to_have_text("Черновик: Дарья, минутку")
    await page.click("[data-log-out]")
    await page.wait_for_url("**/login")
    assert await page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('zabota'))") == []


async def test_whoever_is_shut_out_is_out_within_a_second(page: Page, browser: Browser, site: Site) -> None:
    await log_in(page, site, "vera")
    inna = await (await browser.new_context(locale="ru-RU")).new_page()
    await log_in(inna, site, "inna")
    await expect(inna.locator("#state-text")).to_have_text("в сети")
    await page.goto(f"{site.base}/people")
    await accessible(page)
    await picture(page, "people")
    row = page.locator(".row", has_text="Инна Сомова")
    await row.get_by_role("button", name="Закрыть доступ").click()
    await expect(page.locator("dialog")).to_contain_text("Инна Сомова сразу выйдет на всех устройствах.")
    async with page.expect_response("**/disable"):
        await page.locator("dialog").get_by_role("button", name="Закрыть доступ").click()
    await inna.wait_for_url("**/login**", timeout=1500)


async def test_the_whole_desk_fits_a_phone(browser: Browser, site: Site) -> None:
    context = await browser.new_context(
        locale="ru-RU", viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page = await context.new_page()
    complaints: list[str] = []
    watch(page, complaints)
    await log_in(page, site, "inna")
    await expect(page.locator(".talk")).to_have_count(4)
    await fits(page)
    await accessible(page)
    await picture(page, "phone-list")
    await page.tap("text=Ольга Петренко")
    await expect(page.locator(".side")).to_be_hidden()
    await expect(page.locator(".line")).to_have_count(5)
    await fits(page)
    await picture(page, "phone-chat")
    await page.tap(".held .button")
    await page.fill("#reply-text", "Ольга, мне очень жаль! " * 12)
    await fits(page)
    await page.tap(".reply__send")
    await expect(page.locator(".line--manager")).to_contain_text("Инна Сомова")
    await page.tap(".chat__info")
    await expect(page.locator("#card")).to_contain_text("со слов клиента")
    await picture(page, "phone-card")
    await page.tap(".card__close")
    await accessible(page)
    await page.go_back()
    await expect(page.locator(".side")).to_be_visible()
    await page.tap("#tab-bot")
    await expect(page.locator(".talk__name").last).to_contain_text("Константинопольская")
    await fits(page)
    await page.tap("[data-rail-more]")
    await expect(page.locator("#rail-rest")).to_contain_text("Профиль")
    await accessible(page)
    await picture(page, "phone-more")
    await page.keyboard.press("Escape")
    await expect(page.locator("#rail-rest")).to_be_hidden()
    await page.tap("[data-rail-more]")
    await page.tap("#rail-rest a >> text=Профиль")
    await page.wait_for_url("**/account")
    await fits(page)
    await page.goto(f"{site.base}/news")
    await fits(page)
    assert not complaints


async def fits(page: Page) -> None:
    """Nothing sticks out on the right and nothing but the inner columns scrolls."""
    width, height = await page.evaluate("[document.documentElement.scrollWidth, document.body.scrollHeight]")
    assert width == 375
    assert height <= 740


async def test_at_night_in_english(browser: Browser, site: Site) -> None:
    context = await browser.new_context(color_scheme="dark", viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    complaints: list[str] = []
    watch(page, complaints)
    await page.goto(f"{site.base}/login")
    await page.click("[data-language]")
    await expect(page.locator("h1")).to_have_text("Good to see you")
    await log_in(page, site, "vera")
    await page.click("text=Ольга Петренко")
    await expect(page.locator(".strip")).to_contain_text("answer promised")
    await expect(page.locator("#tab-waiting")).to_contain_text("Waiting")
    await accessible(page)
    await picture(page, "dark-english")
    await page.click("[data-theme-switch]")
    await page.reload()
    assert await page.evaluate("document.documentElement.dataset.theme") == "light"
    assert not complaints


async def test_whats_new_is_counted_shown_and_then_seen(page: Page, site: Site) -> None:
    await log_in(page, site, "inna")
    await expect(page.locator("[data-badge=news]")).to_have_text("3")
    await site.salon.desk.tell(
        "quarantine", number_of(site, "conv-anna"), {"reason": "payload"}, site.salon.clock.now()
    )
    await expect(page.locator("[data-badge=news]")).to_have_text("4")
    async with page.expect_response("**/api/news/seen"):
        await page.goto(f"{site.base}/news")
    await expect(page.locator(".news__line--new")).to_have_count(4)
    await expect(page.locator(".news")).to_contain_text("+7 9•• •••-77-88")
    await accessible(page)
    await picture(page, "news")
    await page.reload()
    await expect(page.locator(".news__line--new")).to_have_count(0)
    await page.click("text=Клиент расстроен")
    await expect(page.locator(".chat__name")).to_have_text("Ольга Петренко")


async def test_somebody_new_is_invited_by_a_link(page: Page, browser: Browser, site: Site) -> None:
    await log_in(page, site, "vera")
    await page.goto(f"{site.base}/people")
    await page.fill("#f-name", "Полина")
    await page.select_option("#f-role", "manager")
    await page.click("button[type=submit]")
    shown = page.locator("[data-link]")
    await expect(shown).to_have_value(re.compile(re.escape(f"{site.base}/welcome/")))
    link = await shown.input_value()
    guest = await (await browser.new_context(locale="ru-RU")).new_page()
    await guest.goto(link)
    await expect(guest.locator("#f-name")).to_have_value("Полина")
    await guest.fill("#f-login", "vera")
    await guest.fill("#f-password", "сирень цветёт в мае")
    await guest.click("button[type=submit]")
    await expect(guest.locator("#f-login-fault")).to_have_text("Этот логин занят. Придумайте другой.")
    await guest.fill("#f-login", "polina")
    await guest.click("button[type=submit]")
    await guest.wait_for_url("**/inbox")


async def test_a_master_reads_an_honest_page(page: Page, site: Site) -> None:
    await log_in(page, site, "elena")
    await expect(page.locator("h1")).to_have_text("Здравствуйте, Елена!")
    await expect(page.locator(".rail")).not_to_contain_text("Диалоги")
    await accessible(page)
    await picture(page, "master")
    await page.goto(f"{site.base}/account")
    await accessible(page)
    await picture(page, "account")


def number_of(site: Site, public_id: str) -> Any:
    """The number of a conversation by its public id."""
    return next(number for number, talk in site.salon.desk.talks().items() if talk == public_id)


async def russian_key(page: Page, code: str, letter: str) -> None:
    """A key as it comes with a Russian layout: the letter is Cyrillic, the code names the key."""
    await page.evaluate(
        "([code, key]) => document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {code, key, bubbles: true, cancelable: true}))",
        [code, letter],
    )


async def test_what_helps_to_answer_well(page: Page, site: Site) -> None:
    """One claim from its first line to its end: begin, ready replies, a kind word, a promise, a note, search, close."""
    await log_in(page, site, "inna")
    await page.click("text=Ольга Петренко")
    await page.click(".held .button")
    box = page.locator("#reply-text")
    await expect(page.locator(".begin__line")).to_contain_text("Ольга, здравствуйте, это Инна")

    await box.press_sequentially("/возврат")
    ready = page.locator(".ready__one")
    await expect(ready.first).to_contain_text("Вернём")
    await accessible(page)
    await picture(page, "ready-replies")
    await box.press("Enter")
    await expect(box).to_have_value(re.compile("^Ольга, вернём деньги"))
    await box.fill("Успокойтесь, пожалуйста")
    await expect(page.locator(".unkind")).to_contain_text("«Успокойтесь»")
    await box.fill("Перезвоню вам завтра")
    await expect(page.locator(".unkind")).to_have_count(0)
    await box.press("Enter")
    await expect(page.locator(".word__text")).to_have_text("Перезвоню вам завтра")
    await page.click(".word__done")
    await expect(page.locator(".word--kept")).to_have_count(1)

    await box.press("Escape")
    await russian_key(page, "KeyN", "т")
    await page.locator("#note-text").fill("Фото уже у мастера")
    await page.locator("#note-text").press("Enter")
    await expect(page.locator(".note__text")).to_have_text("Фото уже у мастера")
    await expect(page.locator("#note-text")).to_have_value("")
    await accessible(page)
    await picture(page, "card")

    await page.locator("#note-text").press("Escape")
    await page.keyboard.press("Control+KeyK")
    await page.locator("[role=searchbox]").fill("рыжин")
    await expect(page.locator(".hit mark")).to_have_text("рыжин")
    await page.keyboard.press("Escape")
    await page.click("#unanswered-button")
    await expect(page.locator(".hit")).not_to_have_count(0)
    await accessible(page)
    await picture(page, "unanswered")
    await page.keyboard.press("Escape")
    await russian_key(page, "KeyE", "у")
    await expect(page.locator(".toast").last).to_contain_text("Клиента спросим, как всё прошло")
    assert site.salon.desk.returned == [("conv-olga", "close")]
