"""docs/salon-files.md tells the truth: its examples are read, every field and fact is named."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from booking.fact_names import BY_BRANCH, BY_SERVICE, PLAIN
from booking.salon_documents import salon_to_documents
from booking.salon_files import load_salon, read_salon

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "salon-files.md").read_text(encoding="utf-8")
DEMO = ROOT / "config" / "demo"
SECTIONS = dict(re.findall(r"^## (\S+\.yaml)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))


def example(file: str) -> str:
    found = re.search(r"```yaml\n(.*?)```", SECTIONS[file], re.S)
    assert found
    return found.group(1)


@pytest.mark.parametrize("file", ["salon.yaml", "branches.yaml", "duty.yaml", "holidays.yaml"])
def test_an_example_takes_the_place_of_the_demos_file(file: str) -> None:
    contents = {str(path.relative_to(DEMO)): path.read_bytes() for path in DEMO.rglob("*.yaml")}
    text = example(file)
    if file == "branches.yaml":
        text += contents[file].decode().split("\n\n", 1)[1]
    assert read_salon({**contents, file: text.encode()}, date(2026, 3, 2)).name.ru == "Лаванда"


def test_the_examples_of_services_staff_and_answers_make_a_salon() -> None:
    staff = example("staff.yaml").replace("[haircut_women, styling]", "[manicure_gel]")
    belova = staff.replace("anna:", "belova:", 1)
    answers = example("answers/*.yaml").replace("{price_gel_removal}", "{price_manicure_gel}")
    contents = {file: example(file) for file in ("salon.yaml", "branches.yaml", "services.yaml", "duty.yaml")}
    contents |= {"staff.yaml": staff + belova, "answers/a.yaml": answers}
    salon = read_salon({name: text.encode() for name, text in contents.items()}, date(2026, 3, 2))
    assert salon.service("manicure_gel").price_by("belova").amount == 2600


def test_every_field_is_explained() -> None:
    documents = salon_to_documents(load_salon(DEMO, date(2026, 3, 2)))
    fields = {name for body in documents.values() for name in body} - {"order", "group"}
    assert [name for name in sorted(fields) if f"`{name}`" not in PAGE] == []


def test_every_fact_is_explained() -> None:
    told = set(re.findall(r"`\{([a-z_]+)\}`", PAGE))
    assert set(PLAIN) <= told
    prefixes = {f"{fact}_" for fact in (*BY_SERVICE, *BY_BRANCH)} | {"price_list_"}
    assert [prefix for prefix in prefixes if not any(name.startswith(prefix) for name in told)] == []
