"""What a setting takes, in the words of the command line."""

from __future__ import annotations

from bots.messages import message
from config.registry import Setting


def expected(setting: Setting) -> str:
    """The values that ``setting`` takes."""
    if setting.among:
        return message("expected_among", among=", ".join(str(value) for value in setting.among))
    if setting.kind == "bool":
        return message("expected_bool")
    if setting.address:
        return message("expected_address")
    if setting.kind == "str" or setting.least is None or setting.most is None:
        return message("expected_text")
    bounds = {"least": f"{setting.least:.12g}", "most": f"{setting.most:.12g}"}
    return message("expected_whole", **bounds) if setting.kind == "int" else message("expected_number", **bounds)
