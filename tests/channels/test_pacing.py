"""Nobody is flooded, and silence is silence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.guards import Rate
from channels.pacing import LONGEST_ATTEMPT, LONGEST_BACKING_OFF, LONGEST_WAIT, REST, Pacer


class Ticks:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def pacer(ticks: Ticks, **more: int) -> Pacer:
    return Pacer(ticks, account=Rate(burst=4, per_second=10), chat=Rate(burst=2, per_second=1), **more)


@given(calls=st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 0.6)), max_size=80))
def test_no_second_holds_more_than_was_agreed(calls: list[tuple[str, float]]) -> None:
    ticks = Ticks()
    paced = pacer(ticks)
    made: list[tuple[float, str]] = []
    for chat, pause in calls:
        ticks.now += pause
        made.append((ticks.now + paced.reserve(chat, 1e9), chat))
    for chat in "abc":
        within_rate(sorted(at for at, who in made if who == chat), burst=2, per_second=1)
    within_rate(sorted(at for at, _ in made), burst=4 + 3, per_second=10)


def test_a_call_that_the_account_holds_back_counts_in_its_chat_from_when_it_is_made() -> None:
    paced = pacer(Ticks())
    assert [round(paced.reserve(chat, 1e9), 6) for chat in "bbcc"] == [0.0] * 4
    assert [round(paced.reserve("a", 1e9), 6) for _ in range(3)] == [0.1, 0.2, 1.1]


def within_rate(moments: list[float], *, burst: int, per_second: float) -> None:
    for first, start in enumerate(moments):
        for last in range(first, len(moments)):
            assert last - first + 1 <= burst + (moments[last] - start) * per_second + 1e-6


def test_what_waits_too_long_takes_nothing() -> None:
    ticks = Ticks()
    paced = pacer(ticks)
    assert [paced.reserve("a", 0.5) for _ in range(3)] == [0.0, 0.0, 1.0]
    assert paced.reserve("a", 0.5) == 1.0
    assert paced.reserve("b", 0.5) == 0.0


def test_a_longer_silence_stands() -> None:
    ticks = Ticks()
    paced = pacer(ticks)
    paced.be_silent(30)
    paced.be_silent(1)
    assert paced.silence() == 30
    ticks.now += 31
    assert paced.silence() == 0


def test_one_chat_rests_and_the_others_do_not() -> None:
    ticks = Ticks()
    paced = pacer(ticks)
    paced.rest("a", 6)
    paced.rest("a", 2)
    assert paced.reserve("a", 0.5) == 6
    assert paced.reserve("b", 0.5) == 0.0
    ticks.now += 6
    assert paced.reserve("a", 0.5) == 0.0


def test_who_cannot_be_reached_is_tried_less_and_less_often() -> None:
    ticks = Ticks()
    paced = pacer(ticks)
    assert [paced.failed() for _ in range(8)] == [1, 2, 4, 8, 16, 32, LONGEST_BACKING_OFF, LONGEST_BACKING_OFF]
    paced.reached()
    assert paced.failed() == 1


def test_memory_is_bounded() -> None:
    paced = pacer(Ticks(), most_chats=3)
    for number in range(100):
        paced.reserve(str(number), 1e9)
    assert len(paced._chats) == 3


async def test_an_attempt_waits_for_its_moment_and_gives_up_in_time() -> None:
    ticks = Ticks()
    paced = pacer(ticks)
    began = ticks()
    assert await paced.moment("a", began) == 0.0
    paced.rest("a", LONGEST_WAIT + 1)
    assert await paced.moment("a", began) == LONGEST_WAIT + 1
    assert await paced.moment("b", began) == 0.0
    paced.be_silent(9)
    assert await paced.moment("b", began) == 9
    ticks.now += LONGEST_ATTEMPT + 1
    assert await paced.moment("b", began) == REST
    assert await paced.moment("b", ticks()) == 0.0
