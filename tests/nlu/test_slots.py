"""Values inside a message."""

from __future__ import annotations

import pytest

from nlu.detector import Parts, RussianDetector


@pytest.fixture(scope="module")
def salon(parts: Parts) -> RussianDetector:
    """A salon with a few names."""
    return RussianDetector(
        services=[
            ("manicure", ["Маникюр без покрытия", "маникюр", "ногти"]),
            ("gel", ["Маникюр с покрытием", "маникюр с гель-лаком"]),
            ("pedicure", ["Педикюр", "пяточки"]),
        ],
        staff=[("anna", ["Анна", "Аня", "Анечка"]), ("anna2", ["Анна Петрова"]), ("oleg", ["Олег"])],
        branches=[("centre", ["На Покровке", "центр"]), ("zarechny", ["На Ленина", "Заречный"])],
        data=parts,
    )


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("89161234567", "+79161234567"),
        ("мой номер +7 (916) 123-45-67, Аня", "+79161234567"),
        ("9161234567", "+79161234567"),
        ("8 916 123 45 67", "+79161234567"),
        ("+375 29 123-45-67", "+375291234567"),
        ("запишите на 15:30 12.05", None),
        ("заказ 1234567890123456", None),
        ("12", None),
        ("восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь", "+79161234567"),
        ("восемь девятьсот три 555 двенадцать 34", "+79035551234"),
        ("в два или в три, а лучше в четыре", None),
    ],
)
def test_phone(salon: RussianDetector, text: str, phone: str | None) -> None:
    assert salon.detect(text).slots.get("phone") == phone


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("меня зовут Катя", "Катя"),
        ("меня Ольга зовут", "Ольга"),
        ("а меня оля звать", "Оля"),
        ("Меня зовут мария иванова", "Мария"),
        ("меня зовут Мария Иванова, 89161234567", "Мария Иванова"),
        ("звать меня Рустам", "Рустам"),
        ("это Лена пишет", "Лена"),
        ("это мастер", None),
        ("меня зовут", None),
        ("меня зовут не Катя", None),
        ("my name is John", "John"),
        ("Kate, +44 20 7946 0958", "Kate"),
        ("Ольга 89161234567", "Ольга"),
        ("я Вера, запишите на завтра", "Вера"),
        ("дмитрий", "Дмитрий"),
        ("Гульназ 8 927 765-43-21", "Гульназ"),
        ("к Алине, я Вера", "Вера"),
        ("к Ане на маникюр", None),
        ("Анна, отмените запись", None),
        ("я на маникюр", None),
        ("спасибо", None),
    ],
)
def test_name(salon: RussianDetector, text: str, name: str | None) -> None:
    assert salon.detect(text).slots.get("name") == name


@pytest.mark.parametrize(
    ("text", "slot", "key"),
    [
        ("хочу маникюр", "service", "manicure"),
        ("хочу манекюр", "service", "manicure"),
        ("маникюр с покрытием на завтра", "service", "gel"),
        ("ноготочки сделать", "service", "manicure"),
        ("педикюра бы", "service", "pedicure"),
        ("маникюр и педикюр", "service", "manicure"),
        ("маникюр и педикюр", "extra", "pedicure"),
        ("маникюр или педикюр", "service", None),
        ("к Ане на шесть", "staff", "anna"),
        ("к Анне Петровой", "staff", "anna2"),
        ("к олегу", "staff", "oleg"),
        ("к Марине", "staff", None),
        ("в заречном", "branch", "zarechny"),
        ("который на покровке", "branch", "centre"),
    ],
)
def test_names_of_the_salon(salon: RussianDetector, text: str, slot: str, key: str | None) -> None:
    assert salon.detect(text).slots.get(slot) == key


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("хочу записаться на стрижку завтра вечером", "завтра вечером"),
        ("запишите к Ольге в пятницу после 18", "в пятницу после 18"),
        ("Завтра в 15:00 на педикюр можно?", "Завтра в 15:00"),
        ("лучше на следующей неделе", "на следующей неделе"),
        ("25 марта ближе к вечеру", "25 марта ближе к вечеру"),
        ("как можно скорее", "как можно скорее"),
        ("a haircut tomorrow after 6 pm", "tomorrow after 6 pm"),
        ("хочу записаться на стрижку", None),
        ("меня зовут Марта, 89161234567", None),
    ],
)
def test_words_about_the_time_are_kept_as_they_were_typed(salon: RussianDetector, text: str, when: str | None) -> None:
    assert salon.detect(text).slots.get("when") == when


def test_a_month_after_a_day_is_nobody(salon: RussianDetector) -> None:
    assert "name" not in salon.detect("8 марта").slots
    assert salon.detect("Марта").slots["name"] == "Марта"
