"""The registry of settings: name, type, range, default, live or not. Labels are in settings.<language>.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Value = bool | int | float | str
_ADDRESS = re.compile(r"https?://[^\s/]+(?:/\S*)?")


class BadSetting(ValueError):
    """A value that a setting refuses. ``code`` names the message; ``allowed`` says what is expected."""

    def __init__(self, name: str, code: str, given: object, allowed: str) -> None:
        super().__init__(f"{name}: {code}: {given!r} (allowed: {allowed})")
        self.name = name
        self.code = code
        self.given = given
        self.allowed = allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing an owner may change. ``live``: takes effect at the next turn, else at the next start.

    ``owners``: nobody below an owner may change it. ``address``: of a server, with ``http://`` or ``https://``; may be
    empty. It is asked of what is saved, not of what was saved once: that must not stop a start.
    """

    name: str
    default: Value
    least: float | None = None
    most: float | None = None
    among: tuple[Value, ...] = ()
    live: bool = True
    secret: bool = False
    owners: bool = False
    address: bool = False

    @property
    def kind(self) -> str:
        """``bool | int | float | str``."""
        return type(self.default).__name__

    @property
    def allowed(self) -> str:
        """What values are taken, for error messages."""
        if self.among:
            return " | ".join(map(str, self.among))
        if self.least is None and self.most is None:
            return self.kind
        bounds = ["" if bound is None else f"{bound:g}" for bound in (self.least, self.most)]
        return f"{self.kind} {'..'.join(bounds)}"

    def read(self, given: object) -> Value:
        """``given`` (text from the environment, or a JSON value) as this setting's type. Raises BadSetting."""
        value = self._typed(given)
        if self.among and value not in self.among:
            raise BadSetting(self.name, "not_among", given, self.allowed)
        if isinstance(value, int | float) and not isinstance(value, bool) and not self._within(value):
            raise BadSetting(self.name, "out_of_range", given, self.allowed)
        return value

    def check(self, value: Value) -> None:
        """Whether a value may be saved. Raises BadSetting."""
        if self.address and value and not _ADDRESS.fullmatch(str(value)):
            raise BadSetting(self.name, "not_an_address", value, "http://...")

    def _within(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def _typed(self, given: object) -> Value:
        try:
            if isinstance(self.default, bool):
                return _boolean(given)
            if isinstance(self.default, int):
                return int(str(given))
            if isinstance(self.default, float):
                return float(str(given).replace(",", "."))
        except ValueError:
            raise BadSetting(self.name, "wrong_type", given, self.allowed) from None
        return str(given)


def _boolean(given: object) -> bool:
    text = str(given).strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError(text)


SETTINGS: tuple[Setting, ...] = (
    # the turn
    Setting(name="burst_wait_seconds", default=1.2, least=0, most=10, live=False),
    Setting(name="burst_most_seconds", default=3.0, least=0, most=30, live=False),
    Setting(name="answer_confidence", default=0.62, least=0, most=1),
    Setting(name="clarify_confidence", default=0.28, least=0, most=1),
    Setting(name="well_answered", default=0.8, least=0, most=1),
    Setting(name="sure_intent", default=0.6, least=0, most=1),
    Setting(name="sure_question", default=0.85, least=0, most=1),
    Setting(name="likely_question", default=0.5, least=0, most=1),
    Setting(name="hand_over_alarms", default=0.02, least=0, most=0.2),
    Setting(name="soft_alarms", default=0.05, least=0, most=0.2),
    Setting(name="sentence_vectors", default=True, live=False),
    Setting(name="misses_before_person", default=3, least=1, most=20),
    Setting(name="pause_minutes", default=180, least=1, most=10080),
    Setting(name="topic_minutes", default=30, least=0, most=1440),
    Setting(name="reply_norm_minutes", default=120, least=1, most=2880),
    Setting(name="first_reply_minutes", default=10, least=1, most=480),
    Setting(name="silence_minutes", default=5, least=1, most=480),
    Setting(name="silence_return_minutes", default=10, least=1, most=480),
    Setting(name="ask_smiley", default=True),
    Setting(name="returning_client", default="bot", among=("bot", "manager")),
    Setting(name="returning_hours", default=24, least=1, most=720),
    Setting(name="who_first", default="bot", among=("bot", "person", "person_only")),
    Setting(name="safety_net_minutes", default=5, least=1, most=240),
    Setting(name="feedback_hours", default=3, least=1, most=72),
    Setting(name="nps_days", default=4, least=3, most=5),
    Setting(name="service_from_hour", default=10, least=0, most=15),
    Setting(name="service_until_hour", default=20, least=16, most=24),
    Setting(name="prompts_kept", default=8, least=1, most=50),
    # the loops
    Setting(name="turn_batch", default=64, least=1, most=1000, live=False),
    Setting(name="send_batch", default=128, least=1, most=1000, live=False),
    Setting(name="poll_seconds", default=1.0, least=0.05, most=60, live=False),
    Setting(name="attempts_before_quarantine", default=5, least=1, most=100, live=False),
    Setting(name="unknown_repeat_seconds", default=20, least=1, most=3600, live=False),
    Setting(name="lease_seconds", default=30, least=1, most=600, live=False),
    # the book
    Setting(name="live_schedule", default=True),
    Setting(name="slot_step_minutes", default=30, among=(5, 10, 15, 20, 30, 60)),
    Setting(name="booking_lead_minutes", default=60, least=0, most=10080),
    Setting(name="booking_horizon_days", default=60, least=1, most=365),
    Setting(name="hold_minutes", default=5, least=1, most=60),
    Setting(name="holds_per_address", default=30, least=1, most=1000),
    Setting(name="strangers_holds", default=30, least=1, most=10000),
    Setting(name="strangers_visits", default=60, least=1, most=10000),
    Setting(name="active_visits", default=3, least=1, most=100),
    Setting(name="no_shows", default=2, least=1, most=100),
    Setting(name="no_show_days", default=180, least=1, most=3650),
    Setting(name="done_grace_minutes", default=30, least=0, most=1440),
    # the site's chat
    Setting(name="chat_origins", default="", live=False),
    Setting(name="chat_rate_per_minute", default=40, least=1, most=10000, live=False),
    Setting(name="chat_sessions_per_minute", default=30, least=1, most=10000, live=False),
    # clients' photos and files
    Setting(name="photo_megabytes", default=8, least=1, most=8, live=False),
    Setting(name="media_owner_megabytes", default=64, least=1, most=10_000, live=False),
    Setting(name="media_total_megabytes", default=4096, least=1, most=10_000_000, live=False),
    # how long what nobody reads is kept
    Setting(name="keep_turns_days", default=90, least=7, most=3650, live=False),
    Setting(name="keep_sent_days", default=90, least=7, most=3650, live=False),
    Setting(name="disk_reserve_megabytes", default=64, least=0, most=10_000, live=False),
    # the console
    Setting(name="session_idle_hours", default=12, least=1, most=720, live=False),
    Setting(name="session_days", default=7, least=1, most=365, live=False),
    Setting(name="second_factor", default="wish", among=("off", "wish", "owners", "leaders"), live=False, owners=True),
    Setting(name="managers_sight_hours", default=72, least=1, most=8760, live=False),
    # the managers' bot
    Setting(name="managers_bot_token", default="", live=False, secret=True, owners=True),
    Setting(name="alert_after_minutes", default=0, least=0, most=240, live=False),
    Setting(name="managers_bot_url", default="", live=False, owners=True, address=True),
    Setting(name="managers_bot_proxy", default="", live=False, owners=True, address=True),
    # where it runs
    Setting(name="public_url", default="", live=False),
    Setting(name="trusted_proxies", default="", live=False),
    Setting(name="log_level", default="info", among=("debug", "info", "warning", "error"), live=False),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}
ENVIRONMENT_PREFIX = "ZABOTA_"


def resolve(
    environment: Mapping[str, str], stored: Mapping[str, object], file: Mapping[str, object]
) -> dict[str, Value]:
    """The value of every setting: environment over database over file over default. Raises BadSetting."""
    found: dict[str, Value] = {}
    for setting in SETTINGS:
        name = setting.name
        variable = ENVIRONMENT_PREFIX + name.upper()
        if variable in environment:
            found[name] = setting.read(environment[variable])
        elif name in stored:
            found[name] = setting.read(stored[name])
        elif name in file:
            found[name] = setting.read(file[name])
        else:
            found[name] = setting.default
    return found
