"""One folder per flow: states and transitions as data, texts, golden conversations."""
