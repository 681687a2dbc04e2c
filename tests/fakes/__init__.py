"""In-memory twins of the ports: shipped, so that nobody needs a mock."""
