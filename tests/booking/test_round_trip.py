"""Files -> Salon -> files and documents -> Salon: nothing is lost on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.answer import Answer, AnswerChoice, ChoiceKind
from booking.branch import Branch
from booking.days import LEAP_YEAR, Days
from booking.duty_plan import DutyException, DutyPlan, DutyPost
from booking.fault import SalonDataError
from booking.holiday import Holiday
from booking.hours import DaySpan, Spans, WeekHours
from booking.messages import has
from booking.price import Price
from booking.salon import Salon
from booking.salon_diff import diff
from booking.salon_documents import KINDS, salon_from_documents, salon_to_documents
from booking.salon_export import salon_to_files, save_salon
from booking.salon_files import load_salon, read_salon
from booking.service import Category, MasterTerms, Service
from booking.staff import Rotation, ShiftException, Staff
from booking.words import Words

DEMO = Path(__file__).parents[2] / "config" / "demo"
TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def salon() -> Salon:
    return load_salon(DEMO, TODAY)


def test_the_demo_salon_survives_the_way_to_files_and_back(salon: Salon, tmp_path: Path) -> None:
    save_salon(salon, tmp_path / "out")
    assert load_salon(tmp_path / "out", date(1999, 1, 1)) == salon


def test_the_demo_salon_survives_the_way_to_documents_and_back(salon: Salon) -> None:
    documents = salon_to_documents(salon)
    assert {kind for kind, _ in documents} == set(KINDS)
    stored = {key: json.loads(json.dumps(body)) for key, body in documents.items()}
    assert stored == documents
    assert salon_from_documents(stored) == salon


def test_saving_into_a_folder_with_files_is_refused(salon: Salon, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        save_salon(salon, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


FEW = settings(max_examples=25, deadline=None)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="{}"), min_size=1)
LINE = TEXT.map(str.strip).filter(bool).map(lambda text: text[:40].strip())
LINES = st.lists(LINE, min_size=1, max_size=3).map("\n".join) | st.sampled_from(
    [
        "null",
        "no",
        "true",
        "10:00",
        "1_000",
        "0x1F",
        "007",
        "-",
        "~",
        "# a",
        "a: b",
        "- x",
        "&a",
        "*a",
        "|",
        "2026-01-01",
    ]
)
WORDS = st.builds(lambda ru, en: Words(ru=ru, en=en), LINES, st.none() | LINES)
NAMES = st.builds(lambda ru, en: Words(ru=ru, en=en), LINE, st.none() | LINE)
KEYS = st.lists(st.from_regex(r"\A[a-km-z][a-z0-9_]{0,19}\Z"), min_size=1, max_size=3, unique=True)
TEXTS = st.lists(LINE, max_size=3, unique=True).map(tuple)


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    marks = sorted(draw(st.sets(st.integers(0, 288), max_size=6)))
    return tuple(DaySpan(marks[i] * 5, marks[i + 1] * 5) for i in range(0, len(marks) - 1, 2))


WEEKS = st.tuples(*[spans()] * 7).map(lambda days: WeekHours(days=days))
DATES = st.dates(date(LEAP_YEAR + 1, 1, 1), date(2100, 1, 1))
YEARLY = st.dates(date(LEAP_YEAR, 1, 1), date(LEAP_YEAR, 12, 31))
DAYS = st.tuples(DATES, DATES).map(lambda pair: Days(first=min(pair), last=max(pair))) | st.builds(
    lambda first, last: Days(first=first, last=last, yearly=True), YEARLY, YEARLY
)
PRICES = st.builds(lambda amount, least: Price(amount=amount, at_least=least), st.integers(0, 10**7), st.booleans())
ZONES = st.sampled_from(["Europe/Moscow", "Asia/Yekaterinburg", "UTC"]).map(ZoneInfo)
MINUTES = st.integers(5, 720)


@st.composite
def salons(draw: st.DrawFn) -> Salon:
    branches, categories, services, people = (draw(KEYS) for _ in range(4))
    zone = draw(ZONES)
    staff = tuple(
        Staff(
            key=key,
            name=draw(NAMES),
            role=draw(NAMES),
            branch=draw(st.sampled_from(branches)),
            services=tuple(draw(st.permutations(services))),
            shifts=draw(WEEKS)
            if draw(st.booleans())
            else Rotation(
                work=draw(st.integers(1, 31)), rest=draw(st.integers(1, 31)), first=draw(DATES), hours=draw(spans())
            ),
            exceptions=tuple(
                ShiftException(days=draw(DAYS), hours=draw(spans()), note=draw(st.none() | LINE))
                for _ in range(draw(st.integers(0, 2)))
            ),
            diminutives=draw(TEXTS),
        )
        for key in people
    )
    holidays = tuple(
        Holiday(
            key=key,
            name=draw(NAMES),
            days=draw(DAYS),
            hours=draw(spans()),
            branch=draw(st.none() | st.sampled_from(branches)),
        )
        for key in draw(KEYS)
    )
    answers = draw(KEYS)
    return Salon(
        name=draw(NAMES),
        zone=zone,
        currency=draw(st.sampled_from(["RUB", "BYN"])),
        phone="+7 831 000-12-40",
        site=draw(st.none() | st.just("https://a.example/")),
        branches=tuple(
            Branch(
                key=key,
                name=draw(NAMES),
                address=draw(WORDS),
                directions=draw(WORDS),
                phone="88310001240",
                map_link="https://a.example/map?text=a+b",
                zone=draw(ZONES),
                hours=draw(WEEKS),
                aliases=draw(TEXTS),
            )
            for key in branches
        ),
        holidays=holidays,
        categories=tuple(Category(key=key, name=draw(NAMES)) for key in categories),
        services=tuple(
            Service(
                key=key,
                name=draw(NAMES),
                category=draw(st.sampled_from(categories)),
                minutes=draw(MINUTES),
                price=draw(PRICES),
                buffer_before=draw(st.integers(0, 120)),
                buffer_after=draw(st.integers(0, 120)),
                addon=draw(st.booleans()),
                popular=draw(st.booleans()),
                masters=MappingProxyType(
                    {
                        who: MasterTerms(price=draw(st.none() | PRICES), minutes=draw(st.none() | MINUTES))
                        for who in draw(st.sets(st.sampled_from(people)))
                    }
                ),
                cutoff_hours=draw(st.integers(0, 168)),
                return_days=draw(st.none() | st.integers(1, 730)),
                preparation=draw(st.none() | WORDS),
                aftercare=draw(st.none() | WORDS),
                aliases=draw(TEXTS),
            )
            for key in services
        ),
        staff=staff,
        duty=DutyPlan(
            zone=zone,
            posts=(DutyPost(key="desk", who=draw(NAMES), hours=draw(WEEKS)),),
            exceptions=(
                DutyException(
                    days=draw(DAYS),
                    hours=draw(spans()),
                    post=draw(st.none() | st.just("desk")),
                    who=draw(st.none() | NAMES),
                    note=draw(st.none() | LINE),
                ),
            ),
            follow_holidays=draw(st.booleans()),
            holidays=tuple(each for each in holidays if each.branch is None),
        ),
        answers=tuple(
            Answer(
                key=key,
                title=draw(NAMES),
                wordings=draw(TEXTS.filter(bool)),
                text=draw(WORDS),
                by_branch=MappingProxyType(
                    {branch: draw(WORDS) for branch in draw(st.sets(st.sampled_from(branches)))}
                ),
                choices=(
                    AnswerChoice(label=draw(NAMES), kind=ChoiceKind.ANSWER, target=draw(st.sampled_from(answers))),
                    AnswerChoice(label=draw(NAMES), kind=ChoiceKind.FLOW, target="booking"),
                    AnswerChoice(label=draw(NAMES), kind=ChoiceKind.COMMAND, target="human"),
                ),
                enabled=draw(st.booleans()),
                group="all",
            )
            for key in answers
        ),
    )


@FEW
@given(salons())
def test_any_salon_survives_the_way_to_files_and_back(made: Salon) -> None:
    assert read_salon(salon_to_files(made), TODAY) == made


@FEW
@given(salons())
def test_any_salon_survives_the_way_to_documents_and_back(made: Salon) -> None:
    documents = salon_to_documents(made)
    assert salon_from_documents(documents) == made


@FEW
@given(salons())
def test_a_salon_differs_from_itself_in_nothing(made: Salon) -> None:
    assert diff(made, made) == []


def test_documents_that_the_order_forgot_come_last(salon: Salon) -> None:
    documents = salon_to_documents(salon)
    documents["answer", "aaa"] = {**documents["answer", "hours"], "title": "Новый"}
    assert salon_from_documents(documents).answers[-1].key == "aaa"
    del documents["salon", "main"]["order"]
    assert salon_from_documents(documents).services[0].key == "beard"


@pytest.mark.parametrize(
    ("key", "body", "text"),
    [
        (("service", "beard"), {"name": "Борода"}, "service/beard: нет поля category, оно обязательно"),
        (("answer", "x"), [], "answer/x: ожидается набор полей «имя: значение», получено список"),
        (
            ("flow", "x"),
            {},
            'flow/x: ожидается вид salon, branch, service, staff, duty, holiday или answer, получено "flow"',
        ),
        (
            ("holiday", "x"),
            {"name": "Ремонт", "day": {"in_days": 3}, "hours": "closed"},
            "holiday/x: day — in_days можно писать только в файлах, здесь ожидается дата",
        ),
    ],
)
def test_a_bad_document_is_refused_by_name(
    salon: Salon, key: tuple[str, str], body: dict[str, object], text: str
) -> None:
    with pytest.raises(SalonDataError) as caught:
        salon_from_documents({**salon_to_documents(salon), key: body})
    assert text in str(caught.value).split("\n")


@pytest.mark.parametrize("kind", ["salon", "duty"])
def test_a_salon_needs_its_own_document_and_a_duty_plan(salon: Salon, kind: str) -> None:
    documents = salon_to_documents(salon)
    del documents[kind, "main"]
    with pytest.raises(SalonDataError, match=f"{kind}/main: документа нет"):
        salon_from_documents(documents)


def test_the_diff_tells_a_new_price_in_words(salon: Salon) -> None:
    services = tuple(
        replace(each, price=Price(amount=1300)) if each.key == "beard" else each for each in salon.services
    )
    assert diff(salon, replace(salon, services=services)) == [
        "Изменится услуга «Стрижка бороды» (beard): цена, было «1200», станет «1300»"
    ]


def test_the_diff_tells_what_is_added_removed_and_moved(salon: Salon) -> None:
    changed = replace(
        salon,
        answers=(replace(salon.answers[0], key="fresh", title=Words(ru="Свежее")), *salon.answers[1:]),
        branches=tuple(reversed(salon.branches)),
        staff=(
            replace(salon.staff[0], diminutives=("Аня", "Нюта"), exceptions=salon.staff[0].exceptions * 2),
            *salon.staff[1:],
        ),
        site=None,
    )
    told = diff(salon, changed)
    name = salon.answers[0].title.ru
    assert "Добавится ответ «Свежее» (fresh)" in told
    assert f"Удалится ответ «{name}» ({salon.answers[0].key})" in told
    assert "Изменится мастер «Анна Ковалёва» (anna): как ещё зовут, добавится «Нюта»" in told
    assert "Изменится мастер «Анна Ковалёва» (anna): как ещё зовут, пропадёт «Анечка; Анюта»" in told
    assert "Изменится салон «Лаванда»: порядок (branch), другой порядок" in told
    assert "Изменится салон «Лаванда»: сайт, «https://lavanda.example/» пропадёт" in told


def test_every_field_has_a_name_for_people(salon: Salon) -> None:
    fields = {name for body in salon_to_documents(salon).values() for name in body}
    assert [name for name in sorted(fields) if not has(f"field_{name}")] == []
