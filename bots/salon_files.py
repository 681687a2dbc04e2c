"""The files an empty database starts from: the demo salon, or the salon in DATA/salon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import config
from booking.salon_documents import salon_to_documents
from booking.salon_files import load_salon
from bots.flow_library import COMMON, flow_keys, shipped_common, shipped_flow

DEMO = Path(config.__file__).parent / "demo"


def rule_documents() -> dict[tuple[str, str], Mapping[str, Any]]:
    """The flows and texts that ship with the product: brought in at every start."""
    documents: dict[tuple[str, str], Mapping[str, Any]] = {("flow", key): shipped_flow(key) for key in flow_keys()}
    documents["text", COMMON] = shipped_common()
    return documents


def first_salon(data: Path, today: date) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The salon an empty database starts with. Raises SalonDataError with file, line and what is expected."""
    folder = DEMO if is_demo(data) else data / "salon"
    return dict(salon_to_documents(load_salon(folder, today)))


def is_demo(data: Path) -> bool:
    """Whether an empty database starts with the demo salon."""
    return not (data / "salon").is_dir()
