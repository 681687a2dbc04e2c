"""Words looked up beforehand: what the file says is what the dictionary says, and it has what a start asks for."""

from __future__ import annotations

from pathlib import Path

from nlu.detector import Parts
from nlu.lemmas import Lemmas, Reading
from nlu.looked_up import LookedUp, NotingLemmas, write
from nlu.normalise import Normaliser

ANEW = "run: zabota nlu words"


def test_the_file_is_the_dictionarys_own_and_a_start_finds_its_words_there() -> None:
    normaliser, kept = Normaliser(lemmas=NotingLemmas), LookedUp.load()
    Parts.load(normaliser=normaliser)
    assert isinstance(normaliser.lemmas, NotingLemmas)
    asked = normaliser.lemmas.noted
    others = {word: said for word, said in asked.items() if kept(word) not in (None, said)}
    missing = asked.keys() - set(kept)
    assert others == {}, ANEW
    assert len(missing) < len(asked) / 20, ANEW


def test_answers_come_back_as_they_were_given(tmp_path: Path) -> None:
    given = {
        "звонили": Reading(("звонить",), verb=True, past="many"),
        "пришла": Reading(("прийти",), verb=True, past="one"),
        "вера": Reading(("вера", "веры"), noun=True, name=True),
    }
    write(given, tmp_path / "words.json")
    kept = LookedUp.load(tmp_path / "words.json")
    assert {word: kept(word) for word in kept} == given
    assert kept("нет") is None


def test_answers_of_another_dictionary_are_not_believed(tmp_path: Path) -> None:
    (tmp_path / "words.json").write_text('{"dictionary": "another", "words": {"вера": ["вера", "n"]}}')
    assert list(LookedUp.load(tmp_path / "words.json")) == []


def test_the_dictionary_is_asked_only_for_what_is_not_known() -> None:
    known = Reading(("known",), noun=True)
    lemmas = Lemmas(str, lambda word: known if word == "вера" else None)
    assert lemmas.of("вера") == ("known",)
    assert "надежда" in lemmas.of("надежда")
