"""VK's published schema as a judge: names and kinds of parameters, what is required, the shapes of events.

The files say draft-04 and mark what is required as draft-03 did; the marks are lifted to where a validator looks.
Lengths of labels, numbers of buttons and payloads are not in them: those are judged here by the documentation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from benchmarks.telegram_spec import Faults

_BASE = "file:///vk/"
_CALLED_BY = frozenset({"access_token", "v"})
_LABEL, _PAYLOAD = 40, 255
_INLINE, _KEYBOARD = (5, 6, 10), (5, 10, 40)


class VkSpec:
    """``folder``: the vendor's files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._registry: Registry[Any] = Registry(retrieve=self._read)  # type: ignore[call-arg]

    def call(self, method: str, form: Mapping[str, str]) -> Faults:
        """A call's fields as they came over the wire: texts."""
        known = self._method(method)
        if known is None:
            return [((), f"no such method {method}")]
        fields = {one["name"]: one for one in known.get("parameters", [])}
        found: Faults = [
            ((name,), "required") for name, one in fields.items() if one.get("required") and not form.get(name)
        ]
        for name in _CALLED_BY - set(form):
            found.append(((name,), "required"))
        for name, value in form.items():
            if name in fields:
                found += _valued(fields[name], name, value)
            elif name not in _CALLED_BY:
                found.append(((name,), "unknown parameter"))
        if "keyboard" in form:
            keyboard = json.loads(form["keyboard"])
            shape = self._thing("messages/objects.json", "messages_keyboard", keyboard)
            found += shape or _sized(keyboard)
        return found

    def event(self, event: Mapping[str, Any]) -> Faults:
        """An event of the Callback API, with its envelope."""
        kind, inner = str(event.get("type")), deepcopy(event.get("object", {}))
        envelope = dict(event)
        if kind == "message_event":
            # Missing in the schema's list of kinds; its payload is said to be text, and comes as JSON.
            envelope["type"] = "message_new"
            if isinstance(inner, dict) and not isinstance(inner.get("payload"), str):
                inner["payload"] = json.dumps(inner.get("payload"))
        found = self._thing("callback/objects.json", "callback_base", envelope)
        if found:
            return found
        if kind == "message_edit":
            return found + self._thing("messages/objects.json", "messages_message", inner)
        return found + self._thing("callback/objects.json", f"callback_{kind}", inner)

    def _thing(self, file: str, name: str, value: object) -> Faults:
        schema = {"$ref": f"{_BASE}{file}#/definitions/{name}"}
        errors = Draft4Validator(schema, registry=self._registry).iter_errors(value)
        return [(tuple(error.absolute_path), error.message[:160]) for error in errors]

    def _method(self, method: str) -> Mapping[str, Any] | None:
        path = self._folder / method.split(".", maxsplit=1)[0] / "methods.json"
        known = json.loads(path.read_text("utf-8"))["methods"] if path.exists() else []
        return next((one for one in known if one["name"] == method), None)

    def _read(self, uri: str) -> Resource[Any]:
        document = json.loads((self._folder / uri.split("#", maxsplit=1)[0].removeprefix(_BASE)).read_text("utf-8"))
        document.pop("$schema", None)
        return Resource.from_contents(_lifted(document), default_specification=DRAFT4)


def _valued(field: Mapping[str, Any], name: str, value: str) -> Faults:
    """What stands in one field."""
    kind = field.get("type")
    if kind == "integer" and not _is_whole(value, field.get("minimum")):
        return [((name,), f"not a whole number, or too small: {value[:20]!r}")]
    if kind == "boolean" and value not in ("0", "1"):
        return [((name,), "neither 0 nor 1")]
    if kind == "string" and len(value) > field.get("maxLength", len(value)):
        return [((name,), f"longer than {field['maxLength']}")]
    if "enum" in field and value not in map(str, field["enum"]):
        return [((name,), f"none of {field['enum']}")]
    return []


def _is_whole(value: str, least: int | None) -> bool:
    digits = value.removeprefix("-")
    return digits.isascii() and digits.isdigit() and (least is None or int(value) >= least)


def _sized(keyboard: Mapping[str, Any]) -> Faults:
    """What the documentation says of a keyboard and the schema does not."""
    rows = keyboard["buttons"]
    per_row, most_rows, most = _INLINE if keyboard.get("inline") else _KEYBOARD
    found: Faults = []
    if len(rows) > most_rows or sum(map(len, rows)) > most or any(len(row) > per_row for row in rows):
        found.append((("keyboard",), "too many buttons"))
    for action in (button["action"] for row in rows for button in row):
        if len(action.get("label", "")) > _LABEL or len(str(action.get("payload", "")).encode()) > _PAYLOAD:
            found.append((("keyboard",), "a label or a payload is too long"))
    return found


def _lifted(node: Any) -> Any:
    """``"required": true`` inside a property becomes a name in its parent's list."""
    if isinstance(node, list):
        return [_lifted(one) for one in node]
    if not isinstance(node, dict):
        return node
    properties = node.get("properties")
    needed = set(node["required"]) if isinstance(node.get("required"), list) else set()
    if isinstance(properties, dict):
        needed |= {name for name, one in properties.items() if isinstance(one, dict) and one.get("required") is True}
    lifted = {key: _lifted(one) for key, one in node.items() if key != "required"}
    return lifted | ({"required": sorted(needed)} if needed else {})
