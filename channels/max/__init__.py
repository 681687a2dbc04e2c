"""MAX for the salon's clients. maxapi reads its types; calls are our own, each made exactly once."""
