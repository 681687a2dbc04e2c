"""The widget in a real browser, on a page with a strict policy, against a real server with a fake engine."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Locator, Page, ViewportSize, WebSocketRoute, expect

from channels.webchat.signed_links import SignedLinks
from channels.webchat.visitor import CHANNEL
from dialog.message import Address, Kind
from dialog.reply import Choice
from tests.e2e.chat_site import KEY, ChatSite, chat_site, screenshots
from tests.e2e.xss import PAYLOADS

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PHONE: ViewportSize = {"width": 375, "height": 667}


@dataclass
class Visit:
    """A page with the widget, and what it complained about."""

    site: ChatSite
    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def launcher(self) -> Locator:
        return self.page.locator(".launcher")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def input(self) -> Locator:
        return self.panel.get_by_role("textbox")

    def bubble(self, text: str, who: str = "") -> Locator:
        return self.page.locator(f".line{who} p").filter(has_text=text)

    async def open(self) -> None:
        await self.launcher.click()
        await expect(self.panel).to_be_visible()

    async def say(self, text: str) -> None:
        await self.input.fill(text)
        await self.input.press("Enter")

    async def peer(self) -> Address:
        token = await self.page.evaluate("JSON.parse(localStorage['zabota:lavanda:token'])")
        return Address(channel=CHANNEL, account="lavanda", peer=str(token).split(".", maxsplit=1)[0])

    async def picture(self, name: str) -> None:
        await self.page.wait_for_timeout(300)
        await self.page.screenshot(path=screenshots() / f"chat-{name}.png")


async def visit(context: BrowserContext, site: ChatSite, path: str = "/") -> Visit:
    page = await context.new_page()
    visited = Visit(site, page)
    page.on("pageerror", lambda error: visited.complaints.append(str(error)))
    page.on("dialog", lambda dialog: visited.complaints.append(f"dialog {dialog.message}"))
    page.on(
        "console",
        lambda line: visited.complaints.append(line.text) if "Content Security" in line.text else None,
    )
    await page.goto(site.url + path)
    await expect(visited.launcher).to_be_visible()
    return visited


@pytest.fixture
async def site() -> AsyncIterator[ChatSite]:
    async with chat_site(ChatSite()) as running:
        yield running


@pytest.fixture
async def context(browser: Browser) -> BrowserContext:
    return await browser.new_context(locale="ru-RU", viewport=DESKTOP)


@pytest.fixture
async def chat(context: BrowserContext, site: ChatSite) -> AsyncIterator[Visit]:
    visited = await visit(context, site)
    yield visited
    assert visited.complaints == []


async def test_the_first_screen_invites_and_stores_nothing(chat: Visit) -> None:
    await chat.picture("closed")
    await chat.open()
    for starter in ("Записаться", "Цены", "Задать вопрос"):
        await expect(chat.panel.get_by_role("button", name=starter, exact=True)).to_be_visible()
    await chat.page.wait_for_timeout(500)
    assert chat.site.store.conversations == 0
    await chat.picture("first-screen")
    await chat.panel.get_by_role("button", name="Цены", exact=True).click()
    await expect(chat.bubble("Женская стрижка — от 2 800 ₽", ".bot")).to_be_visible()
    assert [(one.kind, one.text) for one in chat.site.store.accepted] == [(Kind.TEXT, "Цены")]
    await chat.picture("prices")


async def test_ask_press_and_call_a_person(chat: Visit) -> None:
    await chat.open()
    await chat.say("сколько стоит стрижка?")
    await expect(chat.bubble("Женская стрижка", ".bot")).to_be_visible()
    await chat.panel.get_by_role("button", name="Да, записаться").click()
    await expect(chat.bubble("На какой день", ".bot")).to_be_visible()
    await chat.panel.get_by_role("button", name="В субботу").click()
    await expect(chat.bubble("Отлично: в субботу", ".bot")).to_be_visible()
    pressed = chat.site.store.accepted[-1]
    assert (pressed.kind, pressed.token, pressed.text) == (Kind.PRESS, "day-2", "В субботу")
    await chat.picture("buttons")
    await chat.panel.get_by_role("button", name="Да, записаться").click()
    await expect(chat.bubble("Да, записаться", ".client")).to_have_count(2)
    await chat.say("позовите оператора")
    await expect(chat.bubble("Это Вера", ".manager")).to_be_visible()
    await expect(chat.panel.locator("header")).to_contain_text("На связи: Вера, администратор")
    joined = chat.page.locator(".line.manager").first
    await expect(joined).to_have_attribute("data-joined", "На связи: Вера, администратор")
    await chat.say("спасибо!")
    await expect(chat.page.locator(".line.client").last).to_have_attribute("data-state", "sent")
    await expect(chat.page.locator(".typing")).to_be_hidden()
    await chat.picture("person")


async def test_links_are_made_safely(chat: Visit) -> None:
    await chat.open()
    await chat.say("цены")
    answer = chat.bubble("Женская стрижка", ".bot")
    await expect(answer.get_by_role("link")).to_have_count(2)
    links = [await link.get_attribute("href") for link in await answer.get_by_role("link").all()]
    assert links == ["https://salon.example/prices", "tel:+74951234567"]
    await chat.say("javascript:alert(1) data:text/html,x http://plain.example 2 800 000 000 ₽ 12.12.2026 10:00")
    await expect(chat.bubble("Вы написали", ".bot")).to_be_visible()
    await expect(chat.page.locator(".line a")).to_have_count(2)


async def test_a_reload_keeps_history_and_the_open_panel(chat: Visit) -> None:
    await chat.open()
    for text in ("раз", "два"):
        await chat.say(text)
        await expect(chat.bubble(f"Вы написали: {text}")).to_be_visible()
    before = await chat.page.locator(".line p").all_text_contents()
    await chat.page.reload()
    await expect(chat.panel).to_be_visible()
    await expect(chat.bubble("Вы написали: два")).to_be_visible()
    assert await chat.page.locator(".line p").all_text_contents() == before
    await chat.panel.get_by_role("button", name="Закрыть").click()
    await chat.page.reload()
    await expect(chat.launcher).to_be_visible()
    await expect(chat.panel).to_be_hidden()


async def test_lines_written_through_a_restart_arrive_once_and_in_order(chat: Visit) -> None:
    await chat.open()
    await chat.say("до")
    await expect(chat.bubble("Вы написали: до")).to_be_visible()
    await chat.site.fall()
    for text in ("первое без связи", "второе без связи"):
        await chat.say(text)
    await expect(chat.page.locator(".line.client").last).to_contain_text("отправляется")
    await expect(chat.panel.get_by_text("Нет связи")).to_be_visible()
    await chat.picture("offline")
    await chat.site.rise()
    await expect(chat.bubble("Вы написали: второе без связи")).to_be_visible(timeout=20_000)
    await expect(chat.panel.get_by_text("Нет связи")).to_be_hidden()
    assert [one.text for one in chat.site.store.accepted] == ["до", "первое без связи", "второе без связи"]
    await expect(chat.page.locator(".line.client:not([hidden])")).to_have_count(3)


async def test_the_queue_outlives_the_page(chat: Visit) -> None:
    await chat.open()
    await chat.say("начало")
    await expect(chat.bubble("Вы написали: начало")).to_be_visible()
    chat.site.store.busy = True
    await chat.say("в очереди")
    await expect(chat.page.locator(".line.client").last).to_contain_text("отправляется")
    await chat.page.reload()
    await expect(chat.bubble("в очереди", ".client")).to_be_visible()
    chat.site.store.busy = False
    await expect(chat.bubble("Вы написали: в очереди")).to_be_visible(timeout=20_000)
    assert [one.text for one in chat.site.store.accepted] == ["начало", "в очереди"]


async def test_a_lost_acknowledgement_doubles_nothing(context: BrowserContext, site: ChatSite) -> None:
    swallowed: list[str] = []
    chat = await visit_with_deaf_socket(context, site, swallowed)
    await chat.open()
    await chat.say("ровно один раз")
    await expect(chat.bubble("Вы написали: ровно один раз")).to_be_visible(timeout=20_000)
    assert len(swallowed) == 1
    assert len(site.store.accepted) == 1
    await expect(chat.bubble("ровно один раз", ".client")).to_have_count(1)
    assert await chat.page.evaluate("localStorage['zabota:lavanda:queue']") == "[]"


async def visit_with_deaf_socket(context: BrowserContext, site: ChatSite, swallowed: list[str]) -> Visit:
    """The first acknowledgement, and everything after it, is lost with its connection."""
    page = await context.new_page()

    def route(ws: WebSocketRoute) -> None:
        server = ws.connect_to_server()

        async def from_server(data: str | bytes) -> None:
            if not swallowed and json.loads(data)["type"] == "ack":
                swallowed.append(str(data))
                await ws.close()
            else:
                ws.send(data)

        server.on_message(from_server)

    await page.route_web_socket("**/chat/ws", route)
    await page.goto(site.url)
    return Visit(site, page)


async def test_where_websockets_are_blocked_long_poll_takes_over(browser: Browser) -> None:
    async with chat_site(ChatSite(websockets=False)) as site:
        chat = await visit(await browser.new_context(locale="ru-RU", viewport=DESKTOP), site)
        await chat.open()
        for text in ("раз", "два", "три"):
            await chat.say(text)
        await expect(chat.bubble("Вы написали: три")).to_be_visible(timeout=15_000)
        assert [one.text for one in site.store.accepted] == ["раз", "два", "три"]
        await expect(chat.panel.get_by_text("Нет связи")).to_be_hidden()
        await chat.page.context.close()


async def test_a_token_of_another_key_is_replaced_and_nothing_is_lost(chat: Visit) -> None:
    await chat.open()
    forged = json.dumps("A" * 22 + ".480000." + "B" * 32)
    await chat.page.evaluate(f"localStorage['zabota:lavanda:token'] = {json.dumps(forged)}")
    await chat.page.reload()
    await chat.say("я новый")
    await expect(chat.bubble("Вы написали: я новый")).to_be_visible(timeout=15_000)


async def test_a_signed_link_enters_as_the_visitor_it_names(context: BrowserContext, site: ChatSite) -> None:
    link = SignedLinks((KEY,), site.clock).make("lavanda", "demo-anna", site.clock.now() + timedelta(hours=1))
    chat = await visit(context, site, f"/?visitor={link}")
    await chat.open()
    await chat.say("мои записи")
    await expect(chat.bubble("Вы написали: мои записи")).to_be_visible()
    assert site.store.accepted[0].address.peer == "demo-anna"
    await chat.page.goto(f"{site.url}/?visitor=nonsense")
    await expect(chat.bubble("Вы написали: мои записи")).to_be_visible()


async def test_what_came_while_the_chat_was_closed_is_counted(chat: Visit) -> None:
    await chat.open()
    await chat.say("раз")
    await expect(chat.bubble("Вы написали: раз")).to_be_visible()
    await chat.panel.get_by_role("button", name="Закрыть").click()
    peer = await chat.peer()
    for text in ("Ждём вас завтра!", "И ещё одно"):
        await chat.site.store.say(peer, text, chat.site.clock.now())
    await expect(chat.launcher).to_have_accessible_name("Чат с салоном, новых: 2")
    await expect(chat.launcher).to_have_text("2")
    await expect(chat.page).to_have_title("(2) Салон «Лаванда»")
    await chat.picture("unread")
    await chat.page.reload()
    await expect(chat.launcher).to_have_text("2")
    await chat.open()
    await expect(chat.launcher).to_have_text("")
    await expect(chat.page).to_have_title("Салон «Лаванда»")


async def test_keyboard_alone_is_enough(chat: Visit) -> None:
    await chat.page.locator("#own").focus()
    await chat.page.keyboard.press("Tab")
    await expect(chat.launcher).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await expect(chat.input).to_be_focused()
    await chat.page.keyboard.type("первая строка")
    await chat.page.keyboard.press("Shift+Enter")
    await chat.page.keyboard.type("вторая")
    await chat.page.keyboard.press("Enter")
    await expect(chat.bubble("Вы написали: первая строка\nвторая")).to_be_visible()
    await expect(chat.input).to_be_focused()
    await chat.page.keyboard.press("Shift+Tab")
    await expect(chat.panel.get_by_label("Фото")).to_be_focused()
    await chat.page.keyboard.press("Shift+Tab")
    await expect(chat.panel.get_by_role("button", name="Задать вопрос")).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()
    await expect(chat.launcher).to_be_focused()


async def test_a_hundred_payloads_stay_text(chat: Visit) -> None:
    assert len(PAYLOADS) == 100
    await chat.open()
    await chat.say("начало")
    await expect(chat.bubble("Вы написали: начало")).to_be_visible()
    peer = await chat.peer()
    for at, payload in enumerate(PAYLOADS):
        choices = (Choice(label=payload[:60], token=f"x{at}"),)
        await chat.site.store.say(peer, payload, chat.site.clock.now(), choices, "manager", payload[:60])
    await expect(chat.page.locator(".line.manager")).to_have_count(100)
    assert await chat.page.locator(".line.manager p").all_text_contents() == PAYLOADS
    strange = "img, script, iframe, svg, object, embed, form, video, style, link, math, body, input"
    assert await chat.page.get_by_role("log").locator(strange).count() == 0
    hrefs = await chat.page.get_by_role("log").locator("a").evaluate_all("links => links.map(link => link.protocol)")
    assert set(hrefs) <= {"https:", "tel:"}
    await chat.input.fill(PAYLOADS[0])
    await chat.input.press("Enter")
    await expect(chat.bubble(PAYLOADS[0], ".client")).to_be_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_axe_finds_nothing(browser: Browser, site: ChatSite, scheme: Scheme) -> None:
    context = await browser.new_context(
        locale="ru-RU",
        viewport=DESKTOP,
        color_scheme=scheme,
        bypass_csp=True,
    )
    chat = await visit(context, site)
    await chat.open()
    await chat.say("цены")
    await expect(chat.bubble("Женская стрижка", ".bot")).to_be_visible()
    await chat.say("оператор")
    await expect(chat.bubble("Это Вера", ".manager")).to_be_visible()
    await chat.picture(f"axe-{scheme}")
    results = await Axe().run(chat.page)
    found = [
        (one["id"], node["target"], node["failureSummary"])
        for one in results.response["violations"]
        for node in one["nodes"]
    ]
    assert found == []
    await context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_on_a_phone_it_is_the_whole_screen(browser: Browser, site: ChatSite, scheme: Scheme) -> None:
    context = await browser.new_context(
        locale="ru-RU",
        viewport=PHONE,
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        color_scheme=scheme,
    )
    chat = await visit(context, site)
    await chat.launcher.tap()
    await expect(chat.panel).to_be_visible()
    await chat.picture(f"phone-first-{scheme}")
    box = await chat.panel.bounding_box()
    assert box is not None
    assert [round(box[side]) for side in ("x", "y", "width", "height")] == [0, 0, 375, 667]
    await expect(chat.launcher).to_be_hidden()
    await expect(chat.panel).to_be_focused()
    await chat.panel.get_by_role("button", name="Цены", exact=True).tap()
    await expect(chat.bubble("Женская стрижка", ".bot")).to_be_visible()
    await chat.say("очень" + "длинное" * 40 + " слово и https://salon.example/" + "путь" * 40)
    await expect(chat.bubble("Вы написали: очень")).to_be_visible()
    await chat.picture(f"phone-{scheme}")
    widest = await chat.page.get_by_role("log").evaluate("node => node.scrollWidth - node.clientWidth")
    assert widest == 0
    assert await chat.page.evaluate("document.documentElement.style.overflow") == "hidden"
    await chat.panel.get_by_role("button", name="Закрыть").tap()
    assert await chat.page.evaluate("document.documentElement.style.overflow") == ""
    await context.close()


async def test_in_english_and_without_motion(browser: Browser, site: ChatSite) -> None:
    context = await browser.new_context(locale="en-GB", viewport=DESKTOP, reduced_motion="reduce")
    chat = await visit(context, site, "/?lang=en")
    await chat.open()
    await expect(chat.panel.get_by_role("button", name="Book a visit")).to_be_visible()
    assert await chat.panel.evaluate("node => getComputedStyle(node).animationName") == "none"
    await chat.say("hello")
    await expect(chat.bubble("hello", ".bot")).to_be_visible()
    assert site.store.accepted[0].language == "en"
    await chat.picture("english")
    await context.close()


async def test_where_storage_is_forbidden_it_still_talks(context: BrowserContext, site: ChatSite) -> None:
    await context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    chat = await visit(context, site)
    await chat.open()
    await chat.say("без памяти")
    await expect(chat.bubble("Вы написали: без памяти")).to_be_visible()
    assert chat.complaints == []


async def test_two_tabs_show_one_conversation(chat: Visit, context: BrowserContext) -> None:
    await chat.open()
    await chat.say("из первой")
    await expect(chat.bubble("Вы написали: из первой")).to_be_visible()
    other = await visit(context, chat.site)
    await expect(other.bubble("Вы написали: из первой")).to_be_visible()
    await other.say("из второй")
    await expect(chat.bubble("Вы написали: из второй")).to_be_visible()
    await expect(chat.bubble("из второй", ".client")).to_have_count(1)
