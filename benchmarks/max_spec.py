"""MAX's published OpenAPI as a judge of calls and updates.

Validators do not follow a discriminator: each kind is written out beside its name. ``nullable`` is put in words that
they know. Two places of the document are wrong and said so by every real message: a reply is not required to be a
reply, and a dialog is a chat, too. How many buttons a row takes stands in the documentation alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from benchmarks.telegram_spec import Faults

_BASE, _REF = "urn:max", "#/components/schemas/"
_ROWS, _PER_ROW, _WITH_LINKS, _BUTTONS = 30, 7, 3, 210
_WIDE = frozenset({"link", "open_app", "request_contact", "request_geo_location"})


class MaxSpec:
    """``document``: the description as JSON."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        whole = _said_plainly(_expanded(_mended(deepcopy(dict(document)))))
        self._paths: Mapping[str, Any] = whole["paths"]
        self._schemas: Mapping[str, Any] = whole["components"]["schemas"]
        resource: Resource[Any] = Resource.from_contents(whole, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_BASE, resource)

    def update(self, value: object) -> Faults:
        """What MAX brings."""
        return self._thing(f"{_REF}Update__any", value)

    def answer(self, name: str, value: object) -> Faults:
        """What MAX answers, by the name of its schema."""
        return self._thing(_REF + name, value)

    def call(self, method: str, path: str, params: Mapping[str, str], body: object) -> Faults:
        """A call as it came over the wire."""
        known = next(
            (one[method.lower()] for place, one in self._paths.items() if _fits(place, path, one, method)), None
        )
        if known is None:
            return [((), f"no such call {method} {path}")]
        fields = {one["name"]: one for one in known.get("parameters", []) if one["in"] == "query"}
        found: Faults = [
            ((name,), "required") for name, one in fields.items() if one.get("required") and name not in params
        ]
        for name, value in params.items():
            found += self._valued(fields[name], name, value) if name in fields else [((name,), "unknown parameter")]
        wanted = known.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        if wanted is None:
            return found if body is None else [*found, (("body",), "there is to be none")]
        return found + self._body(wanted["$ref"], body)

    def _body(self, reference: str, body: object) -> Faults:
        known = self._schemas[reference.removeprefix(_REF)].get("properties", {})
        unknown: Faults = (
            [((name,), "unknown field") for name in body if name not in known] if isinstance(body, dict) else []
        )
        return unknown + self._thing(reference, body) + _sized(body)

    def _thing(self, reference: str, value: object) -> Faults:
        validator = Draft202012Validator({"$ref": f"{_BASE}{reference}"}, registry=self._registry)
        return [(tuple(error.absolute_path), error.message[:160]) for error in validator.iter_errors(value)]

    def _valued(self, field: Mapping[str, Any], name: str, value: str) -> Faults:
        schema = field["schema"]
        if "$ref" in schema:
            schema = self._schemas[schema["$ref"].removeprefix(_REF)]
        if "integer" in str(schema.get("type")):
            digits = value.removeprefix("-")
            if not (digits.isascii() and digits.isdigit()):
                return [((name,), "not a whole number")]
            if not schema.get("minimum", int(value)) <= int(value) <= schema.get("maximum", int(value)):
                return [((name,), "out of its range")]
        if schema.get("type") == "boolean" and value not in ("true", "false"):
            return [((name,), "neither true nor false")]
        if "enum" in schema and value not in schema["enum"]:
            return [((name,), f"none of {schema['enum']}")]
        return [] if value else [((name,), "empty")]


def _fits(place: str, path: str, methods: Mapping[str, Any], method: str) -> bool:
    wanted, given = place.split("/"), path.split("/")
    same = all(one == other or (one.startswith("{") and other) for one, other in zip(wanted, given, strict=False))
    return len(wanted) == len(given) and same and method.lower() in methods


def _sized(body: object) -> Faults:
    """What the documentation says of a keyboard and the schema does not."""
    message = body.get("message", body) if isinstance(body, dict) else {}
    attachments = message.get("attachments") if isinstance(message, dict) else []
    found: Faults = []
    for one in attachments or []:
        rows = one["payload"]["buttons"] if one.get("type") == "inline_keyboard" else []
        if len(rows) > _ROWS or sum(map(len, rows)) > _BUTTONS or any(len(row) > _most_in(row) for row in rows):
            found.append((("attachments",), "too many buttons"))
    return found


def _most_in(row: list[Mapping[str, Any]]) -> int:
    return _WITH_LINKS if any(button.get("type") in _WIDE for button in row) else _PER_ROW


def _mended(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    for name in ("NewMessageBody", "MessageBody"):
        schemas[name]["required"] = [one for one in schemas[name]["required"] if one != "link"]
    schemas["ChatType"]["enum"] = ["dialog", "chat", "channel"]
    return document


def _expanded(document: dict[str, Any]) -> dict[str, Any]:
    """Beside every schema with a discriminator, one that is any of its kinds; whoever means it means that."""
    schemas = document["components"]["schemas"]
    kinds = {
        name: (one["discriminator"]["propertyName"], dict(_mapped(one["discriminator"]["mapping"])))
        for name, one in schemas.items()
        if one.get("discriminator", {}).get("mapping")
    }
    heirs = {reference.removeprefix(_REF) for _, mapping in kinds.values() for reference in mapping.values()}
    found = {}
    for name, one in schemas.items():
        # An heir's first part is what it inherits: that one stays as it is.
        inherited = one["allOf"][:1] if name in heirs and "allOf" in one else []
        found[name] = _meaning_any(one, kinds)
        if inherited:
            found[name]["allOf"][:1] = inherited
    for name, (field, mapping) in kinds.items():
        found[f"{name}__any"] = {
            "oneOf": [
                {
                    "allOf": [
                        {"$ref": reference},
                        {"type": "object", "required": [field], "properties": {field: {"enum": [kind]}}},
                    ]
                }
                for kind, reference in mapping.items()
            ]
        }
    document["components"]["schemas"] = found
    return document


def _mapped(mapping: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, reference in mapping.items():
        yield kind, reference["$ref"] if isinstance(reference, Mapping) else reference


def _meaning_any(node: Any, kinds: Mapping[str, object]) -> Any:
    if isinstance(node, list):
        return [_meaning_any(one, kinds) for one in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str) and reference.removeprefix(_REF) in kinds:
        return node | {"$ref": f"{reference}__any"}
    return {key: one if key == "discriminator" else _meaning_any(one, kinds) for key, one in node.items()}


def _said_plainly(node: Any) -> Any:
    """``nullable`` as a choice with null; words that are no schema's go."""
    if isinstance(node, list):
        return [_said_plainly(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {
        key: _said_plainly(one) for key, one in node.items() if key not in ("nullable", "example", "discriminator")
    }
    if isinstance(plain.get("required"), bool) and "in" not in plain and "content" not in plain:
        del plain["required"]
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain
