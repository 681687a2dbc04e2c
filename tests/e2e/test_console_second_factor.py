"""The second factor in a real browser: the square, the first code, codes on paper, the next login."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.async_api import Page, expect

from handoff.roles import Role
from tests.console.salon import PASSWORD, Salon
from tests.e2e.console_site import Site, log_in, picture, running_site
from tests.e2e.test_console import accessible, watch
from tests.fakes.moments import FakeClock


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A salon whose owner wants to be sure; its clock stands, as codes change with the time."""
    salon = Salon(clock=FakeClock())
    await salon.hire(Role.OWNER, "Вера Орлова", "vera")
    async with running_site(salon) as running:
        yield running


async def test_an_owner_turns_it_on_and_comes_in_by_it(page: Page, site: Site) -> None:
    complaints: list[str] = []
    watch(page, complaints)
    await log_in(page, site, "vera")
    await page.goto(f"{site.base}/account")
    beginning = page.locator("[data-second-begin]")
    await beginning.locator("input").fill("not my password")
    await beginning.locator("button").click()
    await expect(beginning.locator(".field__fault")).to_have_text("Нынешний пароль другой.")
    await beginning.locator("input").fill(PASSWORD)
    await beginning.locator("button").click()
    await expect(page.locator("[data-square] path")).to_be_attached()
    secret = (await page.locator("[data-secret]").inner_text()).replace(" ", "")
    await accessible(page)
    await picture(page, "second-factor")

    def code() -> str:
        now = int(site.salon.clock.now().timestamp())
        return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(now).decode()

    form = page.locator("[data-second-form]")
    await form.locator("#f-code").fill("000000")
    await form.locator("button[type=submit]").click()
    await expect(form.locator("#f-code-fault")).to_contain_text("Код не подошёл")
    await form.locator("#f-code").fill(code())
    await form.locator("button[type=submit]").click()
    await expect(page.locator("[data-list] li")).to_have_count(10)
    await accessible(page)
    await picture(page, "second-factor-codes")
    await page.click("[data-onward]")
    await expect(page.locator("#second + .rows")).to_contain_text("осталось 10 кодов")
    await page.locator("[data-log-out]:visible").first.click()
    await page.wait_for_url("**/login")
    site.salon.clock.pass_by(timedelta(seconds=30))
    await expect(page.locator("#f-code")).to_be_hidden()
    await page.fill("#f-login", "vera")
    await page.fill("#f-password", PASSWORD)
    await page.click("button[type=submit]")
    await expect(page.locator("#f-code")).to_be_focused()
    await accessible(page)
    await picture(page, "second-factor-login")
    await page.fill("#f-code", code())
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/console/inbox")
    assert not complaints, complaints
