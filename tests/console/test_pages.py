"""Pages and files: what a browser is told to refuse, what is cached, and that no text becomes markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from console import extraction
from console.assets import Assets
from console.headers import CONTENT_POLICY
from dialog.ids import UserId
from handoff.roles import Role
from tests.console.payloads import PAYLOADS
from tests.console.salon import Browser, Salon

PAGES = (
    "/inbox",
    "/news",
    "/people",
    "/settings",
    "/account",
    "/today",
    "/login",
    "/missing",
    "/api/inbox",
    "/api/missing",
)
SOURCES = extraction.ROOT


class Marks(HTMLParser):
    """Collects the tags of a page and what scripts or styles it would run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.live: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and whether it brings code of its own."""
        self.tags.append(tag)
        names = dict(attrs)
        self.live += [f"{tag} {name}" for name in names if name.startswith("on") or name == "style"]
        if tag in ("style", "iframe", "object", "embed", "base") or (tag == "script" and not names.get("src")):
            self.live.append(tag)
        for name in ("href", "src", "action"):
            if re.match(r"\s*(javascript|data|vbscript):", names.get(name) or "", re.I):
                self.live.append(f"{tag} {name}")


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_carries_the_policy_and_is_not_kept(salon: Salon, browser: Browser, path: str) -> None:
    await salon.hire(Role.OWNER)
    for _ in range(2):
        headers = browser.client.get(f"/console{path}").headers
        assert headers["content-security-policy"] == CONTENT_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        browser.log_in("owner")


def test_the_policy_lets_nothing_in_but_our_own() -> None:
    assert "default-src 'none'" in CONTENT_POLICY
    assert "require-trusted-types-for 'script'" in CONTENT_POLICY
    for weak in ("unsafe", "*", "data:", "blob:", "http"):
        assert weak not in CONTENT_POLICY


async def test_pages_bring_no_code_of_their_own(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    path = await salon.owner_path()
    pages = [browser.open("/login"), browser.open("/welcome/nothing"), browser.open(path or "/welcome/x")]
    browser.log_in("owner")
    pages += [browser.open(page) for page in ("/inbox", "/news", "/people", "/account", "/today", "/missing")]
    assert [Marks(page).live for page in pages] == [[]] * len(pages)


async def test_no_name_becomes_markup_on_a_page_of_the_server(salon: Salon, browser: Browser) -> None:
    owner = await salon.hire(Role.OWNER, "Вера")
    browser.log_in("owner")
    clean = {page: Marks(browser.open(page)).tags for page in ("/people", "/account", "/inbox", "/news")}
    now = salon.clock.now()
    await salon.hire(Role.MASTER, PAYLOADS[0], "victim")
    await salon.accounts.add_invite(
        "0" * 64, Role.MASTER, PAYLOADS[0], owner.id, UserId(2), now.replace(year=2030), now
    )
    number = await salon.desk.open("conv-1", now, name=PAYLOADS[0])
    await salon.desk.say(number, "client", PAYLOADS[0], now)
    await salon.desk.hand_over(number, now, label=PAYLOADS[0], reason=PAYLOADS[0], answers={PAYLOADS[0]: PAYLOADS[0]})
    await salon.desk.tell(PAYLOADS[0], number, {PAYLOADS[0]: PAYLOADS[0]}, now)
    for page in ("/inbox", "/news"):
        marks = Marks(browser.open(page))
        assert marks.tags == clean[page]
        assert marks.live == []
    for payload in PAYLOADS:
        salon.accounts.rename(owner.id, payload)
        for page in ("/people", "/account", "/today"):
            marks = Marks(browser.open(page))
            assert marks.live == [], (page, payload)
            assert page != "/account" or marks.tags == clean[page], payload


def test_files_are_for_ever_and_their_address_follows_their_content(browser: Browser, tmp_path: Path) -> None:
    page = browser.open("/login")
    files = re.findall(r'(?:href|src)="(/console/static/[^"]+)"', page)
    assert len(files) > 5
    assert any(file.endswith("/css/door-page.css") for file in files)
    for file in files:
        answer = browser.client.get(file)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-security-policy"] == CONTENT_POLICY
    assert browser.client.get(files[-1], headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"
    assert (
        browser.client.get(files[-1], headers={"accept-encoding": "identity"}).headers.get("content-encoding") is None
    )
    (tmp_path / "a.js").write_text("one")
    before = Assets(tmp_path).version
    (tmp_path / "a.js").write_text("two")
    assert Assets(tmp_path).version != before


@pytest.mark.parametrize(
    "path",
    [
        "x/css/base.css",
        "{v}/../app.py",
        "{v}/%2e%2e/app.py",
        "{v}/..%2fapp.py",
        "{v}/css",
        "{v}//etc/passwd",
        "{v}/a%00.js",
    ],
)
def test_no_other_file_is_served(browser: Browser, path: str) -> None:
    version = Assets().version
    assert browser.client.get(f"/console/static/{path.format(v=version)}").status_code == 404


def test_the_first_visit_of_the_inbox_is_light() -> None:
    assets = Assets()
    packed = sum(assets.weight(name) for name in assets.modules("js", "js/inbox"))
    assert packed + assets.weight("css/inbox-page.css") < 40_000


FORBIDDEN = {
    "*.js": r"(inner|outer|insertAdjacent)HTML|document\.write|\beval\(|new Function|setTimeout\(\s*['\"`]|srcdoc",
    "*.html": r"\|\s*safe\b|autoescape|<style|style=|\son\w+=|<script(?![^>]*src=)|Markup",
    "*.py": r"Markup\(|HTMLResponse\(f|\|\s*safe\b|from_string\(",
    "*.css": r"url\(|@import|expression",
}


@pytest.mark.parametrize(("files", "pattern"), FORBIDDEN.items(), ids=FORBIDDEN)
def test_sources_build_no_markup_from_text(files: str, pattern: str) -> None:
    found = [
        f"{path.name}: {hit.group()}"
        for path in SOURCES.rglob(files)
        for hit in re.finditer(pattern, path.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert list(SOURCES.rglob(files))


async def test_an_address_line_leads_back_after_the_login_but_nowhere_else(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    asked = browser.client.get("/console/inbox/conv-1", follow_redirects=False)
    assert asked.headers["location"] == "/console/login?next=%2Finbox%2Fconv-1"
    for wanted, led in (
        ("/inbox/conv-1", "/console/inbox/conv-1"),
        ("//evil.test", "/console/inbox"),
        ("https://evil.test", "/console/inbox"),
        ("/\\evil.test", "/console/inbox"),
        ("javascript:alert(1)", "/console/inbox"),
        ("/login", "/console/inbox"),
        ("/api/logout", "/console/inbox"),
    ):
        browser.client.cookies.clear()
        browser.open("/login")
        body = {"login": "owner", "password": "рыжий кот спит до обеда", "next": wanted}
        answer = browser.client.post("/console/api/login", json=body, headers=browser.headers())
        assert answer.json()["next"] == led, wanted
