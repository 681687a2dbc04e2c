"""What the console answers to. Each file ends with its table of doors."""
