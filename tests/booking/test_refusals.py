"""Bad files are refused with file, line and what is expected. Every kind of refusal has its case here."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from booking import messages
from booking.fault import SHOWN, SalonDataError
from booking.salon import Salon
from booking.salon_files import load_salon, read_salon
from booking.yaml_source import MAX_BYTES

TODAY = date(2026, 3, 2)

FILES = {
    "salon.yaml": """\
name: Мята
zone: Europe/Moscow
phone: "+7 831 000-00-01"
""",
    "branches.yaml": """\
main:
  name: Мята на Ильинской
  address: Ильинская, 1
  directions: От остановки прямо.
  phone: "+7 831 000-00-02"
  map: https://maps.example/1
  hours: {mon-fri: 10:00-20:00}
""",
    "services.yaml": """\
categories:
  nails: Ногти
services:
  manicure:
    name: Маникюр
    category: nails
    duration: 60
    price: 1500
    masters:
      anna: {price: 1700}
    aliases: [ноготки]
""",
    "staff.yaml": """\
anna:
  name: Анна
  role: мастер
  branch: main
  services: [manicure]
  shifts: {weekly: {mon-fri: 10:00-18:00}}
  exceptions:
    - {day: {in_days: 3}, hours: closed}
""",
    "duty.yaml": """\
posts:
  desk:
    who: администратор
    hours: {daily: 09:00-21:00}
exceptions:
  - {day: 31.12, hours: 10:00-15:00, post: desk}
""",
    "holidays.yaml": """\
new_year:
  name: Новый год
  day: 01.01
  until: 02.01
  hours: closed
""",
    "answers/main.yaml": """\
price:
  title: Цены
  wordings:
    - сколько стоит
    - почём
  text: |-
    Наши цены:
    маникюр {price_manicure},
    ждём вас.
  choices:
    - {label: Записаться, flow: request}
