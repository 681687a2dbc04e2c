"""What the machine thought of a message and how well it does, in words that an administrator reads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml

from dialog.detection import Detection, Reason
from dialog.template import Template
from nlu.evaluate import Measured, Shipped

_WORDS_OF_RULE = " "


@cache
def _book() -> Mapping[str, Mapping[str, str]]:
    path = Path(__file__).with_name("explanation.ru.yaml")
    loaded: Mapping[str, Mapping[str, str]] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


def word(section: str, key: str) -> str:
    """The word for ``key``; the key itself where there is none."""
    return _book()[section].get(key, key)


def _line(key: str, **values: str | int) -> str:
    return Template.compile(_book()["lines"][key], "ru").render(values)


def _percent(share: float) -> int:
    return round(share * 100)


def explained(one: Detection, shipped: Shipped, soft: float) -> Iterator[str]:
    """Line by line: how it was read, mood with its reasons, wishes, answers, values, and what the bot would do."""
    if not one.text:
        yield _line("nothing")
        return
    yield _line("understood", text=one.text, language=word("languages", one.language))
    if one.command:
        yield _line("command", name=word("commands", one.command))
    if one.gate:
        yield _line("gate", name=word("gates", one.gate.kind), words=" ".join(one.gate.words))
    yield _line("mood", name=word("moods", one.mood.label), percent=_percent(one.mood.score))
    yield from map(_reason, one.mood.reasons)
    yield from _wishes(one)
    yield from _found(one)
    yield _verdict(one, shipped, soft)


def _reason(reason: Reason) -> str:
    sign = "+" if reason.weight > 0 else "−" if reason.weight < 0 else "·"
    kept = {"sign": sign, "name": word("rules", reason.rule), "weight": f"{abs(reason.weight):.1f}"}
    if not reason.words:
        return _line("reason_plain", **kept)
    return _line("reason", words=_WORDS_OF_RULE.join(reason.words), **kept)


def _wishes(one: Detection) -> Iterator[str]:
    yield _line("intents" if one.intents else "intents_none")
    for match in one.intents[:3]:
        yield _line("item", percent=_percent(match.confidence), name=word("intents", match.name))


def _found(one: Detection) -> Iterator[str]:
    likely = [match for match in one.answers[:3] if _percent(match.confidence)]
    yield _line("answers" if likely else "answers_none")
    for match in likely:
        yield _line("item_like", percent=_percent(match.confidence), name=match.key, like=match.matched)
    if one.slots:
        yield _line("slots")
    for slot, value in one.slots.items():
        yield _line("slot", name=word("slots", slot), value=str(value))


def _verdict(one: Detection, shipped: Shipped, soft: float) -> str:
    """What the router would do with this message when no question waits for an answer."""
    if one.gate:
        return _line("verdict_gate")
    if one.command:
        return _line("verdict_command")
    if one.mood.score >= shipped.hand_over:
        return _line("verdict_mood", percent=_percent(shipped.hand_over))
    if one.mood.score >= soft:
        return _line("verdict_soft", percent=_percent(soft))
    if one.answers and one.answers[0].confidence >= shipped.answer:
        return _line("verdict_answer", name=one.answers[0].key)
    if one.intents and one.intents[0].confidence >= shipped.answer:
        return _line("verdict_intent", name=word("intents", one.intents[0].name))
    offered = bool(one.answers) and one.answers[0].confidence >= shipped.clarify
    return _line("verdict_clarify" if offered else "verdict_unclear")


def reported(measured: Measured) -> Iterator[str]:
    """The figures with their intervals, then the mistakes."""
    figures = measured.figures
    times = {name: f"{figures[f'cpu_ms_{name}']:.2f}" for name in ("p50", "p95")}
    yield _line("measured", task=measured.task, n=measured.n, p50=times["p50"], p95=times["p95"])
    for name, value in figures.items():
        if name.startswith("cpu_ms") or math.isnan(value):
            continue
        bounds = measured.interval(name)
        known = ""
        if bounds:
            low, high = (f"{bound:.3f}" for bound in bounds)
            known = _line("range", low=low, high=high, n=measured.counts[name])
        yield _line("figure", name=word("figures", name), value=f"{value:.3f}", range=known).rstrip()
    for kind, lines in measured.wrong.items():
        if lines:
            yield ""
            yield word("kinds", kind)
            yield from (f"   {line}" for line in lines)
