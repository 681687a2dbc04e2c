"""A look at the installation's health: facts, and troubles that a person should know of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dialog.template import Template
from storage.invariants import Violation, violations
from storage.moments import micros
from storage.schema_version import NEWEST
from storage.sql import Script, Sql
from storage.store import Store

_TEXTS = Path(__file__).with_name("doctor.ru.yaml")
_LANGUAGE = "ru"
_SHOWN_OF_SEAL = 16

_NUMBERS = Sql(
    """SELECT (SELECT count(*) FROM conversation), (SELECT count(*) FROM message),
    (SELECT count(*) FROM inbox WHERE status = 'new'), (SELECT count(*) FROM inbox WHERE status = 'quarantined'),
    (SELECT count(*) FROM outbox WHERE status = 'new'), (SELECT count(*) FROM outbox WHERE status = 'inflight'),
    (SELECT count(*) FROM outbox WHERE status = 'unknown'), (SELECT count(*) FROM outbox WHERE status = 'failed'),
    (SELECT count(*) FROM timer WHERE status = 'set')"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Lines for a person."""

    facts: tuple[str, ...]
    troubles: tuple[str, ...]


async def examine(store: Store) -> Report:
    """Look at everything; changes nothing. Reads the whole database once."""
    words = _Words()
    kind, values, broken = await store.database.examine()
    numbers = await store.database.read(_numbers)
    audit = await store.audit.verify()
    broken_rules = await violations(store.database, micros(store.clock.now()))
    facts = [
        words.say("facts", kind, **values),
        words.say("facts", "schema", revision=NEWEST),
        words.say("facts", "conversations", n=numbers[0], messages=numbers[1]),
        words.say("facts", "inbox", n=numbers[2], quarantined=numbers[3]),
        words.say("facts", "outbox", new=numbers[4], inflight=numbers[5], unknown=numbers[6], failed=numbers[7]),
        words.say("facts", "timers", n=numbers[8]),
        words.say("facts", "audit", n=audit.lines, head=audit.head[:_SHOWN_OF_SEAL]),
    ]
    if values.get("old"):
        facts.insert(1, words.say("facts", "sqlite_old"))
    troubles = [words.say("troubles", "integrity", detail=line) for line in broken]
    if numbers[3]:
        troubles.append(words.say("troubles", "quarantined", n=numbers[3]))
    if numbers[6]:
        troubles.append(words.say("troubles", "unknown", n=numbers[6]))
    if audit.broken:
        troubles.append(words.say("troubles", "audit_broken", n=len(audit.broken), first=audit.broken[0]))
    if audit.missing:
        troubles.append(words.say("troubles", "audit_missing", n=audit.missing))
    troubles += [words.rule(violation) for violation in broken_rules]
    return Report(facts=tuple(facts), troubles=tuple(troubles))


class _Words:
    """The doctor's texts."""

    def __init__(self) -> None:
        self._texts: dict[str, dict[str, str]] = yaml.safe_load(_TEXTS.read_text(encoding="utf-8"))

    def say(self, part: str, key: str, **values: str | int) -> str:
        """One line."""
        return Template.compile(self._texts[part][key], _LANGUAGE).render(values)

    def rule(self, violation: Violation) -> str:
        """A broken rule with an example."""
        text = self._texts["rules"][violation.rule]
        return self.say("troubles", "rule", text=text, n=len(violation.rows), example=str(violation.rows[0]))


def _numbers() -> Script[tuple[Any, ...]]:
    return tuple((yield _NUMBERS, ())[0])
