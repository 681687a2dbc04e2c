"""The settings page: everything is shown with its range, a bad value is refused in Russian, a good one counts."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bots.secret_settings import opened
from bots.tuning import RegistryTuning, groups, words
from config.registry import BY_NAME, SETTINGS
from console.tuning import BadValue
from handoff.roles import Role
from storage.open_store import open_store
from storage.seal import KeySeal
from tests.console.salon import Browser, Salon
from tests.fakes.desk import FakeBus
from tests.fakes.moments import FakeClock, FakeDice


def change(browser: Browser, name: str, value: str) -> tuple[int, dict[str, object]]:
    answer = browser.client.post(f"/console/api/settings/{name}", json={"value": value}, headers=browser.headers())
    return answer.status_code, answer.json()


async def test_a_setting_is_shown_changed_and_noted(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.ADMIN)
    browser.log_in("admin")
    page = browser.open("/settings")
    assert "Настройка pause_minutes" in page
    assert "целое число от 1 до 10080 · обычно 180" in page
    assert re.search(r"задано на сервере: ZABOTA_PUBLIC_URL", page)
    assert "после перезапуска" in page
    status, told = change(browser, "pause_minutes", "45")
    assert (status, told) == (200, {"name": "pause_minutes", "value": "45", "source": "database", "live": True})
    assert salon.tuning.authors == ["admin"]
    assert [(line.what, line.about) for line in salon.accounts.audit][-1] == ("setting changed", "pause_minutes")
    assert "изменено здесь" in browser.open("/settings")


@pytest.mark.parametrize(
    ("name", "value", "status", "words"),
    [
        ("pause_minutes", "0", 422, "Такое значение не подходит. Нужно: целое число от 1 до 10080."),
        ("pause_minutes", "завтра", 422, "Такое значение не подходит. Нужно: целое число от 1 до 10080."),
        ("who_first", "cat", 422, "Такое значение не подходит. Нужно: одно из: bot, person."),
        ("public_url", "https://a.test", 409, "Это значение задано на сервере переменной ZABOTA_PUBLIC_URL"),
        ("no_such", "1", 404, "Такой страницы или такого диалога нет."),
    ],
)
async def test_a_bad_value_is_refused_in_russian_and_changes_nothing(
    salon: Salon, browser: Browser, name: str, value: str, status: int, words: str
) -> None:
    await salon.hire(Role.OWNER)
    browser.log_in("owner")
    before = dict(salon.tuning.knobs)
    found, told = change(browser, name, value)
    assert found == status
    assert words in str(told["error"])
    assert salon.tuning.knobs == before


@pytest.mark.parametrize(("role", "status"), [(Role.OWNER, 200), (Role.ADMIN, 403)])
async def test_what_guards_owners_is_for_owners_to_change(
    salon: Salon, browser: Browser, role: Role, status: int
) -> None:
    await salon.hire(role)
    browser.log_in(role.value)
    assert ('data-knob="second_factor"' in browser.open("/settings")) is (status == 200)
    assert change(browser, "second_factor", "off")[0] == status
    assert salon.tuning.knobs["second_factor"].value == ("off" if status == 200 else "wish")


async def test_what_does_not_work_because_of_a_setting_is_said_beside_it(salon: Salon, browser: Browser) -> None:
    await salon.hire(Role.ADMIN)
    browser.log_in("admin")
    assert "Бот администраторов" not in browser.open("/settings")
    one = salon.tuning.knobs["pause_minutes"]
    salon.tuning.knobs["pause_minutes"] = replace(one, trouble="Бот администраторов не работает.")
    assert "Бот администраторов не работает." in browser.open("/settings")


async def test_a_secret_is_sealed_in_the_database_and_never_shown(tmp_path: Path) -> None:
    store = await open_store("", tmp_path, clock=FakeClock(), dice=FakeDice(), bus=FakeBus())
    seal = KeySeal([b"k" * 32])
    try:
        tuning = RegistryTuning(rows=store.settings, environment={}, seal=seal)
        await tuning.put("managers_bot_token", "123:secret", "vera", FakeClock().now())
        knob = next(one for one in await tuning.all("ru") if one.name == "managers_bot_token")
        stored = str((await store.settings.all())["managers_bot_token"])
        await tuning.put("managers_bot_token", "", "vera", FakeClock().now())
        emptied = (await store.settings.all())["managers_bot_token"]
    finally:
        await store.close()
    assert (knob.value, knob.source, emptied) == ("", "database", "")
    assert "secret" not in stored
    assert opened(stored, seal) == "123:secret"
    assert opened("123:by environment", seal) == "123:by environment"
    with pytest.raises(ValueError, match="another key"):
        opened(stored, KeySeal([b"x" * 32]))


async def test_the_registry_stands_behind_it(tmp_path: Path) -> None:
    store = await open_store("", tmp_path, clock=FakeClock(), dice=FakeDice(), bus=FakeBus())
    try:
        tuning = RegistryTuning(
            rows=store.settings, environment={"ZABOTA_LOG_LEVEL": "debug"}, seal=KeySeal([b"k" * 32])
        )
        await tuning.put("slot_step_minutes", "15", "vera", FakeClock().now())
        await tuning.put("ask_smiley", "false", "vera", FakeClock().now())
        with pytest.raises(BadValue):
            await tuning.put("slot_step_minutes", "7", "vera", FakeClock().now())
        for wrong in ("foo", "socks5://127.0.0.1:9", "http://", "http://a b"):
            with pytest.raises(BadValue):
                await tuning.put("managers_bot_proxy", wrong, "vera", FakeClock().now())
        for good in ("http://me:secret@10.0.0.1:3128", "https://proxy.example/", ""):
            await tuning.put("managers_bot_proxy", good, "vera", FakeClock().now())
        with pytest.raises(BadValue):
            await tuning.put("pause_minutes", "", "vera", FakeClock().now())
        knobs = {knob.name: knob for knob in await tuning.all("ru")}
        english = {knob.name: knob for knob in await tuning.all("en")}
    finally:
        await store.close()
    assert set(knobs) == set(BY_NAME)
    assert (knobs["slot_step_minutes"].value, knobs["slot_step_minutes"].source) == (15, "database")
    assert knobs["ask_smiley"].value is False
    assert (knobs["log_level"].value, knobs["log_level"].source) == ("debug", "ZABOTA_LOG_LEVEL")
    assert knobs["pause_minutes"].source == "default"
    assert knobs["log_level"].label == "Подробность журнала"
    assert knobs["who_first"].called("person_only") == "только люди"
    assert knobs["slot_step_minutes"].called(15) == "15"
    assert english["log_level"].label == "How much is written into the log"
    assert {knob.group for knob in english.values()} & {knob.group for knob in knobs.values()} <= {""}


def test_values_to_choose_from_have_words_in_both_languages() -> None:
    chosen = {
        one.name: {str(value) for value in one.among} for one in SETTINGS if isinstance(one.default, str) and one.among
    }
    assert {name: set(said) for name, said in words().items()} == chosen
    assert all(set(said) == {"ru", "en"} for values in words().values() for said in values.values())


def test_headings_name_settings_that_exist_each_once() -> None:
    named = [name for group in groups() for name in group["names"]]
    assert len(named) == len(set(named))
    assert set(named) <= {setting.name for setting in SETTINGS}
