"""What understanding costs: one message, a long one, and the salon's answers as they grow from 10 to 10,000.

./run bench nlu [--quick]

Time is CPU time of the thread, so that whoever else works on the machine hardly moves it. Messages are the tests' own,
with typos and joined clauses drawn from the seed, so that caches meet words that they have not seen.
"""

from __future__ import annotations

import gc
import random
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks.options import command_line, seed_of
from benchmarks.report import Report, percentile, table
from nlu.answers import Answer, Answers
from nlu.detector import Parts, RussianDetector
from nlu.evaluate import read_rows
from nlu.lemmas import Lemmas
from nlu.normalise import Normaliser

Made = TypeVar("Made")
EXAMPLES = Path(__file__).resolve().parents[1] / "tests" / "nlu" / "data"
LETTERS = "оеаинтсрвлкмдпуяы"
GOAL_P95_MS = 5.0
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


class ForgetfulLemmas(Lemmas):
    """The seeded bug: asks the dictionary for every word every time."""

    def of(self, word: str) -> tuple[str, ...]:
        """As ``Lemmas.of`` without what it remembers."""
        return self._parsed(word).lemmas


def main() -> int:
    """The command."""
    asked = command_line("What understanding costs.", bugs=("no-cache",)).parse_args()
    report = Report("bench nlu", seed_of(asked.seed))
    size = QUICK if asked.quick else FULL
    chance = random.Random(report.seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    parts, load_ms = timed(Parts.load)
    report.figure("load, ms", load_ms)
    report.figure("load, MB", (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
    if asked.seeded_bug:
        forget(parts.normaliser)
    messages(report, parts, size, chance)
    long_messages(report, parts)
    growth(report, parts, size, chance)
    return report.finish(as_json=asked.json)


def timed(work: Callable[[], Made]) -> tuple[Made, float]:
    """A result and the milliseconds of CPU it took."""
    before = time.thread_time()
    result = work()
    return result, (time.thread_time() - before) * 1e3


def forget(normaliser: Normaliser) -> None:
    """Swap the lemmas for forgetful ones."""
    normaliser.lemmas = ForgetfulLemmas(lambda word: word)


def examples() -> list[str]:
    """The tests' own messages."""
    return [str(row["text"]) for name in ("mood.jsonl", "faq_questions.jsonl") for row in read_rows(EXAMPLES / name)]


def misspelled(text: str, chance: random.Random) -> str:
    """One letter of the text replaced, doubled or lost."""
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(("", text[at] * 2, chance.choice(LETTERS))) + text[at + 1 :]


def messages(report: Report, parts: Parts, size: Size, chance: random.Random) -> None:
    """One message at a time, as they come."""
    detector = RussianDetector(answers=pairs(a_salon(1_000, chance)), data=parts)
    texts = examples()
    spent: list[float] = []
    for _ in range(size.messages):
        text = ", ".join(chance.sample(texts, chance.choice((1, 1, 1, 2, 3))))
        text = misspelled(text, chance) if chance.random() < 0.5 else text
        spent.append(timed(partial(detector.detect, text))[1])
    report.figure("messages", len(spent))
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        report.figure(f"message {name}, ms", percentile(spent, share))
    report.must(percentile(spent, 0.95) <= GOAL_P95_MS, f"p95: {percentile(spent, 0.95):.2f} ms > {GOAL_P95_MS}")


def long_messages(report: Report, parts: Parts) -> None:
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
        report.must(normal <= GOAL_NORMAL_MS, f"normal form: {name}: {normal:.1f} ms > {GOAL_NORMAL_MS}")
        report.must(whole <= GOAL_LONG_MS, f"long message: {name}: {whole:.1f} ms > {GOAL_LONG_MS}")


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
        spent = [timed(partial(index.match, question))[1] for question in questions]
        medians[wordings] = percentile(spent, 0.5)
        rows.append((f"{wordings:,}", first_ms, build_ms, medians[wordings], percentile(spent, 0.95)))
        report.figure(f"{wordings:,} wordings, match p50, ms", medians[wordings])
        if wordings == 1_000:
            report.must(medians[wordings] <= GOAL_MATCH_MS, f"match: {medians[wordings]:.2f} ms > {GOAL_MATCH_MS}")
            report.must(build_ms <= GOAL_BUILD_MS, f"build after an edit: {build_ms:.0f} ms > {GOAL_BUILD_MS}")
    table(("wordings", "first build, ms", "build after an edit, ms", "match p50, ms", "match p95, ms"), rows)
    grown = medians[SIZES[-1]] / max(medians[SIZES[0]], 1e-6)
    report.figure("match growth, 10 to 10,000", grown)
    report.must(grown <= GOAL_GROWTH, f"growth: {grown:.0f} times > {GOAL_GROWTH}")


if __name__ == "__main__":
    sys.exit(main())
