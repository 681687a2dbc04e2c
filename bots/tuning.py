"""The registry of settings behind the console's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import config
from bots.secret_settings import closed
from config.registry import BY_NAME, ENVIRONMENT_PREFIX, SETTINGS, BadSetting, Setting, Value, resolve
from console.tuning import BadValue, Knob
from storage.seal import KeySeal
from storage.setting_rows import SettingRows

FOLDER = Path(config.__file__).parent
_UNGROUPED: Mapping[str, Any] = {"title": {"ru": "", "en": ""}}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryTuning:
    """Implements console.tuning.Tuning."""

    rows: SettingRows
    environment: Mapping[str, str]
    seal: KeySeal
    troubles: Mapping[str, str] = field(default_factory=dict)
    """Setting, what does not work because of it since this process began."""

    async def all(self, language: str) -> Sequence[Knob]:
        """See Tuning."""
        stored = await self.rows.all()
        values = resolve(self.environment, stored, {})
        knobs = {setting.name: self._knob(setting, values[setting.name], stored, language) for setting in SETTINGS}
        named = [name for group in groups() for name in group["names"] if name in knobs]
        return [knobs[name] for name in dict.fromkeys([*named, *knobs])]

    async def put(self, name: str, given: str, author: str, now: datetime) -> None:
        """See Tuning."""
        setting = BY_NAME[name]
        try:
            value = setting.read(_typed(setting, given))
            setting.check(value)
        except BadSetting as error:
            raise BadValue(name) from error
        await self.rows.put(name, closed(setting, value, self.seal), author, now)

    def _knob(self, setting: Setting, value: Value, stored: Mapping[str, object], language: str) -> Knob:
        variable = ENVIRONMENT_PREFIX + setting.name.upper()
        group = next((group for group in groups() if setting.name in group["names"]), _UNGROUPED)
        kept = "database" if setting.name in stored else "default"
        return Knob(
            name=setting.name,
            label=labels(language)[setting.name],
            group=group["title"][language],
            folded=group.get("folded", False),
            value="" if setting.secret else value,
            default=setting.default,
            least=setting.least,
            most=setting.most,
            among=setting.among,
            words={value: said[language] for value, said in words().get(setting.name, {}).items()},
            live=setting.live,
            owners=setting.owners,
            address=setting.address,
            trouble=self.troubles.get(setting.name, ""),
            source=variable if variable in self.environment else kept,
        )


def _typed(setting: Setting, given: str) -> object:
    """What was chosen among numbers comes as text, too."""
    return next((value for value in setting.among if str(value) == given), given.strip())


@cache
def labels(language: str) -> Mapping[str, str]:
    """The settings' names for people."""
    return _loaded(f"settings.{language}.yaml")  # type: ignore[no-any-return]


@cache
def groups() -> Sequence[Mapping[str, Any]]:
    """Headings and the settings under them, in the console's order."""
    return _loaded("setting_groups.yaml")  # type: ignore[no-any-return]


@cache
def words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Setting, value, language: what the values are called that are chosen from a list."""
    return _loaded("setting_values.yaml")  # type: ignore[no-any-return]


def _loaded(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
