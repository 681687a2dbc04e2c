"""Text in, Detection out: normaliser, lemmas, FAQ matcher, hard gate, mood."""
