"""Checks JSON against the part of JSON Schema that pydantic writes for the types of the answers."""

import re
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
_KNOWN = {
    "$ref", "type", "anyOf", "enum", "const", "properties", "required", "additionalProperties", "items",
    "propertyNames", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
    "minItems", "maxItems", "pattern", "title", "description", "default",
}  # fmt: skip


def complaints(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str = "") -> list[str]:
    """What in the value is not as the schema says; a keyword that is not understood is an AssertionError."""
    assert schema.keys() <= _KNOWN, schema.keys() - _KNOWN
    if "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return complaints(value, found, document, at)
    if "anyOf" in schema:
        options = [complaints(value, option, document, at) for option in schema["anyOf"]]
        return [] if [] in options else [f"{at}: {value!r} is none of {schema['anyOf']}"]
    if not _has_type(value, schema) or not _is_allowed(value, schema):
        return [f"{at}: {value!r} is not {schema}"]
    return _inside(value, schema, document, at)


def _has_type(value: Any, schema: dict[str, Any]) -> bool:
    if "type" not in schema:
        return True
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, _TYPES[name]) for name in names)


def _is_allowed(value: Any, schema: dict[str, Any]) -> bool:
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None and schema.get("minLength", 0) <= len(
            value
        ) <= schema.get("maxLength", 1e9)
    if isinstance(value, int | float):
        inside = schema.get("exclusiveMinimum", value - 1) < value < schema.get("exclusiveMaximum", value + 1)
        return bool(inside and schema.get("minimum", value) <= value <= schema.get("maximum", value))
    if isinstance(value, list):
        return bool(schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 1e9))
    return True


def _inside(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str) -> list[str]:
    found: list[str] = []
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            found += complaints(item, schema["items"], document, f"{at}/{number}")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [f"{at}: {name} is missing" for name in schema.get("required", []) if name not in value]
        for name, item in value.items():
            inner = known.get(name, schema.get("additionalProperties", True))
            if inner is False:
                found.append(f"{at}: {name} is not known")
            elif isinstance(inner, dict):
                found += complaints(item, inner, document, f"{at}/{name}")
            if "propertyNames" in schema:
                found += complaints(name, schema["propertyNames"], document, f"{at}/{name}")
    return found
