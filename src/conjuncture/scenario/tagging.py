"""The tags by which a scenario says what kind of case it is, as its JSON Schema has them."""

from __future__ import annotations

from typing import Any

from conjuncture.data.tags import TAGS

DEFAULT_TABLE = "attempts"
"""The table of cases where a scenario names none."""

CASE_TABLES = (DEFAULT_TABLE, "campaigns")
"""The tables among which a scenario may name similar cases."""


def add_tags_to_schema(schema: dict[str, Any]) -> None:
    """Put the tags of each table into the schema of ``like``, each with its options.

    Parameters
    ----------
    schema : dict
        The schema of what stands beside the tags; changed in place.
    """
    schema.pop("additionalProperties", None)
    fixed = list(schema["properties"])
    schema["properties"]["among"]["enum"] = list(CASE_TABLES)
    schema["allOf"] = [
        {
            "if": {
                "properties": {"among": {"const": table}},
                **({} if table == DEFAULT_TABLE else {"required": ["among"]}),
            },
            "then": {
                "properties": {
                    tag.name: {"description": tag.meaning, "enum": list(tag.options)}
                    for tag in TAGS[table].values()
                },
                "propertyNames": {"enum": [*fixed, *TAGS[table]]},
            },
        }
        for table in CASE_TABLES
    ]
