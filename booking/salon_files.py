"""The salon as a folder of YAML files: the form that seeds an empty database, is imported and exported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from booking.fault import Faults, Place
from booking.raw_salon import RawNoun, RawSalon, build_salon, raw_nouns
from booking.salon import Salon
from booking.yaml_source import MAX_BYTES, Plain, YamlSource, read_yaml

FILES = ("salon.yaml", "branches.yaml", "services.yaml", "staff.yaml", "duty.yaml", "holidays.yaml")
ANSWERS = "answers"
MAX_ANSWER_FILES = 100


def load_salon(folder: Path, today: date) -> Salon:
    """Read the files of ``folder``. Days written as ``in_days: 3`` are counted from ``today``.

    Raises SalonDataError with file, line and what is expected for all that is wrong.
    """
    contents: dict[str, bytes] = {}
    for name in FILES:
        if (folder / name).is_file():
            contents[name] = _head(folder / name)
    for path in sorted((folder / ANSWERS).glob("*.yaml"))[: MAX_ANSWER_FILES + 1]:
        contents[f"{ANSWERS}/{path.name}"] = _head(path)
    return read_salon(contents, today)


def read_salon(contents: Mapping[str, bytes], today: date) -> Salon:
    """The same from file names and bytes, as an upload brings them."""
    faults = Faults()
    read: dict[str, tuple[YamlSource, Plain]] = {}
    for name in FILES:
        if name in contents:
            read[name] = read_yaml(name, contents[name], faults)
        elif name != "holidays.yaml":
            faults.add(Place(YamlSource(name)), "file_missing")
    answers = sorted(name for name in contents if name.startswith(f"{ANSWERS}/"))
    if len(answers) > MAX_ANSWER_FILES:
        faults.add(Place(YamlSource(ANSWERS)), "files_many", high=MAX_ANSWER_FILES)
    for name in answers[:MAX_ANSWER_FILES]:
        read[name] = read_yaml(name, contents[name], faults)
    faults.refuse()
    return build_salon(_raw(read, faults), today, faults)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _raw(read: Mapping[str, tuple[YamlSource, Plain]], faults: Faults) -> RawSalon:
    services, prices = read["services.yaml"]
    parts = prices if isinstance(prices, dict) else {}
    if not isinstance(prices, dict):
        faults.add(Place(services), "mapping_expected", got=prices)
    for name in parts:
        if name not in ("categories", "services"):
            faults.add(Place(services, (name,)), "field_unknown", hint="categories, services")
    return RawSalon(
        salon=_whole(read, "salon"),
        duty=_whole(read, "duty"),
        categories=raw_nouns(parts.get("categories"), Place(services, ("categories",)), faults),
        services=raw_nouns(parts.get("services"), Place(services, ("services",)), faults),
        branches=_nouns(read, "branches.yaml", faults),
        staff=_nouns(read, "staff.yaml", faults),
        holidays=_nouns(read, "holidays.yaml", faults),
        answers=tuple(noun for name in read if name.startswith(ANSWERS) for noun in _nouns(read, name, faults)),
    )


def _whole(read: Mapping[str, tuple[YamlSource, Plain]], kind: str) -> RawNoun:
    source, value = read[f"{kind}.yaml"]
    return RawNoun(key=kind, value=value, place=Place(source))


def _nouns(read: Mapping[str, tuple[YamlSource, Plain]], name: str, faults: Faults) -> tuple[RawNoun, ...]:
    if name not in read:
        return ()
    source, value = read[name]
    group = name.removeprefix(f"{ANSWERS}/").removesuffix(".yaml")
    return raw_nouns(value, Place(source), faults, group)
