"""A client's photo at the desk: who may see it, by which address, and what it can never do there."""

from __future__ import annotations

import httpx2
import pytest

from channels.media_store import Media
from console.headers import CONTENT_POLICY, FILE_POLICY
from dialog.ids import ConversationId
from handoff.roles import Role
from tests.console.salon import Browser, Salon

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


async def send_file(salon: Salon, number: ConversationId, content: bytes, content_type: str) -> int:
    """A client sends a file; the number of its line."""
    media_id = await salon.media.put(f"client-{number}", Media(content=content, content_type=content_type))
    return await salon.desk.say(number, "client", "", salon.clock.now(), kind="media", media_id=media_id)


@pytest.fixture
async def number(salon: Salon) -> ConversationId:
    """Anna wrote a text and sent a photo."""
    number = await salon.desk.open("conv-1", salon.clock.now(), name="Анна")
    await salon.desk.say(number, "client", "вот так можно?", salon.clock.now())
    await send_file(salon, number, PNG, "image/png")
    await salon.hire(Role.MANAGER, "Инна", "inna")
    return number


@pytest.fixture
def desk(number: ConversationId, browser: Browser) -> Browser:
    """A manager's browser, logged in."""
    assert browser.log_in("inna") == 200
    return browser


def get(browser: Browser, path: str) -> httpx2.Response:
    return browser.client.get(f"/console{path}", follow_redirects=False)


def test_the_photo_comes_with_its_line_and_can_run_nothing(desk: Browser) -> None:
    lines = get(desk, "/api/conversations/conv-1").json()["messages"]
    assert [(line["seq"], line["media"]) for line in lines] == [(1, False), (2, True)]
    shown = get(desk, "/media/conv-1/2")
    assert (shown.status_code, shown.content) == (200, PNG)
    headers = shown.headers
    assert headers["content-type"] == "image/png"
    assert headers["content-disposition"] == "inline"
    assert headers["content-security-policy"] == FILE_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_the_inbox_itself_keeps_its_own_policy(desk: Browser) -> None:
    headers = get(desk, "/inbox").headers
    assert headers["content-security-policy"] == CONTENT_POLICY
    assert "img-src 'self';" in headers["content-security-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"


async def test_what_is_no_picture_is_downloaded_never_opened(salon: Salon, desk: Browser) -> None:
    number = await salon.desk.open("conv-2", salon.clock.now())
    for content_type in ("application/pdf", "text/html", "image/svg+xml"):
        seq = await send_file(salon, number, b"<script>alert(1)</script>", content_type)
        headers = get(desk, f"/media/conv-2/{seq}").headers
        assert (headers["content-disposition"], headers["content-security-policy"]) == ("attachment", FILE_POLICY)


@pytest.mark.parametrize(
    "path",
    [
        "conv-1/1",  # a line without a file
        "conv-1/3",  # not said yet
        "conv-2/2",  # nobody's conversation
        "conv-1/9223372036854775807",
        f"{'c' * 41}/2",
        "conv-1%00/2",
    ],
)
def test_no_line_no_file(desk: Browser, path: str) -> None:
    assert get(desk, f"/media/{path}").status_code in (404, 422)


@pytest.mark.parametrize("seq", ["0", "-1", "photo-000001", "2.5", "%2e%2e"])
def test_an_address_that_is_no_number_finds_nothing(desk: Browser, seq: str) -> None:
    assert get(desk, f"/media/conv-1/{seq}").status_code in (404, 422)


async def test_a_file_without_a_line_is_out_of_reach(salon: Salon, desk: Browser) -> None:
    orphan = await salon.media.put("somebody", Media(content=PNG, content_type="image/png"))
    assert {get(desk, f"/media/{path}").status_code for path in (orphan, f"conv-1/{orphan}")} <= {404, 422}


async def test_a_line_whose_file_is_gone_says_so(salon: Salon, desk: Browser) -> None:
    number = await salon.desk.open("conv-3", salon.clock.now())
    await salon.desk.say(number, "client", "", salon.clock.now(), kind="media", media_id="photo-999999")
    assert get(desk, "/media/conv-3/1").status_code == 404


def test_without_a_session_there_is_no_photo(number: ConversationId, browser: Browser) -> None:
    refused = get(browser, "/media/conv-1/2")
    assert (refused.status_code, PNG in refused.content) == (303, False)


async def test_when_the_session_ends_the_photo_is_gone(salon: Salon, desk: Browser) -> None:
    assert get(desk, "/media/conv-1/2").status_code == 200
    assert desk.client.post("/console/api/logout", json={}, headers=desk.headers()).status_code == 200
    assert get(desk, "/media/conv-1/2").status_code == 303


async def test_a_master_does_not_see_clients_photos(salon: Salon, number: ConversationId, browser: Browser) -> None:
    await salon.hire(Role.MASTER, "Елена", "elena")
    assert browser.log_in("elena") == 200
    refused = get(browser, "/media/conv-1/2")
    assert (refused.status_code, PNG in refused.content) == (403, False)
