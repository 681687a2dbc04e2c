"""SQL behind the ports: one schema on SQLite (one process) and PostgreSQL (any number)."""
