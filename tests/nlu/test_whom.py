"""Several services in one message, and the one for a child or a man."""

from __future__ import annotations

import pytest

from tests.dialog.demo import demo_rules


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("маникюр и педикюр в субботу", ["manicure_gel", "pedicure_gel"]),
        ("маникюр, педикюр", ["manicure_gel", "pedicure_gel"]),
        ("запишите на маникюр к Маше, а потом педикюр", ["manicure_gel", "pedicure_gel"]),
        ("маникюр со снятием", ["manicure_gel", "gel_removal"]),
        ("haircut and manicure tomorrow", ["haircut_women", "manicure_gel"]),
        ("не маникюр, а педикюр", ["pedicure_gel"]),
        ("маникюр или педикюр", []),
        ("коррекция и окрашивание бровей", ["brows_tint"]),
        ("сын 6 лет, нужна стрижка", ["haircut_kids"]),
        ("подстричь ребёнка 5 лет", ["haircut_kids"]),
        ("haircut for my son, he is 6 years old", ["haircut_kids"]),
        ("сыну 14 лет, стрижка", []),
        ("мне 35 лет, стрижка", ["haircut_women"]),
        ("муж хочет подстричься, стрижка", ["haircut_men"]),
        ("стрижка и борода", ["haircut_men", "beard"]),
        ("стрижка бороды", ["beard"]),
        ("мне и сыну стрижку", ["haircut_women", "haircut_kids"]),
        ("дочь посоветовала вас, хочу стрижку", ["haircut_women"]),
        ("стрижка", ["haircut_women"]),
    ],
)
def test_the_services_that_are_wanted(text: str, services: list[str]) -> None:
    slots = demo_rules().detector().detect(text).slots
    found = [slots.get("service", ""), *slots.get("extra", "").split(",")]
    assert [key for key in found if key] == services
