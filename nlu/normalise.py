"""One normal form of a message, made once: cleaned, lower case, layout and translit repaired, tokens with lemmas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from nlu.clean import cleaned
from nlu.datafile import Entry
from nlu.lemmas import Fold, Lemmas
from nlu.looked_up import known_lemmas
from nlu.phrase import Line, PhraseError, Phrases
from nlu.spelling import Spelling, Tables
from nlu.tokens import MASKED, Kind, Token, split

MOST_TOKENS: Final = 240
"""Tokens that are understood: the head of a longer message and its last quarter of this number."""
_TAIL: Final = MOST_TOKENS // 4
_MOST_TRANSLIT: Final = 24
"""Words tried as translit in one message: a bound on time, not a judgement."""
_LATIN: Final = re.compile(r"[a-z]")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_QUOTED: Final = re.compile(r"[\"\u00ab\u201c\u201e][^\W\d_]+[\"\u00bb\u201d\u201c]")
_LAYOUT_CHUNK: Final = re.compile(r"[a-z\[\];',.`]+[?!]*")

LemmasMaker: TypeAlias = Callable[[Fold], Lemmas]


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """A message as the machine reads it."""

    original: str
    text: str
    """Lower case, folded, repaired; words and signs in their order."""
    language: str
    """``ru`` or ``en``."""
    tokens: tuple[Token, ...] = ()
    caps: float = 0.0
    """Share of capitals among the letters of the original, 0..1; 0 for fewer than six letters."""
    words: tuple[Token, ...] = ()
    """The tokens that are words or numbers."""
    line: Line = field(default_factory=lambda: Line(()), compare=False)
    """The tokens that phrases are matched on."""


class Normaliser:
    """Makes ``Normal`` of any string. Pure, thread safe, bounded in time, never raises."""

    def __init__(self, tables: Tables | None = None, lemmas: LemmasMaker = known_lemmas) -> None:
        """Loads the built-in tables when none are given."""
        tables = tables or Tables.load()
        self.lemmas = lemmas(lambda word: word.lower().translate(tables.fold))
        self.spelling = Spelling(tables, self.lemmas.known)

    def normal(self, text: str, language: str = "") -> Normal:
        """Read ``text``; with ``language`` (``en``) as text of that language, whatever it looks like."""
        clean = cleaned(text)
        lowered = clean.lower()
        language = language or "ru"
        reread: dict[str, str] = {}
        if _LATIN.search(lowered) and language != "en":
            chunks = lowered.split()
            language = self._language(lowered, chunks)
            reread = {} if language == "en" else self._russian(chunks)
        tokens = self._tokens(clean, language, reread)
        return Normal(
            original=text,
            text=" ".join(token.word for token in tokens),
            language=language,
            tokens=tokens,
            caps=_caps(clean),
            line=Line(tokens),
            words=tuple(token for token in tokens if token.kind in (Kind.WORD, Kind.NUMBER)),
        )

    def phrases(self, entries: Iterable[Entry]) -> Phrases:
        """A compiled set of the phrases at these places of a data file. Raises ``DataError`` at a bad one."""
        read: list[Entry] = []

        def texts() -> Iterator[str]:
            for entry in entries:
                read.append(entry)
                yield self.spelling.fold(entry.text())

        try:
            return Phrases(texts(), self._lemmas_written)
        except PhraseError as error:
            # They are compiled one by one as they are read: the last one is the bad one.
            raise read[-1].refuse(str(error)) from None

    def _lemmas_written(self, word: str) -> tuple[str, ...]:
        return self.lemmas.of(self.spelling.short(word))

    def _language(self, lowered: str, chunks: Sequence[str]) -> str:
        """``en`` when no Cyrillic was typed and common English words outnumber words read as Russian."""
        if _CYRILLIC.search(lowered):
            return "ru"
        words = [chunk.strip(".,!?;:()\"'") for chunk in chunks[:MOST_TOKENS]]
        words = [word for word in words if _LATIN.search(word)]
        english = sum(map(self.spelling.is_english, words))
        if english * 2 >= len(words) > 0:
            return "en"
        russian = len(self._russian(chunks))
        return "en" if english > russian or not russian else "ru"

    def _russian(self, chunks: Sequence[str]) -> dict[str, str]:
        """Latin chunks of a message that is not English -> what they mean in Russian."""
        found: dict[str, str] = {}
        budget = _MOST_TRANSLIT
        for chunk in dict.fromkeys(chunks[:MOST_TOKENS]):
            if not _LATIN.search(chunk) or _CYRILLIC.search(chunk):
                continue
            word = chunk.strip(".,!?;:()\"'")
            reading = self.spelling.usual_translit(word)
            if reading is None and _LAYOUT_CHUNK.fullmatch(chunk):
                layout = self.spelling.from_layout(chunk)
                if layout is not None:
                    found[chunk] = layout
                    continue
            if reading is None and budget > 0 and word.isascii() and not self.spelling.is_english(word):
                budget -= 1
                reading = self.spelling.from_translit(word)
            if reading is not None:
                found[chunk] = chunk.replace(word, reading)
        return found

    def _tokens(self, clean: str, language: str, reread: dict[str, str]) -> tuple[Token, ...]:
        pieces: list[tuple[Kind, str, str, bool]] = []
        for line in clean.split("\n"):
            for chunk in line.split():
                reading = reread.get(chunk.lower())
                if reading is None:
                    quoted = _QUOTED.search(chunk) is not None
                    pieces.extend((kind, own, own, quoted) for kind, own in split(chunk))
                else:
                    pieces.extend((kind, chunk, piece, False) for kind, piece in split(reading))
            pieces.append((Kind.STOP, "", "", False))
        if len(pieces) > MOST_TOKENS:
            pieces = pieces[: MOST_TOKENS - _TAIL] + pieces[-_TAIL:]
        return self._read(pieces, language)

    def _read(self, pieces: list[tuple[Kind, str, str, bool]], language: str) -> tuple[Token, ...]:
        tokens: list[Token] = []
        sentence = 0
        for kind, own, piece, quoted in pieces:
            if kind is Kind.WORD:
                for word in self._word(piece, language).split():
                    lemmas = (word,) if language == "en" else self.lemmas.of(word)
                    tokens.append(Token(kind, own, word, lemmas, sentence, quoted, self.lemmas.past(word)))
                continue
            if piece:
                tokens.append(Token(kind, own, piece, (), sentence))
            if kind in (Kind.STOP, Kind.MARK):
                sentence += 1
        return tuple(tokens)

    def _word(self, piece: str, language: str) -> str:
        spelling = self.spelling
        word = spelling.fold(piece).replace("\u2019", "'")
        if "*" in word:
            return MASKED
        if language == "en":
            return word
        if _CYRILLIC.search(word):
            if _LATIN.search(word):
                word = spelling.in_one_script(word)
            short = spelling.short(word)
            if short != word:
                return short
            word = spelling.short(spelling.unstretched(word))
            if len(word) < 3 or self.lemmas.known(word):
                return word
            return spelling.to_english(word) or spelling.corrected(word)
        return word


def _caps(clean: str) -> float:
    letters = [char for char in clean if char.isalpha()]
    return sum(map(str.isupper, letters)) / len(letters) if len(letters) >= 6 else 0.0
