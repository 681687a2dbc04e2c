"""Scores above which a message is handed over, for a share of false alarms that the salon accepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.datafile import BUILT_IN, read


@dataclass(frozen=True, slots=True)
class Threshold:
    """From ``score`` on, at most ``alarms`` (0..1) of ordinary messages are handed over."""

    alarms: float
    score: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A measured table, fewest alarms first."""

    hand_over: Sequence[Threshold]

    @staticmethod
    def load(path: Path = BUILT_IN / "thresholds.yaml") -> Thresholds:
        """Raises ``DataError`` when the file is not right."""
        root = read(path).fields(("spec", "hand_over"))
        table: list[Threshold] = []
        for place in root["hand_over"].items():
            fields = place.fields(("alarms", "score"))
            row = Threshold(fields["alarms"].number(0.0, 1.0), fields["score"].number(0.0, 1.0))
            if table and (row.alarms <= table[-1].alarms or row.score > table[-1].score):
                raise place.refuse("alarms must rise and scores fall from line to line")
            table.append(row)
        return Thresholds(tuple(table))

    def score_for(self, alarms: float) -> float:
        """The lowest score whose measured share of false alarms is not above ``alarms``; 1.0 when none is."""
        fitting = [row.score for row in self.hand_over if row.alarms <= alarms]
        return min(fitting, default=1.0)
