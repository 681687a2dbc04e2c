"""Questions that mean the same are put together in whatever words, and strangers are not."""

from __future__ import annotations

from nlu.grouping import alike
from nlu.knowledge import Knowledge
from nlu.normalise import Normaliser

ASKED = (
    ("куда поставить самокат", "есть место для самоката?", "можно самокат оставить"),
    ("у вас делают тату", "тату делаете"),
    ("можно с собакой", "пустите с собачкой?", "я с собакой можно зайти"),
    ("сколько стоит выезд на дом", "мастер на дом приезжает?", "выезжаете домой к клиентам"),
    ("у вас можно купить шампунь", "продаёте шампуни", "шампунь продаётся?"),
    ("есть ли вайфай", "какой пароль от wifi", "wi-fi есть"),
    ("бурлык мурлык",),
)


def test_three_wordings_are_one_group_and_seven_questions_seven() -> None:
    mixed = [wordings[turn] for turn in range(3) for wordings in ASKED if turn < len(wordings)]
    groups = alike(mixed, Knowledge.load(Normaliser()))
    assert {frozenset(mixed[at] for at in group) for group in groups} == {frozenset(wordings) for wordings in ASKED}
    assert [group[0] for group in groups] == list(range(len(ASKED))), "in the order of their first questions"
    assert alike([], Knowledge.load(Normaliser())) == []
    assert alike(["???", ""], Knowledge.load(Normaliser())) == [[0], [1]]