""",
}


def read(**changed: str | bytes | None) -> Salon:
    files: dict[str, str | bytes | None] = {**FILES, **changed}
    contents = {
        name: content if isinstance(content, bytes) else content.encode()
        for name, content in files.items()
        if content is not None
    }
    return read_salon(contents, TODAY)


def refusals(**changed: str | bytes | None) -> list[str]:
    with pytest.raises(SalonDataError) as caught:
        read(**changed)
    return str(caught.value).split("\n")


def test_the_sample_is_good() -> None:
    salon = read()
    assert salon.service("manicure").price_by("anna").amount == 1700
    assert salon.answers[0].text.ru.split("\n")[1] == "маникюр {price_manicure},"


CASES: list[tuple[str, str, str, str, str]] = [
    # code, file, what is replaced, by what, the sentence
    ("file_tab", "branches.yaml", "  name:", "\tname:", "строка 2: отступ сделан табуляцией, ожидаются пробелы"),
    (
        "file_syntax",
        "staff.yaml",
        "role: мастер",
        "role: [мастер",
        "строка 4: строка не читается, проверьте отступы, двоеточия и кавычки здесь и строкой выше",
    ),
    (
        "file_documents",
        "salon.yaml",
        "zone:",
        "---\nzone:",
        "строка 2: ожидается один документ, а после «---» начинается второй",
    ),
    (
        "file_alias",
        "salon.yaml",
        "name: Мята",
        "name: &n Мята",
        "строка 1: ссылки YAML (& и *) здесь не разрешены, напишите значение полностью",
    ),
    (
        "file_tag",
        "salon.yaml",
        "zone: Europe/Moscow",
        "zone: !!python/object/apply:os.system [ls]",
        'строка 2: метки YAML здесь не разрешены, получено "tag:yaml.org,2002:python/object/apply:os.system"',
    ),
    ("file_deep", "salon.yaml", "Мята", "[" * 20 + "]" * 20, "строка 1: вложенность больше шестнадцати уровней"),
    ("file_key", "salon.yaml", "name: Мята", "[a, b]: Мята", "строка 1: ожидается простое имя поля"),
    (
        "file_character",
        "salon.yaml",
        "Мята",
        "Мя\u0007та",
        'строка 1: в файле невидимый служебный символ "U+0007", удалите его',
    ),
    (
        "key_twice",
        "services.yaml",
        "    price: 1500\n",
        "    price: 1500\n    duration: 90\n",
        "строка 9: services.manicure.duration — это имя уже есть в строке 7, ожидается одно",
    ),
    (
        "key_short",
        "services.yaml",
        "  manicure:",
        "  Маникюр:",
        "строка 4: services.Маникюр — ожидается ключ из латинских строчных букв, цифр и «_», начиная с буквы, "
        'не длиннее 20 знаков, получено "Маникюр"',
    ),
    (
        "key_long",
        "holidays.yaml",
        "new_year:",
        "new-year:",
        "строка 1: new-year — ожидается ключ из латинских строчных букв, цифр и «_», начиная с буквы, "
        'не длиннее 40 знаков, получено "new-year"',
    ),
    (
        "key_reserved",
        "branches.yaml",
        "main:",
        "list:",
        'строка 1: list — ключ list и ключи на list_ заняты программой, ожидается другой, получено "list"',
    ),
    (
        "required",
        "services.yaml",
        "    duration: 60\n",
        "",
        "строка 4: services.manicure — нет поля duration, оно обязательно",
    ),
    ("required_empty", "staff.yaml", "role: мастер", "role:", "строка 3: anna.role — поле пустое, а оно обязательно"),
    (
        "minutes_expected",
        "services.yaml",
        "duration: 60",
        "duration: час",
        'строка 7: services.manicure.duration — ожидается число минут от 5 до 720, получено "час"',
    ),
    (
        "minutes_expected",
        "services.yaml",
        "duration: 60",
        "duration: 721",
        'строка 7: services.manicure.duration — ожидается число минут от 5 до 720, получено "721"',
    ),
    (
        "integer_expected",
        "services.yaml",
        "duration: 60",
        "duration: 60\n    cutoff_hours: -1",
        'строка 8: services.manicure.cutoff_hours — ожидается целое число от 0 до 168, получено "-1"',
    ),
    (
        "integer_expected",
        "staff.yaml",
        "{in_days: 3}",
        "{in_days: true}",
        "строка 8: anna.exceptions.1.day.in_days — ожидается целое число от -730 до 730, получено true",
    ),
    (
        "price_expected",
        "services.yaml",
        "price: 1500",
        "price: 1 500 ₽",
        "строка 8: services.manicure.price — ожидается цена целым числом от 0 до 10000000, без пробелов и «₽», "
        'получено "1 500 ₽"',
    ),
    (
        "price_both",
        "services.yaml",
        "price: 1500",
        "price: 1500\n    price_from: 1500",
        "строка 9: services.manicure.price_from — ожидается одно из двух, price (точная цена) "
        "или price_from (цена «от»)",
    ),
    (
        "price_missing",
        "services.yaml",
        "    price: 1500\n",
        "",
        "строка 4: services.manicure — нет цены, ожидается price (точная) или price_from («от»)",
    ),
    (
        "field_unknown_hint",
        "services.yaml",
        "duration: 60",
        "duraton: 60",
        "строка 7: services.manicure.duraton — такого поля нет, возможно, имелось в виду: duration",
    ),
    ("field_unknown", "salon.yaml", "name: Мята", "name: Мята\nqwerty: 1", "строка 2: qwerty — такого поля нет"),
    (
        "field_unknown_hint",
        "services.yaml",
        "categories:",
        "kategories:",
        "строка 1: kategories — такого поля нет, возможно, имелось в виду: categories, services",
    ),
    (
        "mapping_expected",
        "services.yaml",
        "      anna: {price: 1700}",
        "      anna: 1700",
        'строка 10: services.manicure.masters.anna — ожидается набор полей «имя: значение», получено "1700"',
    ),
    (
        "list_expected",
        "services.yaml",
        "[ноготки]",
        "ноготки",
        "строка 11: services.manicure.aliases — ожидается список (каждая строка с «- » или через запятую "
        'в квадратных скобках), получено "ноготки"',
    ),
    (
        "list_long",
        "services.yaml",
        "[ноготки]",
        "[" + ", ".join(f"w{number}" for number in range(61)) + "]",
        "строка 11: services.manicure.aliases — ожидается не больше 60 значений, получено 61",
    ),
    (
        "item_twice",
        "answers/main.yaml",
        "    - почём",
        "    - сколько стоит",
        'строка 5: price.wordings.2 — "сколько стоит" уже есть в этом списке',
    ),
    (
        "item_twice",
        "staff.yaml",
        "[manicure]",
        "[manicure, manicure]",
        'строка 5: anna.services.2 — "manicure" уже есть в этом списке',
    ),
    ("text_expected", "salon.yaml", "Мята", "[Мята]", "строка 1: name — ожидается текст, получено список"),
    ("text_expected", "salon.yaml", "Мята", "true", "строка 1: name — ожидается текст, получено true"),
    ("text_empty", "salon.yaml", "Мята", '"  "', "строка 1: name — ожидается непустой текст"),
    ("text_long", "salon.yaml", "Мята", "м" * 121, "строка 1: name — ожидается не больше 120 знаков, получено 121"),
    (
        "flag_expected",
        "services.yaml",
        "duration: 60",
        "duration: 60\n    popular: да",
        'строка 8: services.manicure.popular — ожидается true или false, получено "да"',
    ),
    (
        "choice_expected",
        "duty.yaml",
        "posts:",
        "holidays: ignored\nposts:",
        'строка 1: holidays — ожидается одно из: follow, ignore; получено "ignored"',
    ),
    (
        "choice_target",
        "answers/main.yaml",
        "flow: request}",
        "flow: request, command: human}",
        "строка 11: price.choices.1 — ожидается ровно одно из полей answer, flow, command",
    ),
    (
        "zone_expected",
        "salon.yaml",
        "Europe/Moscow",
        "Europe/Moskow",
        'строка 2: zone — ожидается часовой пояс, например Europe/Moscow, получено "Europe/Moskow"',
    ),
    (
        "zone_expected",
        "salon.yaml",
        "Europe/Moscow",
        "../../etc/passwd",
        'строка 2: zone — ожидается часовой пояс, например Europe/Moscow, получено "../../etc/passwd"',
    ),
    (
        "phone_expected",
        "salon.yaml",
        "+7 831 000-00-01",
        "звоните",
        'строка 3: phone — ожидается телефон, например "+7 831 215-40-70", получено "звоните"',
    ),
    (
        "link_expected",
        "branches.yaml",
        "https://maps.example/1",
        "javascript:alert(1)",
        'строка 6: main.map — ожидается ссылка, начиная с https://, получено "javascript:alert(1)"',
    ),
    (
        "hours_expected",
        "branches.yaml",
        "10:00-20:00",
        "10-20",
        "строка 7: main.hours.mon-fri — ожидаются часы, например 10:00-21:00 или 10:00-14:00, 15:00-20:00, или closed, "
        'получено "10-20"',
    ),
    (
        "hours_expected",
        "branches.yaml",
        "10:00-20:00",
        "20:00-10:00",
        "строка 7: main.hours.mon-fri — ожидаются часы, например 10:00-21:00 или 10:00-14:00, 15:00-20:00, или closed, "
        'получено "20:00-10:00"',
    ),
    (
        "hours_overlap",
        "branches.yaml",
        "10:00-20:00",
        '"10:00-15:00, 14:00-20:00"',
        'строка 7: main.hours.mon-fri — промежутки пересекаются, получено "10:00-15:00, 14:00-20:00"',
    ),
    (
        "week_expected",
        "branches.yaml",
        "{mon-fri: 10:00-20:00}",
        "10:00-20:00",
        'строка 7: main.hours — ожидаются часы по дням, например mon-fri: 10:00-21:00, получено "10:00-20:00"',
    ),
    (
        "weekday_expected",
        "branches.yaml",
        "mon-fri",
        "пн-пт",
        "строка 7: main.hours.пн-пт — ожидается день (mon, tue, wed, thu, fri, sat, sun), дни через дефис или запятую, "
        'или daily, получено "пн-пт"',
    ),
    (
        "weekday_twice",
        "branches.yaml",
        "{mon-fri: 10:00-20:00}",
        "{mon-fri: 10:00-20:00, wed: closed}",
        "строка 7: main.hours.wed — день wed указан дважды",
    ),
    (
        "day_expected",
        "holidays.yaml",
        "day: 01.01",
        "day: 31.02.2026",
        "строка 3: new_year.day — ожидается дата 31.12.2026, ежегодная дата 31.12 или in_days: 3, "
        'получено "31.02.2026"',
    ),
    (
        "date_expected",
        "staff.yaml",
        "{weekly: {mon-fri: 10:00-18:00}}",
        "{work: 2, rest: 2, from: 01.03, hours: 10:00-20:00}",
        'строка 6: anna.shifts.from — ожидается дата 31.12.2026 или in_days: 3, получено "01.03"',
    ),
    (
        "until_kind",
        "holidays.yaml",
        "until: 02.01",
        "until: 02.01.2027",
        "строка 4: new_year.until — ожидаются либо две полные даты, либо две ежегодные",
    ),
    (
        "until_before",
        "holidays.yaml",
        "day: 01.01\n  until: 02.01",
        "day: 2026-05-10\n  until: 2026-05-09",
        'строка 4: new_year.until — ожидается дата не раньше 2026-05-10, получено "2026-05-09"',
    ),
    (
        "shifts_expected",
        "staff.yaml",
        "{weekly: {mon-fri: 10:00-18:00}}",
        "{mon-fri: 10:00-18:00}",
        "строка 6: anna.shifts — ожидается weekly (часы по дням недели) или work, rest, from и hours "
        "(смены, например 2 через 2)",
    ),
    (
        "branch_unknown_hint",
        "staff.yaml",
        "branch: main",
        "branch: mian",
        'строка 4: anna.branch — такого филиала нет в branches.yaml, получено "mian", возможно, имелось в виду: main',
    ),
    (
        "branch_unknown",
        "holidays.yaml",
        "hours: closed",
        "hours: closed\n  branch: zz",
        'строка 6: new_year.branch — такого филиала нет в branches.yaml, получено "zz"',
    ),
    (
        "category_unknown_hint",
        "services.yaml",
        "category: nails",
        "category: nail",
        'строка 6: services.manicure.category — такой категории нет в services.yaml, получено "nail", '
        "возможно, имелось в виду: nails",
    ),
    (
        "category_unknown",
        "services.yaml",
        "category: nails",
        "category: [nails]",
        "строка 6: services.manicure.category — такой категории нет в services.yaml, получено список",
    ),
    (
        "service_unknown_hint",
        "staff.yaml",
        "[manicure]",
        "[manicure, manikure]",
        'строка 5: anna.services.2 — такой услуги нет в services.yaml, получено "manikure", '
        "возможно, имелось в виду: manicure",
    ),
    (
        "service_unknown",
        "staff.yaml",
        "[manicure]",
        "[manicure, xx]",
        'строка 5: anna.services.2 — такой услуги нет в services.yaml, получено "xx"',
    ),
    (
        "staff_unknown_hint",
        "services.yaml",
        "anna: {price",
        "ana: {price",
        'строка 10: services.manicure.masters.ana — такого мастера нет в staff.yaml, получено "ana", '
        "возможно, имелось в виду: anna",
    ),
    (
        "staff_unknown",
        "services.yaml",
        "anna: {price",
        "zzz: {price",
        'строка 10: services.manicure.masters.zzz — такого мастера нет в staff.yaml, получено "zzz"',
    ),
    (
        "staff_without_service",
        "staff.yaml",
        "anna:\n",
        "olga:\n  name: Ольга\n  role: мастер\n  branch: main\n  services: [manicure]\n  shifts: {weekly: {}}\nanna:\n",
        "",
    ),
    (
        "service_without_staff",
        "services.yaml",
        "services:\n",
        "services:\n  pedicure: {name: Педикюр, category: nails, duration: 60, price: 1}\n",
        "строка 4: services.pedicure — эту услугу не делает ни один мастер из staff.yaml",
    ),
    (
        "answer_unknown_hint",
        "answers/main.yaml",
        "flow: request",
        "answer: prise",
        'строка 11: price.choices.1.answer — такого ответа нет, получено "prise", возможно, имелось в виду: price',
    ),
    (
        "answer_unknown",
        "answers/main.yaml",
        "flow: request",
        "answer: zz",
        'строка 11: price.choices.1.answer — такого ответа нет, получено "zz"',
    ),
    (
        "post_unknown_hint",
        "duty.yaml",
        "post: desk",
        "post: deck",
        'строка 6: exceptions.1.post — такого поста нет в posts, получено "deck", возможно, имелось в виду: desk',
    ),
    (
        "post_unknown",
        "duty.yaml",
        "post: desk",
        "post: zz",
        'строка 6: exceptions.1.post — такого поста нет в posts, получено "zz"',
    ),
    (
        "fact_unknown_hint",
        "answers/main.yaml",
        "{price_manicure}",
        "{price_manikure}",
        "строка 8: price.text — переменной {price_manikure} нет, возможно, имелось в виду: {price_manicure}",
    ),
    (
        "fact_unknown",
        "answers/main.yaml",
        "ждём вас",
        "ждём вас, {zzz}",
        "строка 9: price.text — переменной {zzz} нет",
    ),
    (
        "template_brace",
        "answers/main.yaml",
        "{price_manicure}",
        "{Price.__class__}",
        'строка 8: price.text — фигурные скобки "{Price.__class__}" не похожи на переменную, ожидается {имя_латиницей}',
    ),
    (
        "template_plural",
        "answers/main.yaml",
        "ждём вас",
        "{n|окно|окна}",
        "строка 9: price.text — в русском ожидаются три формы, например {n|окно|окна|окон}, в английском две",
    ),
]
ELSEWHERE = {
    "staff_without_service": "tested below, it takes two files",
    "file_missing": "",
    "file_big": "",
    "file_encoding": "",
    "files_many": "",
    "answer_twice": "",
    "no_branches": "",
    "no_services": "",
    "no_staff": "",
    "relative_day": "test_round_trip",
    "kind_unknown": "test_round_trip",
    "document_missing": "test_round_trip",
}


@pytest.mark.parametrize(
    ("code", "file", "old", "new", "sentence"),
    [case for case in CASES if case[4]],
    ids=[f"{case[0]}-{number}" for number, case in enumerate(CASES) if case[4]],
)
def test_a_mistake_is_told_with_its_line(code: str, file: str, old: str, new: str, sentence: str) -> None:
    assert FILES[file].count(old) == 1
    told = refusals(**{file: FILES[file].replace(old, new)})
    assert f"{file}, {sentence}" in told
    with pytest.raises(SalonDataError) as caught:
        read(**{file: FILES[file].replace(old, new)})
    assert code.removesuffix("_hint") in {fault.code for fault in caught.value.faults}


def test_every_kind_of_refusal_has_its_case() -> None:
    texts = yaml.safe_load(Path(messages.__file__).with_name("messages.ru.yaml").read_text(encoding="utf-8"))
    helpers = ("fault", "got_", "and_more", "diff_", "kind_", "field_")
    kinds = {key for key in texts if not key.startswith(helpers)} | {"field_unknown", "field_unknown_hint"}
    assert kinds - {case[0] for case in CASES} - set(ELSEWHERE) == set()


def test_terms_of_a_master_who_does_not_do_the_service() -> None:
    olga = FILES["staff.yaml"].replace("anna:", "olga:").replace("[manicure]", "[pedicure]")
    pedicure = "  pedicure: {name: Педикюр, category: nails, duration: 60, price: 1, masters: {anna: {price: 2}}}\n"
    told = refusals(**{"staff.yaml": FILES["staff.yaml"] + olga, "services.yaml": FILES["services.yaml"] + pedicure})
    assert told == [
        "services.yaml, строка 12: services.pedicure.masters.anna — у мастера anna в staff.yaml нет услуги pedicure"
    ]


@pytest.mark.parametrize("file", ["salon.yaml", "branches.yaml", "services.yaml", "staff.yaml", "duty.yaml"])
def test_a_file_that_is_not_there(file: str) -> None:
    assert refusals(**{file: None}) == [f"{file}: файла нет, а он нужен"]


def test_holidays_and_answers_may_be_absent() -> None:
    salon = read(**{"holidays.yaml": None, "answers/main.yaml": None})
    assert (salon.holidays, salon.answers) == ((), ())


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("branches.yaml", "", "ожидается хотя бы один филиал в branches.yaml"),
        ("services.yaml", "services: {}", "ожидается хотя бы одна услуга в services.yaml"),
        ("staff.yaml", "{}", "ожидается хотя бы один мастер в staff.yaml"),
    ],
)
def test_a_salon_of_nothing(file: str, content: str, sentence: str) -> None:
    assert f"salon.yaml, строка 1: {sentence}" in refusals(**{file: content})


def test_a_file_over_the_limit_is_refused_without_being_parsed() -> None:
    begin = time.perf_counter()
    told = refusals(**{"salon.yaml": b"[" * (MAX_BYTES + 1)})
    assert told == ["salon.yaml: ожидается файл не больше 1000 КБ"]
    assert time.perf_counter() - begin < 1


def test_a_file_in_another_encoding_is_told_with_the_line() -> None:
    content = FILES["salon.yaml"].replace("zone", "# зона\nzone").encode("cp1251")
    assert refusals(**{"salon.yaml": content}) == ["salon.yaml, строка 1: ожидается текст в кодировке UTF-8"]
    half = b"name: x\n" + "phone: Мята".encode("cp1251")
    assert refusals(**{"salon.yaml": half}) == ["salon.yaml, строка 2: ожидается текст в кодировке UTF-8"]


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    content = b"\xef\xbb\xbf" + FILES["salon.yaml"].replace("\n", "\r\n").encode()
    assert read(**{"salon.yaml": content}) == read()
    broken = FILES["staff.yaml"].replace("role: мастер", "rol: мастер").replace("\n", "\r\n")
    assert "staff.yaml, строка 3: anna.rol — такого поля нет, возможно, имелось в виду: role" in refusals(
        **{"staff.yaml": broken}
    )


def test_an_answer_in_two_files_is_told_with_the_other_file() -> None:
    told = refusals(**{"answers/more.yaml": FILES["answers/main.yaml"]})
    assert told == [
        "answers/more.yaml, строка 1: price — такой ответ уже есть в файле answers/main.yaml, ожидается другой ключ"
    ]


def test_too_many_files_of_answers() -> None:
    many: dict[str, str | bytes | None] = {f"answers/a{number}.yaml": "{}" for number in range(120)}
    assert "answers: ожидается не больше 100 файлов с ответами" in refusals(**many)


def test_all_mistakes_are_told_at_once_up_to_twenty() -> None:
    two = FILES["services.yaml"].replace("duration: 60", "duration: час").replace("price: 1500", "price: x")
    told = refusals(**{"services.yaml": two, "staff.yaml": FILES["staff.yaml"].replace("branch: main", "branch: no")})
    assert len(told) == 3
    fields = "".join(f"x{number}: 1\n" for number in range(25))
    many = refusals(**{"salon.yaml": FILES["salon.yaml"] + fields})
    assert len(many) == SHOWN + 1
    assert many[-1] == "…и ещё 5 ошибок"


def test_a_clock_is_not_taken_for_a_number_nor_no_for_false() -> None:
    salon = read(
        **{"answers/main.yaml": FILES["answers/main.yaml"].replace("почём", "no").replace("сколько стоит", "10:00")}
    )
    assert salon.answers[0].wordings == ("10:00", "no")


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    begin = time.perf_counter()
    (told,) = refusals(**{"salon.yaml": bomb})
    assert told.startswith("salon.yaml, строка 1: ссылки YAML")
    assert time.perf_counter() - begin < 1


def test_deep_nesting_does_not_exhaust_the_stack() -> None:
    (told,) = refusals(**{"salon.yaml": "name: " + "[" * 100_000})
    assert told == "salon.yaml, строка 1: вложенность больше шестнадцати уровней"


def test_a_folder_is_read_from_disk(tmp_path: Path) -> None:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    assert load_salon(tmp_path, TODAY) == read()
    (tmp_path / "duty.yaml").unlink()
    with pytest.raises(SalonDataError, match=r"duty\.yaml: файла нет"):
        load_salon(tmp_path, TODAY)


LINES = st.text(st.sampled_from("abc:{}[]-&*!|>'\"#%@, \n\t0я?"), max_size=80)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), LINES, st.integers(0, 400))
def test_no_content_makes_the_loader_fail_otherwise(file: str, noise: str, place: int) -> None:
    text = FILES[file]
    for content in (noise, text[:place] + noise + text[place:]):
        try:
            read(**{file: content})
        except SalonDataError as error:
            told = error
        else:
            continue
        assert all(fault.line is not None and fault.line >= 1 for fault in told.faults)
        assert all(fault.source in FILES for fault in told.faults)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=60))
def test_no_bytes_make_the_loader_fail_otherwise(file: str, content: bytes) -> None:
    try:
        read(**{file: content})
    except SalonDataError as error:
        count = error.total
    else:
        count = 0
    assert count >= 1 or file in ("holidays.yaml", "answers/main.yaml")
