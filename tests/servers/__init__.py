"""Real servers for tests and benchmarks, brought as packages: PostgreSQL, Redis, Chromium."""
