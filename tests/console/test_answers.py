"""The studio of answers: a draft is looked at, published, refused in words, taken back, never overwritten."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from booking.answer import Answer
from handoff.roles import Role
from tests.console.salon import Browser, Salon

PARKING = {
    "base": 0,
    "title": {"ru": "Где оставить самокат", "en": ""},
    "wordings": "куда поставить самокат\n\n  есть ли место для самоката ",
    "text": {"ru": "У входа, {address_centre}. Стрижка {price_haircut_women}.", "en": ""},
    "by_branch": {"centre": {"ru": "", "en": ""}},
    "choices": [],
    "enabled": True,
    "topic": "Перед визитом",
    "note": "спрашивают каждый день",
}


def filled(**others: object) -> dict[str, Any]:
    return {**copy.deepcopy(PARKING), **others}


def call(browser: Browser, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
    answer = browser.client.post(f"/console/api/{path}", json=body or {}, headers=browser.headers())
    return answer.status_code, answer.json()


async def kept(salon: Salon, key: str) -> Answer:
    studio = salon.console.app.state.parts.studio
    answer: Answer = (await studio.in_force()).salon.answer(key)
    return answer


@pytest.fixture
async def admin(salon: Salon, browser: Browser) -> Browser:
    await salon.hire(Role.ADMIN, "Вера", "admin")
    browser.log_in("admin")
    return browser


async def test_the_table_shows_every_answer_with_how_often_it_was_given(salon: Salon, admin: Browser) -> None:
    salon.hits["parking"] = 41
    page = admin.open("/answers")
    assert "Цены и оплата" in page
    assert "57 ответов" in page
    assert page.count('role="switch"') == 57
    row = page.split('data-answer="parking"')[1].split("</tr>")[0]
    assert "41" in row
    assert 'aria-checked="true"' in row


async def test_a_draft_reads_as_a_client_would_read_it_and_keeps_nothing(salon: Salon, admin: Browser) -> None:
    status, told = call(admin, "answer-draft", {**filled(), "key": ""})
    assert (status, told["fields"]) == (200, {})
    (shown,) = told["shown"]
    assert "Большая Покровская, 48" in shown["text"]
    assert "₽" in shown["text"]
    assert await salon.revisions.stamp() == "0"


WRONG: tuple[tuple[dict[str, object], str, str], ...] = (
    ({"title": {"ru": "", "en": ""}}, "title", "Здесь нужно что-нибудь написать."),
    ({"text": {"ru": "", "en": ""}}, "text", "Здесь нужно что-нибудь написать."),
    ({"text": {"ru": "я" * 4001, "en": ""}}, "text", "Знаков сейчас 4001, а помещается 4000."),
    ({"text": {"ru": "Цена {price_haircut_woman}", "en": ""}}, "text", "Может быть, {price_haircut_women}?"),
    ({"text": {"ru": "ок", "en": "{цена}"}}, "text.en", "не живые данные"),
    ({"text": {"ru": "{n|окно|окна}", "en": ""}}, "text", "нужны три формы слова"),
    ({"wordings": "где вы\nгде вы"}, "wordings", "есть в списке дважды"),
    ({"wordings": "\n".join(f"вопрос {n}" for n in range(61))}, "wordings", "Строк сейчас 61"),
    ({"by_branch": {"centre": {"ru": "{нет}", "en": ""}}}, "by_branch.centre", "не живые данные"),
    ({"by_branch": {"moon": {"ru": "да", "en": ""}}}, "by_branch.moon", "Такого филиала нет."),
    (
        {"choices": [{"label": {"ru": "Туда", "en": ""}, "kind": "answer", "target": "nowhere"}]},
        "choices",
        "Кнопка ведёт к ответу, которого нет.",
    ),
)


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_published(salon: Salon, admin: Browser) -> None:
    for others, field, words in WRONG:
        body = filled(**others)
        _, drafted = call(admin, "answer-draft", {**body, "key": ""})
        status, told = call(admin, "answers", body)
        assert status == 422
        assert words in told["error"]["fields"][field]
        assert words in drafted["fields"][field]
    assert await salon.revisions.stamp() == "0"


async def test_a_topic_cannot_lead_out_of_the_salons_folder(admin: Browser) -> None:
    for topic in ("../../etc", "", "a/b", ".", "x" * 41):
        status, told = call(admin, "answers", filled(topic=topic))
        assert status == 422
        assert "topic" in told["error"]["fields"]


async def test_a_new_answer_is_published_edited_and_taken_back(salon: Salon, admin: Browser) -> None:
    status, told = call(admin, "answers", filled())
    assert (status, told) == (200, {"key": "gde_ostavit_samokat", "revision": 1, "before": 0})
    made = await kept(salon, "gde_ostavit_samokat")
    assert made.wordings == ("куда поставить самокат", "есть ли место для самоката")
    assert (made.group, dict(made.by_branch)) == ("visit", {})
    assert call(admin, "answers", filled())[1]["key"] == "gde_ostavit_samokat_2"

    path = "answers/gde_ostavit_samokat"
    status, told = call(admin, path, filled(base=1, text={"ru": "В коридоре.", "en": "In the hall."}))
    assert (status, told["revision"]) == (200, 2)
    page = admin.open("/answers/gde_ostavit_samokat/history")
    assert "<ins>В коридоре</ins>" in page
    assert "<del>У входа, {address_centre}. Стрижка {price_haircut_women}" in page
    assert "спрашивают каждый день" in page
    assert "Вера" in page

    assert call(admin, f"{path}/return/1?base=2")[1]["revision"] == 3
    assert (await kept(salon, "gde_ostavit_samokat")).text == made.text
    assert call(admin, f"{path}/return/0?base=3") == (
        200,
        {"key": "gde_ostavit_samokat", "revision": 0, "before": 3},
    )
    assert admin.client.get("/console/answers/gde_ostavit_samokat").status_code == 404
    assert "Вернуть эту версию" in admin.open("/answers/gde_ostavit_samokat/history")
    assert call(admin, f"{path}/return/2?base=0")[0] == 200
    about = [line.about for line in salon.accounts.audit if line.what == "answer published"]
    assert about[:2] == ["gde_ostavit_samokat 1", "gde_ostavit_samokat_2 1"]


async def test_an_answer_is_switched_off_and_on(salon: Salon, admin: Browser) -> None:
    before = await kept(salon, "parking")
    assert call(admin, "answers/parking/switch?on=false&base=1")[1]["revision"] == 2
    assert not (await kept(salon, "parking")).enabled
    assert "Бот даёт этот ответ" in admin.open("/answers/parking")
    assert call(admin, "answers/parking/switch?on=true&base=1")[0] == 409
    assert call(admin, "answers/parking/switch?on=true&base=2")[1]["revision"] == 3
    assert await kept(salon, "parking") == before


async def test_of_two_who_edit_one_answer_the_second_sees_both_texts(salon: Salon, admin: Browser) -> None:
    await salon.hire(Role.OWNER, "Инна", "inna")
    first = filled(base=1, text={"ru": "Во дворе.", "en": ""})
    assert call(admin, "answers/parking", first)[0] == 200
    admin.client.cookies.clear()
    admin.log_in("inna")
    status, told = call(admin, "answers/parking", filled(base=1, text={"ru": "У метро.", "en": ""}))
    assert (status, told["error"]["code"]) == (409, "overtaken")
    assert told["error"]["message"].startswith("Вера")
    assert told["error"]["theirs"]["text"]["ru"] == "Во дворе."
    (change,) = [one for one in told["error"]["changes"] if one["field"] == "Ответ"]
    assert [piece for piece in change["pieces"] if piece[0] != "same"] == [["gone", "Во дворе"], ["new", "У метро"]]
    assert (await kept(salon, "parking")).text.ru == "Во дворе."
    again = filled(base=told["error"]["revision"], text={"ru": "У метро.", "en": ""})
    assert call(admin, "answers/parking", again)[0] == 200
    assert (await kept(salon, "parking")).text.ru == "У метро."


async def test_an_answer_that_a_button_leads_to_cannot_be_taken_away(salon: Salon, admin: Browser) -> None:
    leads = [{"label": {"ru": "Самокат", "en": ""}, "kind": "answer", "target": "gde_ostavit_samokat"}]
    assert call(admin, "answers", filled())[0] == 200
    assert call(admin, "answers/parking", filled(base=1, choices=leads))[0] == 200
    status, told = call(admin, "answers/gde_ostavit_samokat/return/0?base=1")
    assert status == 422
    assert "такого ответа нет" in told["error"]["message"]
    assert (await kept(salon, "gde_ostavit_samokat")).enabled


async def test_a_change_of_other_rules_meanwhile_is_checked_too(salon: Salon, admin: Browser) -> None:
    """Between the check and the publication the service goes whose price the answer tells."""
    studio = salon.console.app.state.parts.studio
    publish = salon.revisions.publish
    calls: list[str] = []

    async def late(*args: Any, **others: Any) -> Any:
        if not calls:
            salon.revisions.touch()
        calls.append(others["stamp"])
        return await publish(*args, **others)

    salon.revisions.publish = late  # type: ignore[method-assign]
    body = {"title": "А", "wordings": [], "text": "Б", "group": "visit"}
    assert await studio.publish("a", body, 0, "admin", "", salon.clock.now()) == 1
    assert calls == ["0", "1"]


async def test_where_a_button_leads_is_said_in_words(admin: Browser) -> None:
    page = admin.open("/answers/parking")
    for words in ("Заявка на запись", "Позвать человека", "Цена маникюра"):
        assert words in page
    admin.client.cookies.set("zabota-language", "en")
    assert "Booking request" in admin.open("/answers/parking")


async def test_the_pages_speak_english(salon: Salon, admin: Browser) -> None:
    admin.client.cookies.set("zabota-language", "en")
    assert "What the bot says when people ask." in admin.open("/answers")
    assert "How people ask" in admin.open("/answers/parking")
    assert "came with the product" in admin.open("/answers/parking/history")
    _, told = call(admin, "answer-draft", {**filled(text={"ru": "{x_y}", "en": ""}), "key": ""})
    assert told["fields"]["text"].startswith("There is no live data called {x_y}.")
