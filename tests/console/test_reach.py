"""A manager sees the queue and not the client base: what is a colleague's or long over stays shut."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.media_store import Media
from dialog.ids import ConversationId
from handoff.roles import Role
from tests.console.salon import Browser, Salon
from tests.console.test_live import do, screen, take

SECRET = "аллергия на акрил"


@pytest.fixture
async def talks(salon: Salon) -> dict[str, ConversationId]:
    """One conversation of each kind, each with a text and a photo."""
    await salon.hire(Role.MANAGER, "Инна", "inna")
    colleague = await salon.hire(Role.MANAGER, "Вера", "vera")
    await salon.hire(Role.OWNER)
    made: dict[str, ConversationId] = {}
    for name in ("waiting", "bot", "over", "colleague"):
        at = salon.clock.now() - (salon.settings.managers_sight if name == "over" else timedelta(minutes=5))
        made[name] = await salon.desk.open(name, at, name="Анна")
        media_id = await salon.media.put(name, Media(content=b"\x89PNG\r\n\x1a\n", content_type="image/png"))
        await salon.desk.say(made[name], "client", SECRET, at)
        await salon.desk.say(made[name], "client", SECRET, at, kind="media", media_id=media_id)
        await salon.desk.tell("upset", made[name], {"label": "upset"}, at)
    await salon.desk.hand_over(made["waiting"], salon.clock.now())
    await salon.desk.hand_over(made["colleague"], salon.clock.now())
    await salon.desk.claim(made["colleague"], colleague.id, 1, salon.clock.now())
    return made


def statuses(browser: Browser, name: str) -> list[int]:
    """How every way into a conversation answers: its page's calls and its photo."""
    paths = (f"/api/conversations/{name}", f"/api/conversations/{name}/messages?before=9", f"/media/{name}/2")
    return [browser.client.get(f"/console{path}").status_code for path in paths]


async def test_a_manager_reads_the_queue_and_what_is_recent(
    talks: dict[str, ConversationId], salon: Salon, browser: Browser
) -> None:
    browser.log_in("inna")
    found = {name: statuses(browser, name) for name in talks}
    assert found == {"waiting": [200] * 3, "bot": [200] * 3, "over": [404] * 3, "colleague": [404] * 3}
    boxes = [browser.client.get(f"/console/api/inbox?box={box}").json()["items"] for box in ("waiting", "mine", "bot")]
    assert [[item["id"] for item in box] for box in boxes] == [["waiting"], [], ["bot"]]


async def test_claiming_is_no_way_round(talks: dict[str, ConversationId], browser: Browser) -> None:
    browser.log_in("inna")

    def claim(name: str, epoch: int) -> tuple[int, str]:
        path = f"/console/api/conversations/{name}/claim"
        answer = browser.client.post(path, json={"epoch": epoch}, headers=browser.headers())
        return answer.status_code, answer.text

    assert claim("over", 0)[0] == 404
    status, told = claim("colleague", 2)
    assert (status, "Вера" in told, SECRET in told) == (409, True, False)
    assert claim("waiting", 1)[0] == 200
    assert statuses(browser, "waiting") == [200] * 3


async def test_an_owner_reads_everything(talks: dict[str, ConversationId], browser: Browser) -> None:
    browser.log_in("owner")
    assert {name: statuses(browser, name) for name in talks} == {name: [200] * 3 for name in talks}


async def test_news_lead_only_where_one_may_go(
    talks: dict[str, ConversationId], salon: Salon, browser: Browser
) -> None:
    browser.log_in("inna")
    page = browser.open("/news")
    assert ("/inbox/over" in page, "&#34;conversation&#34;:&#34;over" in page) == (False, False)
    assert "&#34;conversation&#34;:&#34;waiting&#34;" in page
    assert "&#34;conversation&#34;:&#34;colleague&#34;" not in page
    assert page.count(SECRET) == 2
    browser.client.cookies.clear()
    browser.log_in("owner")
    assert browser.open("/news").count(SECRET) == 4


async def test_a_phone_inside_a_line_of_the_news_is_masked_for_everybody(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.OWNER)
    number = await salon.desk.open("c1", salon.clock.now(), name="Анна")
    await salon.desk.say(number, "client", "звоните 8 916 123-12-34", salon.clock.now())
    await salon.desk.tell("late", number, {"text": "опаздываю, мой номер 89161231234"}, salon.clock.now())
    browser.log_in("owner")
    page = browser.open("/news")
    assert page.count("+7 9\N{BULLET}\N{BULLET}") == page.count("-12-34") == 2
    assert "опаздываю, мой номер" in page


async def test_a_live_screen_hears_that_a_colleague_leads_and_not_what_is_said(
    talks: dict[str, ConversationId], salon: Salon, browser: Browser
) -> None:
    browser.log_in("inna")
    with screen(browser, await salon.desk.last_event()) as socket:
        assert take(socket)["type"] == "hello"
        do(browser, lambda: salon.desk.say(talks["colleague"], "client", SECRET, salon.clock.now()))
        frame = take(socket)
    assert frame["item"]["owner_name"] == "Вера"
    assert frame["messages"] == []
    assert SECRET not in str(frame)
