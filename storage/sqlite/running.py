"""Runs a script on a SQLite connection, statement by statement, in the thread that owns the connection."""

from __future__ import annotations

from typing import TypeVar

import orjson

from storage.sql import Row, Rows, Script, Sql, Values
from storage.sqlite_library import Connection

T = TypeVar("T")


def run(connection: Connection, script: Script[T]) -> T:
    """The script's result. Whatever a statement raises ends the script and is raised here."""
    execute = connection.execute
    try:
        sql, values = next(script)
        while True:
            if type(values) is list:
                rows = _run_each(connection, sql, values)
            elif sql.lists:
                rows = execute(sql.sqlite, _with_lists(values)).fetchall()
            else:
                rows = execute(sql.sqlite, values).fetchall()
            sql, values = script.send(rows)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        script.close()


def _run_each(connection: Connection, sql: Sql, many: list[Values]) -> Rows:
    if not sql.returns:
        connection.executemany(sql.sqlite, many)
        return ()
    found: list[Row] = []
    for values in many:
        found += connection.execute(sql.sqlite, values).fetchall()
    return found


def _with_lists(values: object) -> Values:
    assert isinstance(values, tuple)
    return tuple(orjson.dumps(value).decode() if type(value) is list else value for value in values)
