"""Notes, labels, passing on, search and ready replies as the inbox calls them."""

from __future__ import annotations

import asyncio

import pytest

from dialog.ids import ConversationId
from dialog.joining import Joining
from dialog.message import Address
from handoff.roles import Role
from tests.console.salon import Browser, Salon

TALK = "/console/api/conversations/conv-1"


@pytest.fixture
def talk(salon: Salon, browser: Browser) -> ConversationId:
    """A claim that waits; Inna is at the desk, Vera owns the salon; Inna looks."""

    async def fill() -> ConversationId:
        await salon.hire(Role.OWNER, "Вера Орлова", "vera")
        await salon.hire(Role.MANAGER, "Инна Сомова", "inna")
        now = salon.clock.now()
        number = await salon.desk.open("conv-1", now, name="Ольга Петренко", phone="+79161234567")
        await salon.desk.say(number, "client", "Верните деньги, +7 916 123-45-67", now)
        await salon.desk.hand_over(number, now, label="claim", priority=1, waiting_since=now)
        return number

    number = asyncio.run(fill())
    browser.log_in("inna")
    return number


def post(browser: Browser, path: str, **body: object) -> dict[str, object]:
    response = browser.client.post(f"{TALK}/{path}", json=body, headers=browser.headers())
    assert response.status_code == 200, response.text
    return dict(response.json())


@pytest.mark.usefixtures("talk")
def test_a_note_calls_colleagues_by_their_logins(salon: Salon, browser: Browser) -> None:
    page = post(browser, "note", text="@vera, взгляни; @elena нет такой")["page"]
    assert isinstance(page, dict)
    assert [note["text"] for note in page["notes"]] == ["@vera, взгляни; @elena нет такой"]
    (event,) = [event for event in asyncio.run(salon.desk.events(0, 100)) if event.kind == "noted"]
    vera = asyncio.run(salon.accounts.by_login("vera"))
    assert vera
    assert event.body["mentions"] == [vera.id]


def test_what_is_promised_in_a_reply_gets_its_date_once(salon: Salon, browser: Browser, talk: ConversationId) -> None:
    post(browser, "claim", epoch=1)
    for _ in range(2):
        post(browser, "reply", text="Перезвоню завтра", client_id="reply-0001", epoch=2)
    (word,) = salon.notebook.written(talk).words
    post(browser, "kept", word_id=word.id)
    again = browser.client.post(f"{TALK}/kept", json={"word_id": word.id}, headers=browser.headers())
    assert again.status_code == 404


@pytest.mark.usefixtures("talk")
def test_labels_are_put_on_and_taken_off(browser: Browser) -> None:
    assert post(browser, "tag", tag="свадьба", on=True)["page"]["tags"] == ["свадьба"]  # type: ignore[index]
    assert browser.client.get("/console/api/colleagues").json()["tags"] == ["свадьба"]
    assert post(browser, "tag", tag="свадьба", on=False)["page"]["tags"] == []  # type: ignore[index]


@pytest.mark.usefixtures("talk")
def test_ready_replies_know_the_client_and_begin_with_what_fits(browser: Browser) -> None:
    helped = browser.client.get(f"{TALK}/help").json()
    assert helped["first"].startswith("Ольга, здравствуйте, это Инна.")
    fits = [one["fits"] for one in helped["replies"]]
    assert fits == sorted(fits, reverse=True)
    assert fits[0]
    assert all("{" not in one["text"] for one in helped["replies"])
    assert helped["avoid"]


@pytest.mark.usefixtures("talk")
def test_a_managers_search_is_short_of_phones_and_of_single_letters(browser: Browser) -> None:
    assert browser.client.get("/console/api/search?q=вер").json() == {"found": [], "short": True}
    answer = browser.client.get("/console/api/search?q=верните")
    assert len(answer.json()["found"]) == 1
    assert "123-45-67" not in answer.text
    assert "9161234567" not in answer.text


@pytest.mark.usefixtures("talk")
def test_what_nobody_has_answered(browser: Browser) -> None:
    assert [one["id"] for one in browser.client.get("/console/api/unanswered").json()["items"]] == ["conv-1"]


@pytest.mark.usefixtures("talk")
def test_a_conversation_is_put_off_only_by_whoever_leads_it(browser: Browser) -> None:
    refused = browser.client.post(f"{TALK}/snooze", json={"minutes": 60}, headers=browser.headers())
    assert refused.status_code == 409
    post(browser, "claim", epoch=1)
    assert post(browser, "snooze", minutes=60)["item"]["snoozed_until"]  # type: ignore[index]


@pytest.mark.usefixtures("talk")
def test_a_conversation_is_passed_to_somebody_of_the_desk(browser: Browser) -> None:
    people = browser.client.get("/console/api/colleagues").json()["people"]
    ids = {one["login"]: one["id"] for one in people}
    stranger = browser.client.post(f"{TALK}/assign", json={"user_id": 999, "epoch": 1}, headers=browser.headers())
    assert stranger.status_code == 422
    assert post(browser, "assign", user_id=ids["vera"], epoch=1)["item"]["owner_name"] == "Вера Орлова"  # type: ignore[index]
    more = {"user_id": ids["inna"], "epoch": 2}
    late = browser.client.post(f"{TALK}/assign", json=more, headers=browser.headers())
    assert late.status_code == 409
    assert late.json()["error"]["name"] == "Вера Орлова"


@pytest.mark.usefixtures("talk")
def test_a_phone_is_shown_one_at_a_time_with_a_trace_and_a_budget(salon: Salon, browser: Browser) -> None:
    for _ in range(salon.settings.reveals.an_hour):
        assert post(browser, "phone") == {"phone": "+79161234567"}
    refused = browser.client.post(f"{TALK}/phone", json={}, headers=browser.headers())
    assert refused.status_code == 429
    assert "9161234567" not in refused.text
    looks = [line for line in salon.accounts.audit if line.what == "phone revealed"]
    assert {line.about for line in looks} == {"conversation conv-1"}
    assert len(looks) == salon.settings.reveals.an_hour


@pytest.mark.usefixtures("talk")
def test_addresses_joined_by_a_link_are_parted_once(salon: Salon, browser: Browser) -> None:
    there = Address(channel="telegram", account="1", peer="5")
    public_id = TALK.rsplit("/", 1)[1]
    salon.desk.join(public_id, Joining(id=3, address=there, joined_at=salon.clock.now()))
    shown = browser.client.get(TALK).json()["card"]["joined"]
    assert [(one["id"], one["channel"]) for one in shown] == [(3, "telegram")]
    assert "peer" not in shown[0]
    assert post(browser, "part", joining_id=3)["card"]["joined"] == []  # type: ignore[index]
    again = browser.client.post(f"{TALK}/part", json={"joining_id": 3}, headers=browser.headers())
    assert again.status_code == 404
