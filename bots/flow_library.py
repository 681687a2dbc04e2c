"""Finds the flows and common texts that ship with the product, and the actions that flows may name."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flows
from bots.yaml_files import read_yaml
from dialog.flow import Action

FOLDER = Path(flows.__file__).parent
COMMON = "common"


def flow_keys() -> tuple[str, ...]:
    """Names of the folders that hold a flow.yaml, sorted."""
    return tuple(sorted(found.parent.name for found in FOLDER.glob("*/flow.yaml")))


def shipped_flow(key: str) -> dict[str, Any]:
    """The document of a flow as the revision store keeps it: ``{flow: {...}, texts: {language: {...}}}``."""
    return flow_in(FOLDER / key)


def flow_in(folder: Path) -> dict[str, Any]:
    """The document of the flow in any folder. Raises OSError, ValueError."""
    return {"flow": _read(folder / "flow.yaml"), "texts": _texts(folder)}


def shipped_common() -> dict[str, Any]:
    """The common lines: ``{texts: {language: {...}}}``."""
    return {"texts": _texts(FOLDER / COMMON)}


def actions() -> Mapping[str, Action]:
    """Every action of every flow folder, by name. Raises ValueError when two folders use one name."""
    found: dict[str, Action] = {}
    for path in sorted(FOLDER.glob("*/actions.py")):
        module = importlib.import_module(f"flows.{path.parent.name}.actions")
        for name, action in module.ACTIONS.items():
            if name in found:
                raise ValueError(f"action {name} is defined twice")
            found[name] = action
    return found


def _texts(folder: Path) -> dict[str, Any]:
    return {path.name.split(".")[1]: _read(path) for path in sorted(folder.glob("texts.*.yaml"))}


def _read(path: Path) -> dict[str, Any]:
    loaded = read_yaml(path)
    if not isinstance(loaded, dict):
        raise ValueError(f"{path}: a mapping is expected")
    return loaded
