"""Checks JSON against the JSON Schema that pydantic writes for the types of the answers."""

from typing import Any

from jsonschema_rs import Draft202012Validator


def complaints(value: Any, schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """What in the value is not as the schema says, whose references lead into the document."""
    validator = Draft202012Validator({**schema, "components": document["components"]})
    if validator.is_valid(value):
        return []
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(value)]
