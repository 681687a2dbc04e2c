"""Settings in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from console.tuning import BadValue, Knob, Value


def knob(name: str, default: Value, **others: object) -> Knob:
    """A setting as delivered."""
    plain: dict[str, object] = {"least": None, "most": None, "among": (), "live": True, "source": "default"}
    known = plain | {"label": f"Настройка {name}", "group": "Разговор", "value": default} | others
    return Knob(name=name, default=default, **known)  # type: ignore[arg-type]


class FakeTuning:
    """Implements console.tuning.Tuning: one number, one choice, one that the server's environment holds."""

    def __init__(self) -> None:
        knobs = (
            knob("pause_minutes", 180, least=1.0, most=10080.0),
            knob("who_first", "bot", among=("bot", "person")),
            knob("second_factor", "wish", among=("off", "wish"), owners=True),
            knob("public_url", "", source="ZABOTA_PUBLIC_URL", live=False, group="Сервер"),
        )
        self.knobs = {one.name: one for one in knobs}
        self.authors: list[str] = []

    async def all(self, language: str) -> Sequence[Knob]:
        return list(self.knobs.values())

    async def put(self, name: str, given: str, author: str, now: datetime) -> None:
        old = self.knobs[name]
        value: Value = given
        if old.least is not None and old.most is not None:
            if not given.isdigit() or not old.least <= int(given) <= old.most:
                raise BadValue(name)
            value = int(given)
        elif old.among and given not in old.among:
            raise BadValue(name)
        self.knobs[name] = replace(old, value=value, source="database")
        self.authors.append(author)
