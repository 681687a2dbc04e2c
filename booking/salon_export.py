"""Writes the salon back as the folder of YAML files that the loader reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from booking.salon import Salon
from booking.salon_files import ANSWERS
from booking.write_nouns import (
    Body,
    answer_body,
    branch_body,
    categories_body,
    duty_body,
    holiday_body,
    salon_body,
    service_body,
    staff_body,
)

_WIDTH = 110


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def salon_to_files(salon: Salon) -> dict[str, bytes]:
    """File name -> content in UTF-8. Reading them back gives an equal Salon; comments are not kept."""
    services: Body = {
        "categories": categories_body(salon),
        "services": {each.key: service_body(each) for each in salon.services},
    }
    files: dict[str, Body] = {
        "salon.yaml": salon_body(salon),
        "branches.yaml": {each.key: branch_body(each, salon) for each in salon.branches},
        "services.yaml": services,
        "staff.yaml": {each.key: staff_body(each) for each in salon.staff},
        "duty.yaml": duty_body(salon.duty),
        "holidays.yaml": {each.key: holiday_body(each) for each in salon.holidays},
    }
    for answer in salon.answers:
        files.setdefault(f"{ANSWERS}/{answer.group}.yaml", {})[answer.key] = answer_body(answer)
    return {name: _dump(body) for name, body in files.items()}


def save_salon(salon: Salon, folder: Path) -> None:
    """Write the files into a folder that is new or empty. Raises FileExistsError else."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(str(folder))
    for name, content in salon_to_files(salon).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _dump(body: Body) -> bytes:
    text = yaml.dump(body, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=False)
    return text.encode("utf-8")
