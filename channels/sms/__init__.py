"""SMS for the salon's clients, by our own few calls: every library tried sends twice or tells the key."""
