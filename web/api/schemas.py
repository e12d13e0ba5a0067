"""JSON Schemas of types, collected for a description that refers to them."""

from typing import Any

from pydantic import TypeAdapter

REFERENCE = "#/components/schemas/{model}"


class Schemas:
    """Collects the schemas that operations refer to."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}

    def reference(self, kind: Any) -> dict[str, Any]:
        """A reference to the type's schema, which is added with all it refers to."""
        schema = TypeAdapter(kind).json_schema(ref_template=REFERENCE)
        self.found |= schema.pop("$defs", {})
        if "title" not in schema:
            return schema
        name = str(schema["title"])
        self.found[name] = schema
        return {"$ref": REFERENCE.format(model=name)}
