"""What clients write stays text in a manager's browser: a hundred payloads in every field that a client controls."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import Page, expect

from handoff.roles import Role
from tests.console.payloads import PAYLOADS
from tests.console.salon import Salon
from tests.e2e.console_site import RealClock, Site, log_in, running_site

ALLOWED = {"A", "ARTICLE", "ASIDE", "B", "BODY", "BUTTON", "CIRCLE", "DD", "DETAILS", "DIV", "DL", "DT", "FOOTER", "H1"}
ALLOWED |= {"H2", "H3", "HEAD", "HEADER", "HTML", "LINK", "MAIN", "MARK", "META", "NAV", "NOSCRIPT", "P", "PATH", "Q"}
ALLOWED |= {"RECT", "SCRIPT", "SECTION", "SPAN", "SUMMARY", "SVG", "SYMBOL", "TEXTAREA", "TIME", "TITLE", "USE"}
INSPECT = """() => ({
    tags: [...new Set([...document.querySelectorAll('*')].map((node) => node.tagName.toUpperCase()))],
    scripts: [...document.scripts].filter((one) => !one.src.includes('/console/static/')).length,
    hits: [window.hit, parent.hit, document.body.dataset.hit].filter((one) => one !== undefined).length,
    handlers: [...document.querySelectorAll('*')].flatMap((node) => [...node.attributes])
        .filter((one) => one.name.startsWith('on') || /^\\s*javascript:/i.test(one.value)).length,
})"""


async def poisoned() -> Salon:
    """A salon to which a hundred attackers write, each payload as name, text, press, choice, word, answer, news."""
    salon = Salon(clock=RealClock())
    await salon.hire(Role.OWNER, "Вера", "vera")
    now = salon.clock.now()
    for index, payload in enumerate(PAYLOADS):
        at = now - timedelta(minutes=200 - index)
        number = await salon.desk.open(f"conv-{index}", at, name=payload, phone=payload)
        await salon.desk.say(number, "client", f"{payload} ужасно {payload}", at)
        await salon.desk.say(number, "bot", payload, at, choices=(payload, "Да"))
        await salon.desk.say(number, "client", payload, at, kind="press")
        await salon.desk.say(number, "system", payload, at)
        await salon.desk.hand_over(
            number,
            at,
            label=payload if index % 2 else "upset",
            priority=1,
            reason=payload,
            triggers=({"rule": payload, "words": [payload, "ужасно"], "weight": 1.0},),
            answers={payload: payload, "name": payload, "wish": payload},
            waiting_since=at,
        )
        await salon.desk.tell("lead" if index % 2 else payload, number, {"text": payload, payload: payload}, at)
    return salon


async def clean(page: Page) -> None:
    """Nothing on the page came from a client but text."""
    found = await page.evaluate(INSPECT)
    assert set(found["tags"]) <= ALLOWED
    assert (found["scripts"], found["hits"], found["handlers"]) == (0, 0, 0)


async def test_a_hundred_payloads_in_every_field_run_nowhere(page: Page) -> None:
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    async with running_site(await poisoned()) as site:
        await log_in(page, site, "vera")
        await expect(page.locator(".talk")).to_have_count(100)
        await clean(page)
        await open_each(page, site)
        await page.goto(f"{site.base}/news")
        await expect(page.locator(".news__line")).to_have_count(100)
        await clean(page)
    assert complaints == []
    assert [url for url in asked if not url.startswith(site.base)] == []


async def open_each(page: Page, site: Site) -> None:
    """Walk through all conversations; what stands there is the payload, letter by letter."""
    for index, payload in enumerate(PAYLOADS):
        await page.keyboard.press("KeyJ")
        await expect(page.locator(".chat__name")).to_have_text(payload, use_inner_text=False)
        if index % 10 == 0:
            await expect(page.locator(".line")).to_have_count(4)
            shown = await page.locator(".bubble").first.text_content()
            assert shown == f"{payload} ужасно {payload}"
            await clean(page)


async def test_a_payload_that_arrives_live_runs_nowhere(page: Page) -> None:
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    salon = Salon(clock=RealClock())
    await salon.hire(Role.OWNER, "Вера", "vera")
    async with running_site(salon) as site:
        number = await salon.desk.open("conv-1", salon.clock.now(), name="Анна", owner="waiting")
        await salon.desk.say(number, "client", "привет", salon.clock.now())
        await log_in(page, site, "vera")
        await page.click(".talk")
        await expect(page.locator(".bubble")).to_have_text("привет")
        for payload in PAYLOADS:
            await salon.desk.say(number, "client", payload, salon.clock.now())
        await expect(page.locator(".line--client")).to_have_count(101)
        await expect(page.locator(".bubble").last).to_have_text(PAYLOADS[-1])
        await clean(page)
    assert [text for text in complaints if "WebSocket" not in text] == []
