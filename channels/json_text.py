"""What was read as JSON, written again: whatever could be read can be written, or it would be lost."""

from __future__ import annotations

import json

import orjson


def json_text(value: object) -> str:
    """JSON that says what ``value`` says."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # Half of a surrogate pair, a number of twenty digits: kept as it was written, and the reader will say so.
        return json.dumps(value)
