"""Runs a script on a PostgreSQL connection; many runs of one statement travel together."""

from __future__ import annotations

from typing import Any, TypeVar

from storage.sql import Script

T = TypeVar("T")


async def run(connection: Any, script: Script[T]) -> T:
    """The script's result. Whatever a statement raises ends the script and is raised here."""
    try:
        sql, values = next(script)
        while True:
            if type(values) is not list:
                rows = await connection.fetch(sql.postgres, *values)
            elif sql.returns:
                rows = await connection.fetchmany(sql.postgres, values)
            else:
                await connection.executemany(sql.postgres, values)
                rows = ()
            sql, values = script.send(rows)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        script.close()
