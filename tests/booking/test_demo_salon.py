"""The demo salon's files are read, and are rich enough to be believed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from booking.facts import Facts
from booking.salon import Salon
from booking.salon_files import load_salon
from dialog.template import Template

DEMO = Path(__file__).parents[2] / "config" / "demo"
TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def salon() -> Salon:
    return load_salon(DEMO, TODAY)


def test_the_salon_has_what_a_salon_has(salon: Salon) -> None:
    assert (len(salon.branches), len(salon.categories), len(salon.staff)) == (2, 5, 8)
    assert len(salon.services) >= 25
    assert sum(service.popular for service in salon.services) in range(4, 9)
    assert all(salon.services_in(category.key) for category in salon.categories)


def test_every_service_and_person_is_named_in_both_languages(salon: Salon) -> None:
    names = [each.name for each in salon.services]
    names += [each.name for each in salon.categories]
    names += [each.name for each in salon.staff]
    names += [each.name for each in salon.branches]
    assert all(name.en for name in names)


def test_return_periods_are_those_of_the_trade(salon: Salon) -> None:
    days = {service.key: service.return_days for service in salon.services}
    assert days["manicure_gel"] == 21
    assert days["colour_full"] == 180
    assert all(90 <= (days[key] or 0) <= 120 for key in days if key.startswith("laser_"))


@pytest.mark.parametrize("start", range(7))
def test_somebody_works_on_every_day_of_the_first_month_at_both_branches(start: int) -> None:
    first = TODAY + timedelta(days=start)
    salon = load_salon(DEMO, first)
    for number in range(31):
        day = first + timedelta(days=number)
        for branch in salon.branches:
            working = [
                each.key for each in salon.staff if each.branch == branch.key and salon.working_hours(each.key, day)
            ]
            assert working or not salon.hours_on(branch.key, day), (branch.key, day)


def test_masters_can_be_booked_only_while_their_branch_is_open(salon: Salon) -> None:
    holiday = date(2026, 12, 31)
    booked = [span for each in salon.staff for span in salon.working_hours(each.key, holiday)]
    assert booked
    assert all(span.start >= 600 and span.end <= 1020 for span in booked)
    assert not any(salon.working_hours(each.key, date(2027, 1, 1)) for each in salon.staff)


def test_days_are_counted_from_the_first_start(salon: Salon) -> None:
    later = load_salon(DEMO, TODAY + timedelta(days=100))
    first, second = (each.master("elena").exceptions[0].days for each in (salon, later))
    assert second.first - first.first == timedelta(days=100)
    assert first.first == TODAY + timedelta(days=20)


def test_price_and_duration_depend_on_the_master(salon: Salon) -> None:
    haircut = salon.service("haircut_women")
    assert (haircut.price_by("anna").amount, haircut.minutes_by("anna")) == (2900, 75)
    assert (haircut.price_by("olga").amount, haircut.minutes_by("olga")) == (2200, 60)
    assert haircut.price_by(None).at_least
    assert not haircut.price_by("anna").at_least


def wording(text: str) -> str:
    return "".join(char for char in text.lower().replace("ё", "е") if char.isalnum() or char == " ").strip()


def test_there_are_many_answers_asked_for_in_many_words(salon: Salon) -> None:
    assert len(salon.answers) >= 50
    assert sum(answer.text.en is not None for answer in salon.answers) >= 12
    assert all(6 <= len(answer.wordings) <= 12 for answer in salon.answers)
    assert all(answer.enabled for answer in salon.answers)
    assert max(len(answer.title.ru) for answer in salon.answers) <= 40


def test_no_wording_asks_for_two_answers(salon: Salon) -> None:
    owner: dict[str, str] = {}
    for answer in salon.answers:
        for each in answer.wordings:
            assert owner.setdefault(wording(each), answer.key) == answer.key, each


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_answer_fits_into_a_message_with_nothing_left_to_fill_in(salon: Salon, language: str) -> None:
    facts = Facts(salon, language)
    now = datetime(2026, 3, 2, 20, 40, tzinfo=UTC)
    for answer in salon.answers:
        for words in (answer.text, *answer.by_branch.values()):
            template = Template.compile(words.said_in(language), words.language_of(language))
            text = template.render(facts.values(template.variables, now))
            assert len(text) <= 4000, answer.key
            assert not set("{}<>*_`") & set(text.replace(facts.value("map_centre", now), "")), (answer.key, text)
            assert '"' not in text
            assert text == text.strip()


def test_texts_of_answers_type_no_price_of_the_catalogue(salon: Salon) -> None:
    prices = {f"{service.price.amount:,}".replace(",", " ") for service in salon.services}
    for answer in salon.answers:
        for price in prices:
            assert f"{price} ₽" not in answer.text.ru.replace("\u00a0", " "), (answer.key, price)


def test_buttons_under_answers_lead_somewhere(salon: Salon) -> None:
    flows = {path.name for path in (DEMO.parents[1] / "flows").iterdir() if (path / "flow.yaml").is_file()}
    targets = {choice.target for answer in salon.answers for choice in answer.choices if choice.kind == "flow"}
    assert targets
    assert targets <= flows
