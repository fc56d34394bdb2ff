"""The tags by which a scenario says what kind of case it is, as its JSON Schema has them."""

from __future__ import annotations

from typing import Any

from conjuncture.data.tags import TAGS

TABLE = "attempts"
"""The table of cases where a scenario names none."""

TABLES = (TABLE, "campaigns")
"""The tables among which a scenario may name similar cases."""


def add_tags(schema: dict[str, Any]) -> None:
    """Put the tags of each table into the schema of ``like``, each with its options.

    Parameters
    ----------
    schema : dict
        The schema of what stands beside the tags; changed in place.
    """
    schema.pop("additionalProperties", None)
    fixed = list(schema["properties"])
    schema["properties"]["among"]["enum"] = list(TABLES)
    schema["allOf"] = [
        {
            "if": {
                "properties": {"among": {"const": table}},
                **({} if table == TABLE else {"required": ["among"]}),
            },
            "then": {
                "properties": {
                    tag.name: {"description": tag.meaning, "enum": list(tag.options)}
                    for tag in TAGS[table].values()
                },
                "propertyNames": {"enum": [*fixed, *TAGS[table]]},
            },
        }
        for table in TABLES
    ]
