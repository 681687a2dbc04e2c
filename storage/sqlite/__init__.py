"""SQLite: one process, one writing connection, group commit."""
