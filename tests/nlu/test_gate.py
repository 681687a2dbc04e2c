"""The hard gate: what fires, with whose words, and what only looks alike."""

from __future__ import annotations

import pytest

from dialog.detection import GateKind
from nlu.detector import RussianDetector


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("Верните деньги!", GateKind.REFUND, "деньги"),
        ("верните мне предоплату", GateKind.REFUND, "предоплату"),
        ("требую возврат", GateKind.REFUND, "возврат"),
        ("вы вернёте мне деньги или нет?", GateKind.REFUND, "деньги"),
        ("изуродовали меня", GateKind.INJURY, "изуродовали"),
        ("vernite dengi", GateKind.REFUND, "dengi"),
        ("I want my money back", GateKind.REFUND, "money"),
        ("я подам на вас в суд", GateKind.LEGAL, "суд"),
        ("напишу в РосПотребНадзор", GateKind.LEGAL, "РосПотребНадзор"),
        ("напишу в роспотребнадзорр завтра же", GateKind.LEGAL, "роспотребнадзорр"),
        ("мой юрист вам позвонит", GateKind.LEGAL, "юрист"),
        ("I will sue you", GateKind.LEGAL, "sue"),
        ("мастер меня порезала", GateKind.INJURY, "порезала"),
        ("после процедуры появилась сыпь", GateKind.INJURY, "сыпь"),
        ("у меня ожог после вашего лазера", GateKind.INJURY, "ожог"),
        ("палец распух и гноится", GateKind.INJURY, "распух"),
        ("you burned my skin", GateKind.INJURY, "burned"),
        ("вы идиоты", GateKind.ABUSE, "идиоты"),
        ("ну и хуйня", GateKind.ABUSE, "хуйня"),
        ("криворукие", GateKind.ABUSE, "криворукие"),
        ("позовите живого человека", GateKind.HUMAN, "человека"),
        ("хочу поговорить с директором", GateKind.HUMAN, "директором"),
        ("есть тут кто живой", GateKind.HUMAN, "живой"),
        ("надоел ваш бот", GateKind.HUMAN, "бот"),
        ("перезвоните мне пожалуйста", GateKind.HUMAN, "перезвоните"),
        ("let me talk to a real person", GateKind.HUMAN, "person"),
    ],
)
def test_fires_with_the_clients_own_words(detector: RussianDetector, text: str, kind: GateKind, word: str) -> None:
    gate = detector.detect(text).gate
    assert gate is not None
    assert gate.kind is kind
    assert word in gate.words
    assert all(part in text for part in gate.words)


@pytest.mark.parametrize(
    "text",
    [
        "возвращается ли предоплата?",
        "если не приду, вернёте предоплату?",
        "возможен ли возврат сертификата",
        "вернёте деньги, если не подойдёт?",
        "а предоплату вернёте, если заболею?",
        "вернёте ли аванс?",
        "в другом салоне меня изуродовали",
        "прошлый мастер мне кожу сожгла, ищу нового",
        "без претензий",
        "муж юрист, работает рядом",
        "салон возле суда?",
        "как пройти от здания суда",
        "порезала палец дома, можно на маникюр?",
        "у меня аллергия на гель, можно к вам?",
        "боюсь, что будет ожог",
        "убираете шрамы?",
        "в прошлом салоне сожгли волосы, можно спасти?",
        "охуенно постригли, спасибо",
        "я дура, забыла про запись",
        "небо голубое, себе хочу такой лак",
        "запись на двух человек",
        "не надо звать администратора",
        "администратор сказала прийти к пяти",
        "больше никуда не пойду, только к вам",
        "пойду к вам пешком",
        "do you do haircuts?",
        "хочу записаться",
    ],
)
def test_does_not_fire(detector: RussianDetector, text: str) -> None:
    assert detector.detect(text).gate is None


def test_the_gravest_wins(detector: RussianDetector) -> None:
    gate = detector.detect("вы меня порезали, верните деньги, позовите директора").gate
    assert gate is not None
    assert gate.kind is GateKind.INJURY
