"""How near a message is to the wordings of answers, by sentence vectors. Needs numpy, as the model does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.kin import Kin
from nlu.vectors import Vectors

_Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """One answer, seen from a message."""

    wordings: Sequence[int]
    """The numbers of its wordings."""
    nearest: int
    near: float
    """The product with the nearest wording's vector."""
    kin: float
    """The same after what is no matter of topic was taken away."""
    score: float
    """All together, about zero for an answer like any other."""


class Nearness:
    """The vectors of an index of answers. Immutable and thread safe."""

    def __init__(
        self, vectors: Vectors, kin: Kin | None, wordings: Iterable[tuple[str, str]], told: Mapping[str, str]
    ) -> None:
        """``wordings``: keys with a wording each, numbered as they come; ``told``: what answers say, by their key."""
        self._keys: dict[str, list[int]] = {}
        texts: list[str] = []
        for number, (key, text) in enumerate(wordings):
            self._keys.setdefault(key, []).append(number)
            texts.append(text)
        self._order = np.concatenate([np.array(numbers) for numbers in self._keys.values()])
        self._starts = np.cumsum([0, *(len(numbers) for numbers in self._keys.values())][:-1])
        self._wordings = _matrix(vectors.passages(texts))
        self._asked, kept = _lens(kin)
        self._kin = kept(self._wordings)
        self._silent = np.array([key not in told for key in self._keys])
        said = [told.get(key, texts[0]) for key in self._keys]
        self._told = _matrix(vectors.passages(said)) if told else None

    def best(
        self, vector: Sequence[float], weights: Mapping[str, float], most: int, also: Collection[str] = ()
    ) -> list[Near]:
        """The nearest answers, ``most`` of them, and those with the keys ``also``."""
        seen = np.asarray(vector, dtype=np.float32)
        products, kin = self._wordings @ seen, self._kin @ self._asked(seen)
        near, kinship = self._highest(products), self._highest(kin)
        scores = weights["near"] * (near - near.mean()) + weights["kin"] * kinship
        if self._told is not None:
            told = self._told @ seen
            told -= told[~self._silent].mean()
            scores += weights["told"] * np.where(self._silent, near - near.mean(), told)
        keys = list(self._keys)
        chosen = dict.fromkeys(np.argsort(-scores, kind="stable")[:most].tolist())
        chosen |= dict.fromkeys(at for at, key in enumerate(keys) if key in also)
        found: list[Near] = []
        for at in chosen:
            numbers = self._keys[keys[at]]
            found.append(
                Near(
                    wordings=numbers,
                    nearest=max(numbers, key=lambda number: (float(products[number]), -number)),
                    near=float(near[at]),
                    kin=float(kinship[at]),
                    score=float(scores[at]),
                )
            )
        return found

    def _highest(self, products: _Array) -> _Array:
        """The highest product of each key's wordings."""
        highest: _Array = np.maximum.reduceat(products[self._order], self._starts)
        return highest


def _matrix(vectors: Sequence[Sequence[float]]) -> _Array:
    return np.array(vectors, dtype=np.float32)


def _lens(kin: Kin | None) -> tuple[Any, Any]:
    """How a message's vector and wordings' vectors are seen for their topic."""
    if kin is None:
        return (lambda seen: seen), (lambda told: told)
    table = np.frombuffer(kin.table, dtype=np.int8).reshape(-1, len(kin.scales)).astype(np.float32)
    table *= np.array(kin.scales, dtype=np.float32)
    asked, told = (np.array(middle, dtype=np.float32) @ table for middle in (kin.asked, kin.told))

    def lens(middle: _Array) -> Any:
        def seen(vectors: _Array) -> _Array:
            turned = vectors @ table - middle
            length = np.linalg.norm(turned, axis=-1, keepdims=True)
            result: _Array = turned / np.maximum(length, 1e-9)
            return result

        return seen

    return lens(asked), lens(told)
