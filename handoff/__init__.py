"""Live people: when somebody answers, what is promised, who holds a conversation."""
