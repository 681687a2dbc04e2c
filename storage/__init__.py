"""SQL behind the ports of dialog, handoff and console. SQLite and PostgreSQL."""
