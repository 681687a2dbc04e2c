"""What understanding costs: one message, a long one, and the salon's answers as they grow from 10 to 10,000.

./run bench nlu [--quick]

Messages are the tests' own, with typos and joined clauses drawn from the seed, so that caches meet words that they have
not seen. Counts and ratios are judged: of how many messages sentence vectors are asked, how often the dictionary is
asked again, how matching grows. Time is CPU time of the thread; it moves with the machine and with whoever else works
on it, so it is judged in long runs only. What a message costs with the real model is printed where the model is there.
"""

from __future__ import annotations

import gc
import random
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks.options import command_line, seed_of
from benchmarks.report import Report, percentile, say, table
from nlu.answers import Answer, Answers
from nlu.detector import Parts, RussianDetector
from nlu.evaluate import read_rows
from nlu.judgement import Judgement, Verdict
from nlu.learned import Learned
from nlu.lemmas import Lemmas, Reading
from nlu.normalise import Normal
from nlu.vectors import bundled

Made = TypeVar("Made")
EXAMPLES = Path(__file__).resolve().parents[1] / "tests" / "nlu" / "data"
LETTERS = "оеаинтсрвлкмдпуяы"
GOAL_P50_MS = 5.0
GOAL_P95_MS = 10.0
"""For the words alone."""
GOAL_ASKED = 0.52
"""The share of messages that vectors may be asked of by a salon that has answers: half of these chats are questions."""
GOAL_LONG_MS = 60.0
GOAL_NORMAL_MS = 20.0
GOAL_MATCH_MS = 1.0
GOAL_BUILD_MS = 50.0
GOAL_GROWTH = 60.0
"""Times that matching may cost more when there are a thousand times more answers."""
SIZES = (10, 100, 1_000, 10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much to measure."""

    messages: int
    questions: int
    rounds: int


QUICK = Size(messages=600, questions=60, rounds=3)
FULL = Size(messages=6_000, questions=300, rounds=7)


class CountedLemmas(Lemmas):
    """Lemmas that count how often the dictionary was asked."""

    asked = 0

    def _parsed(self, word: str) -> Reading:
        self.asked += 1
        return super()._parsed(word)


class ForgetfulLemmas(CountedLemmas):
    """The seeded bug: asks the dictionary for every word every time."""

    def of(self, word: str) -> tuple[str, ...]:
        """As ``Lemmas.of`` without what it remembers."""
        return self._parsed(word).lemmas


class CountedVectors:
    """A model that knows nothing and counts how often it is asked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked = 0
        self._last = ""

    def vector(self, text: str) -> Sequence[float]:
        """No direction at all; the same text asked again is remembered, as by the real one."""
        self.asked += text != self._last
        self._last = text
        return ()

    def passages(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """The same, uncounted: wordings are read once."""
        return [() for _ in texts]


class EagerJudgement(Judgement):
    """The seeded bug: asks for a sentence vector of every message."""

    def verdict(self, normal: Normal, rules: Sequence[float], *, decided: bool = False) -> Verdict:
        """As ``Judgement.verdict`` after one more question."""
        self.vector(f"{normal.text} ")
        return super().verdict(normal, rules, decided=decided)


def main() -> int:
    """The command."""
    asked = command_line("What understanding costs.", bugs=("no-cache", "eager-vectors")).parse_args()
    report = Report("bench nlu", seed_of(asked.seed))
    size = QUICK if asked.quick else FULL
    chance = random.Random(report.seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    learned = Learned.load()
    counted = CountedVectors(learned.model)
    parts, load_ms = timed(partial(Parts.load, lambda: counted))
    report.figure("load, ms", load_ms)
    report.figure("load, MB", (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
    lemmas = (ForgetfulLemmas if asked.seeded_bug == "no-cache" else CountedLemmas)(parts.normaliser.spelling.fold)
    parts.normaliser.lemmas = lemmas
    if asked.seeded_bug == "eager-vectors":
        parts = replace(parts, judgement=EagerJudgement(learned, lambda: counted))
    messages(report, parts, size, chance)
    again = asked_again(parts, lemmas)
    report.figure("dictionary asked again for known words", again)
    report.must(again == 0, f"cache: the dictionary was asked {again} times for words that it had been asked for")
    share = vectors_asked(report, parts, counted)
    report.must(share <= GOAL_ASKED, f"vectors: asked of {share:.2f} of messages > {GOAL_ASKED}")
    if not asked.quick and bundled() is not None:
        with_vectors(report)
    long_messages(report, parts, size)
    growth(report, parts, size, chance)
    return report.finish(as_json=asked.json)


def judge(report: Report, size: Size, holds: bool, what: str) -> None:
    """An absolute goal: a violation in a long run, a line in a short one."""
    if size is FULL:
        report.must(holds, what)
    elif not holds:
        say(f"missed, not judged (quick): {what}")


def timed(work: Callable[[], Made]) -> tuple[Made, float]:
    """A result and the milliseconds of CPU it took."""
    before = time.thread_time()
    result = work()
    return result, (time.thread_time() - before) * 1e3


def examples() -> list[str]:
    """The tests' own messages."""
    return [str(row["text"]) for name in ("mood.jsonl", "faq_questions.jsonl") for row in read_rows(EXAMPLES / name)]


def misspelled(text: str, chance: random.Random) -> str:
    """One letter of the text replaced, doubled or lost."""
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(("", text[at] * 2, chance.choice(LETTERS))) + text[at + 1 :]


def messages(report: Report, parts: Parts, size: Size, chance: random.Random) -> None:
    """One message at a time, as they come, by words alone."""
    detector = RussianDetector(answers=pairs(a_salon(1_000, chance)), data=parts)
    texts = examples()
    spent: list[float] = []
    for _ in range(size.messages):
        text = ", ".join(chance.sample(texts, chance.choice((1, 1, 1, 2, 3))))
        text = misspelled(text, chance) if chance.random() < 0.5 else text
        spent.append(timed(partial(detector.detect, text))[1])
    report.figure("messages", len(spent))
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        report.figure(f"message by words, {name}, ms", percentile(spent, share))
    for name, share, goal in (("p50", 0.5, GOAL_P50_MS), ("p95", 0.95, GOAL_P95_MS)):
        judge(report, size, percentile(spent, share) <= goal, f"{name}: {percentile(spent, share):.2f} ms > {goal}")


def asked_again(parts: Parts, lemmas: CountedLemmas) -> int:
    """How often the dictionary is asked for messages that were understood a moment ago."""
    texts = examples()[:100]
    for text in texts:
        parts.normaliser.normal(text)
    before = lemmas.asked
    for text in texts:
        parts.normaliser.normal(text)
    return lemmas.asked - before


def chats() -> list[str]:
    """What clients write in chats, and bare values and presses; every message once."""
    return [str(row["text"]) for name in ("mood.jsonl", "blind_chat.jsonl") for row in read_rows(EXAMPLES / name)]


def vectors_asked(report: Report, parts: Parts, counted: CountedVectors) -> float:
    """The share of chat messages that vectors were asked of: the same in every run."""
    rows = read_rows(EXAMPLES / "blind_faq_kb.jsonl")
    detector = RussianDetector(answers=[(str(row["id"]), (str(row["question"]),)) for row in rows], data=parts)
    texts = chats()
    before = counted.asked
    for text in texts:
        detector.detect(text)
    share = (counted.asked - before) / len(texts)
    report.figure("chat messages", len(texts))
    report.figure("vectors asked of, share", share)
    return share


def with_vectors(report: Report) -> None:
    """What a chat message costs with the real model; printed, not judged."""
    detector = RussianDetector(data=Parts.load())
    detector.detect("а ещё что")
    spent = [timed(partial(detector.detect, text))[1] for text in chats()]
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        report.figure(f"message with vectors, {name}, ms", percentile(spent, share))


def long_messages(report: Report, parts: Parts, size: Size) -> None:
    """The longest text that is understood, of several kinds; the fastest of three."""
    detector = RussianDetector(data=parts)
    kinds = {
        "complaint": "всё плохо, верните деньги! " * 400,
        "translit": "vse ploho vernite dengi " * 420,
        "pictures": "😡" * 10_000,
        "brackets": "(((" * 3_400,
        "not": "не " * 3_400,
    }
    for name, text in kinds.items():
        normal = min(timed(partial(parts.normaliser.normal, text))[1] for _ in range(3))
        whole = min(timed(partial(detector.detect, text))[1] for _ in range(3))
        report.figure(f"10,000 characters, {name}, ms", whole)
        judge(report, size, normal <= GOAL_NORMAL_MS, f"normal form: {name}: {normal:.1f} ms > {GOAL_NORMAL_MS}")
        judge(report, size, whole <= GOAL_LONG_MS, f"long message: {name}: {whole:.1f} ms > {GOAL_LONG_MS}")


def a_salon(wordings: int, chance: random.Random) -> list[Answer]:
    """Answers with about ``wordings`` wordings: words of the examples put together anew, two wordings an answer."""
    words = sorted({word for text in examples() for word in text.lower().split() if word.isalpha()})
    made = [" ".join(chance.sample(words, chance.randint(3, 7))) for _ in range(wordings)]
    return [Answer(key=f"answer{at}", wordings=tuple(made[at : at + 2])) for at in range(0, wordings, 2)]


def pairs(answers: Iterable[Answer]) -> list[tuple[str, Sequence[str]]]:
    """As the detector takes them."""
    return [(answer.key, answer.wordings) for answer in answers]


def growth(report: Report, parts: Parts, size: Size, chance: random.Random) -> None:
    """Building and matching from 10 to 10,000 wordings."""
    texts = examples()
    questions = [parts.normaliser.normal(misspelled(chance.choice(texts), chance)) for _ in range(size.questions)]
    rows: list[tuple[object, ...]] = []
    medians: dict[int, float] = {}
    for wordings in SIZES:
        salon = a_salon(wordings, chance)
        _, first_ms = timed(partial(Answers, salon, parts.normaliser, parts.knowledge))
        rounds = size.rounds if wordings <= 1_000 else 1
        built = [timed(partial(Answers, salon, parts.normaliser, parts.knowledge)) for _ in range(rounds)]
        build_ms = min(spent for _, spent in built)
        index = built[0][0]
        gc.collect()
        spent = [min(timed(partial(index.match, question))[1] for _ in range(3)) for question in questions]
        medians[wordings] = percentile(spent, 0.5)
        rows.append((f"{wordings:,}", first_ms, build_ms, medians[wordings], percentile(spent, 0.95)))
        report.figure(f"{wordings:,} wordings, match p50, ms", medians[wordings])
        if wordings == 1_000:
            judge(
                report, size, medians[wordings] <= GOAL_MATCH_MS, f"match: {medians[wordings]:.2f} ms > {GOAL_MATCH_MS}"
            )
            judge(report, size, build_ms <= GOAL_BUILD_MS, f"build after an edit: {build_ms:.0f} ms > {GOAL_BUILD_MS}")
    table(("wordings", "first build, ms", "build after an edit, ms", "match p50, ms", "match p95, ms"), rows)
    grown = medians[SIZES[-1]] / max(medians[SIZES[0]], 1e-6)
    report.figure("match growth, 10 to 10,000", grown)
    report.must(grown <= GOAL_GROWTH, f"growth: {grown:.0f} times > {GOAL_GROWTH}")


if __name__ == "__main__":
    sys.exit(main())
