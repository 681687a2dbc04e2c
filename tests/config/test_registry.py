"""The registry of settings: what is taken, what is refused, who wins."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import config
from config.registry import BY_NAME, SETTINGS, BadSetting, Setting, resolve


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_setting_has_a_label_and_no_label_is_left_over(language: str) -> None:
    text = (Path(config.__file__).parent / f"settings.{language}.yaml").read_text(encoding="utf-8")
    labels = yaml.safe_load(text)
    assert (re.search("[а-яё]", text, re.I) is None) == (language == "en")
    assert set(labels) == {setting.name for setting in SETTINGS}
    assert all(str(label).strip() for label in labels.values())


def test_every_default_is_a_value_that_the_setting_takes() -> None:
    for setting in SETTINGS:
        assert setting.read(setting.default) == setting.default


def test_environment_wins_over_database_over_file_over_default() -> None:
    name = "reply_norm_minutes"
    default = BY_NAME[name].default
    assert resolve({}, {}, {})[name] == default
    assert resolve({}, {}, {name: 30})[name] == 30
    assert resolve({}, {name: 20}, {name: 30})[name] == 20
    assert resolve({"ZABOTA_REPLY_NORM_MINUTES": "10"}, {name: 20}, {name: 30})[name] == 10


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("reply_norm_minutes", "0", "out_of_range"),
        ("reply_norm_minutes", "abc", "wrong_type"),
        ("answer_confidence", "1.5", "out_of_range"),
        ("log_level", "loud", "not_among"),
    ],
)
def test_a_bad_value_is_refused_with_what_is_expected(name: str, given: str, code: str) -> None:
    with pytest.raises(BadSetting) as refused:
        resolve({f"ZABOTA_{name.upper()}": given}, {}, {})
    assert refused.value.code == code
    assert refused.value.name == name
    assert refused.value.allowed == BY_NAME[name].allowed


def test_what_guards_owners_and_what_leads_a_token_away_is_for_owners() -> None:
    """The token is sent wherever the bot's address and proxy lead."""
    guarded = {setting.name for setting in SETTINGS if setting.owners}
    assert guarded == {"second_factor", "managers_bot_token", "managers_bot_url", "managers_bot_proxy"}
    assert {setting.name for setting in SETTINGS if setting.secret} <= guarded


def test_a_decimal_comma_and_words_for_yes_are_understood() -> None:
    assert BY_NAME["burst_wait_seconds"].read("0,5") == 0.5
    flag = Setting(name="flag", default=False)
    assert flag.read("on") is True
    assert flag.read("0") is False
    with pytest.raises(BadSetting):
        flag.read("maybe")
