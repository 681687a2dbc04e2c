"""What the command line says: every message is used, every used one exists, refusals are one readable line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

import bots
from bots.cannot_start import CannotStart
from bots.command_line import app
from bots.messages import message
from bots.refusals import refusal_of
from bots.setting_words import expected
from config.registry import SETTINGS, BadSetting
from dialog.errors import StoreBusy
from dialog.flow_finding import Finding
from dialog.flow_source import BadFlow
from storage.errors import DataLocked

FOLDER = Path(bots.__file__).parent


def test_every_message_is_used_and_every_used_one_exists() -> None:
    known = set(yaml.safe_load((FOLDER / "messages.ru.yaml").read_text(encoding="utf-8")))
    used: set[str] = set()
    for path in FOLDER.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r"""(?<![.\w])(?:message|say)\(\s*["']([a-z_]+)["']""", text))
    assert used == known


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (CannotStart("занято"), "занято"),
        (DataLocked(Path("/data"), "42"), "/data"),
        (BadSetting("soft_alarms", "out_of_range", "7", "float 0..1"), "soft_alarms"),
        (BadFlow("request", [Finding("dead_end", "states.a")]), "states.a: dead_end"),
        (StoreBusy("locked"), "locked"),
    ],
)
def test_what_people_can_mend_is_said_in_words(error: Exception, words: str) -> None:
    said = refusal_of(error)
    assert said is not None
    assert words in said


def test_a_bug_is_not_dressed_up_as_somebodys_mistake() -> None:
    assert refusal_of(ZeroDivisionError()) is None


def test_the_parts_on_sqlite_alone_are_refused_with_the_way_out() -> None:
    refused = CliRunner(env={"DATABASE_URL": ""}).invoke(app, ["worker"])
    assert refused.exit_code == 2
    assert message("sqlite_one_process") in refused.output


def test_settings_can_be_listed_changed_and_refused(tmp_path: Path) -> None:
    runner = CliRunner()
    data = ["--data", str(tmp_path)]
    changed = runner.invoke(app, ["settings", "set", "reply_norm_minutes", "45", *data])
    assert (changed.exit_code, changed.output) == (
        0,
        message("setting_saved", name="reply_norm_minutes", value=45) + "\n",
    )
    listed = runner.invoke(app, ["settings", "list", *data])
    assert re.search(r"reply_norm_minutes\s+45\s.*database", listed.output)
    refused = runner.invoke(app, ["settings", "set", "reply_norm_minutes", "0", *data])
    assert refused.exit_code == 2
    assert "целое число от 1 до 2880" in refused.output
    unknown = runner.invoke(app, ["settings", "set", "no_such", "1", *data])
    assert message("unknown_setting", name="no_such") in unknown.output


def test_the_salon_goes_out_to_files_and_comes_back_changed(tmp_path: Path) -> None:
    runner = CliRunner()
    data = ["--data", str(tmp_path / "data")]
    files = tmp_path / "salon"
    assert runner.invoke(app, ["salon", "export", str(files), *data]).exit_code == 0
    assert message("salon_same") in runner.invoke(app, ["salon", "import", str(files), *data]).output
    services = files / "services.yaml"
    services.write_text(services.read_text(encoding="utf-8").replace("1500", "1700", 1), encoding="utf-8")
    seen = runner.invoke(app, ["salon", "import", str(files), *data])
    assert "700" in seen.output
    assert message("salon_ask") in seen.output
    assert message("salon_applied") in runner.invoke(app, ["salon", "import", str(files), "--yes", *data]).output
    assert message("salon_same") in runner.invoke(app, ["salon", "import", str(files), *data]).output
    services.write_text("services: [", encoding="utf-8")
    refused = runner.invoke(app, ["salon", "import", str(files), *data])
    assert refused.exit_code == 2
    assert "services.yaml" in refused.output


def test_a_new_installation_is_well(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["doctor", "--data", str(tmp_path)])
    assert answer.exit_code == 0, answer.output
    assert message("doctor_well") in answer.output


def test_a_copy_brings_everything_back(tmp_path: Path) -> None:
    runner = CliRunner()
    data = ["--data", str(tmp_path / "data")]
    runner.invoke(app, ["settings", "set", "reply_norm_minutes", "45", *data])
    copy = tmp_path / "copy.zabota"
    made = runner.invoke(app, ["backup", str(copy), *data])
    assert made.exit_code == 0, made.output
    runner.invoke(app, ["settings", "set", "reply_norm_minutes", "50", *data])
    back = runner.invoke(app, ["restore", str(copy), *data])
    assert back.exit_code == 0, back.output
    assert re.search(r"reply_norm_minutes\s+45\s", runner.invoke(app, ["settings", "list", *data]).output)
    copy.write_bytes(copy.read_bytes()[:100])
    assert runner.invoke(app, ["restore", str(copy), *data]).exit_code == 2


def test_what_is_no_copy_is_refused_in_one_russian_line_and_leaves_nothing(tmp_path: Path) -> None:
    wrong = tmp_path / "letter.txt"
    wrong.write_text("это не копия", encoding="utf-8")
    answer = CliRunner().invoke(app, ["restore", str(wrong), "--data", str(tmp_path / "data")])
    assert answer.exit_code == 2
    assert answer.output == message("bad_backup_no_copy", file=str(wrong)) + "\n"
    assert not (tmp_path / "data").exists()


def test_a_setting_says_what_it_takes_in_russian() -> None:
    said = {setting.name: expected(setting) for setting in SETTINGS}
    assert said["burst_wait_seconds"] == "число от 0 до 10"
    assert said["media_total_megabytes"] == "целое число от 1 до 10000000"
    assert said["public_url"] == "текст"
    assert said["log_level"] == "одно из: debug, info, warning, error"
    assert not [name for name, words in said.items() if ".." in words]
