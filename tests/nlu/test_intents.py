"""Intents by rules."""

from __future__ import annotations

import pytest

from nlu.detector import RussianDetector


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("привет", "greet"),
        ("Здравствуйте!", "greet"),
        ("спасибо большое", "thanks"),
        ("до свидания", "bye"),
        ("можно записаться на завтра?", "book"),
        ("здравствуйте, запишите меня на стрижку в среду", "book"),
        ("есть окошко на вечер?", "book"),
        ("i want to book a haircut", "book"),
        ("отмените мою запись", "cancel"),
        ("я не приду завтра", "cancel"),
        ("перенесите на час позже", "reschedule"),
        ("не успеваю, можно на шесть?", "reschedule"),
        ("на какое время я записана?", "my_booking"),
        ("сколько стоит педикюр", "price"),
        ("почём стрижка", "price"),
        ("до скольки вы работаете", "hours"),
        ("вы открыты в воскресенье?", "hours"),
        ("где вы находитесь", "address"),
        ("позовите администратора", "human"),
        ("оператор", "human"),
        ("да", "confirm"),
        ("подтверждаю", "confirm"),
        ("нет", "deny"),
        ("не подходит", "deny"),
        ("верните деньги", "refund"),
        ("ужасное обслуживание", "complaint"),
        ("можно оплатить картой?", "payment"),
        ("есть скидки?", "promo"),
        ("опаздываю минут на десять", "late"),
        ("+7 916 123-45-67", "contact"),
        ("всё очень понравилось", "feedback"),
    ],
)
def test_intent(detector: RussianDetector, text: str, intent: str) -> None:
    best = detector.detect(text).intents[0]
    assert best.name == intent
    assert 0.6 <= best.confidence < 1.0


@pytest.mark.parametrize("text", ["", "фывапролдж", "расскажи про космос", "42"])
def test_nothing_is_found(detector: RussianDetector, text: str) -> None:
    """Or that it is something else: no wish that the bot could serve."""
    assert all(match.confidence < 0.6 for match in detector.detect(text).intents if match.name != "other")


def test_a_wish_comes_before_politeness(detector: RussianDetector) -> None:
    names = [match.name for match in detector.detect("добрый день, отмените запись, спасибо").intents]
    assert names[0] == "cancel"
    assert {"greet", "thanks"} <= set(names)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("не дам телефон", "withhold"),
        ("не хочу оставлять номер", "withhold"),
        ("без телефона", "withhold"),
        ("ответьте здесь", "withhold"),
        ("I won't give my number", "withhold"),
        ("какой у вас телефон?", "contact"),
        ("не могу дозвониться по вашему номеру", "contact"),
        ("а сколько стоит?", "same_price"),
        ("а сколько это будет стоить?", "same_price"),
        ("и во сколько мне это обойдётся", "same_price"),
        ("сколько с меня?", "same_price"),
        ("сколько времени это занимает?", "same_time"),
        ("это долго?", "same_time"),
        ("а где это", "same_place"),
        ("а завтра?", "same_day"),
        ("what about tomorrow?", "same_day"),
        ("а зачем", "why"),
        ("зачем вам мой номер", "why_phone"),
        ("вы кто? робот?", "who"),
        ("как вас зовут", "who"),
        ("хочу поговорить про прошлый визит", "past_visit"),
        ("я была у вас на маникюре вчера", "past_visit"),
    ],
)
def test_refusals_and_questions_about_what_was_spoken_of(detector: RussianDetector, text: str, name: str) -> None:
    assert name in {intent.name for intent in detector.detect(text).intents}


@pytest.mark.parametrize(
    "text",
    [
        "сколько стоит педикюр",
        "сколько будет стоить стрижка",
        "какие у вас цены",
        "где вы находитесь",
        "сколько длится стрижка",
        "дайте ваш телефон",
        "как зовут мастера",
    ],
)
def test_a_question_that_names_its_subject_is_about_that(detector: RussianDetector, text: str) -> None:
    names = {intent.name for intent in detector.detect(text).intents}
    assert names.isdisjoint({"same_price", "same_time", "same_place", "withhold", "who"})
