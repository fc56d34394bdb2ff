"""The JSON Schema of a scenario, for editors that complete and mark as one types.

It is generated from the models; the one that ships in the wheel covers the mechanisms of this
package, and ``conjuncture schema`` adds those that are installed beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import reduce
from importlib.resources import files
from operator import or_
from types import GenericAlias
from typing import Any, Literal

from pydantic import BaseModel, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from conjuncture.scenario.models import VERSION, ForceModel, ScenarioModel, StageFrame
from conjuncture.scenario.stage_model import (
    EXPRESSION_SCHEMA,
    UNKNOWN_SCHEMA,
    VALUE_SCHEMA,
    StageModel,
)
from conjuncture.scenario.written_values import DOMAINS, MOST_OPTIONS

SHIPPED_FILE = f"schema-{VERSION}.json"
"""The file beside this one that holds the schema of the mechanisms of this package."""

_PROVENANCE: dict[str, Any] = {
    name: {"type": "string", "description": field.description}
    for name, field in StageFrame.model_fields.items()
    if name in ("quote", "note", "source")
}

_DOMAIN: dict[str, Any] = {
    "domain": {
        "enum": list(DOMAINS),
        "description": "what the unknown can be; if not stated, told from its use or its law",
    }
}

_WORDS: dict[str, Any] = {
    "short": {
        "type": "string",
        "description": "how sentences call it, with its article: the army's mood",
    },
    "when_low": {
        "type": "string",
        "description": "what is so when it is low, after the word 'when': it leans to Torres",
    },
    "when_high": {
        "type": "string",
        "description": "what is so when it is high, after the word 'when': it leans to Miranda",
    },
}


def _value_schema(also: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a value that, written as a mapping, may say some things more."""
    beside = {**also, **_PROVENANCE}
    whole = {
        "type": "object",
        "description": "a value and where it comes from",
        "properties": {
            "value": {
                "anyOf": [
                    {"$ref": "#/$defs/Expression"},
                    {
                        "type": "object",
                        "properties": {"either": {"$ref": "#/$defs/Weights"}},
                        "required": ["either"],
                        "additionalProperties": False,
                    },
                ]
            },
            **beside,
        },
        "required": ["value"],
        "additionalProperties": False,
    }
    choice = {
        "type": "object",
        "description": "a weighted choice",
        "properties": {"either": {"$ref": "#/$defs/Weights"}, **beside},
        "required": ["either"],
        "additionalProperties": False,
    }
    return {"anyOf": [{"$ref": "#/$defs/Expression"}, choice, whole]}


_DEFINITIONS: dict[str, Any] = {
    "Value": _value_schema({}),
    "Unknown": _value_schema({**_DOMAIN, **_WORDS}),
    "Expression": {
        "type": ["string", "number"],
        "description": "a number, an interval such as 2 to 5, a law such as uniform(0, 1), a word "
        "for a leaning, or an expression over other values; 'conjuncture check' judges it",
    },
    "Weights": {
        "type": "object",
        "description": "each value with its weight",
        "minProperties": 2,
        "maxProperties": MOST_OPTIONS,
        "additionalProperties": {"type": "number", "exclusiveMinimum": 0},
    },
}


_BUILT_IN_ATTRIBUTES: dict[str, Any] = {
    "if": {"required": ["attributes"]},
    "else": {
        "properties": {
            "forces": {
                "additionalProperties": {"propertyNames": {"enum": list(ForceModel.model_fields)}}
            }
        }
    },
}
"""Where a scenario declares no attributes, its forces have the built-in ones alone."""


_PLACEHOLDERS = {one["$comment"] for one in (VALUE_SCHEMA, UNKNOWN_SCHEMA, EXPRESSION_SCHEMA)}
"""What the models write in the place of the definitions above."""


def _resolve_placeholders(found: Any) -> None:
    """Put a reference to the definition of a value wherever a model has one."""
    if isinstance(found, dict):
        if found.get("$comment") in _PLACEHOLDERS:
            found["$ref"] = f"#/$defs/{found.pop('$comment')}"
        for part in found.values():
            _resolve_placeholders(part)
    elif isinstance(found, list):
        for part in found:
            _resolve_placeholders(part)


class _Generator(GenerateJsonSchema):
    """Leaves ``null`` out: a scenario has no such value."""

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        written = self.generate_inner(schema["schema"])
        default = schema.get("default")
        if default is None or "$ref" in written:
            return written
        return {**written, "default": default}


def build_schema(models: Mapping[str, type[StageModel]]) -> dict[str, Any]:
    """Return the JSON Schema of a scenario.

    Parameters
    ----------
    models : mapping
        Mechanism name to the model of what its stages may say.

    Returns
    -------
    dict
        A schema of the 2020-12 draft.

    Examples
    --------
    >>> build_schema({})["title"]
    'A scenario of Conjuncture, language version 1'
    """
    frame = StageFrame.model_fields["mechanism"]
    stages: list[Any] = []
    for name, model in sorted(models.items()):
        fields: dict[str, Any] = {"mechanism": (Literal[name], frame)}
        stages.append(
            create_model(f"{name.capitalize()}Stage", __base__=(StageFrame, model), **fields)
        )
    whole: type[BaseModel] = ScenarioModel
    if stages:
        mapping = GenericAlias(dict, (str, reduce(or_, stages)))
        fields = {"stages": (mapping, ScenarioModel.model_fields["stages"])}
        whole = create_model("Scenario", __base__=ScenarioModel, **fields)
    found = whole.model_json_schema(schema_generator=_Generator)
    found.setdefault("$defs", {})
    _resolve_placeholders(found)
    found["$defs"].update(_DEFINITIONS)
    found.update(_BUILT_IN_ATTRIBUTES)
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    found["title"] = f"A scenario of Conjuncture, language version {VERSION}"
    return found


def schema_text(models: Mapping[str, type[StageModel]]) -> str:
    """Return the schema as the JSON text that is shipped and printed."""
    return json.dumps(build_schema(models), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def read_shipped_schema() -> str:
    """Return the text of the schema that ships with the package."""
    return files("conjuncture.scenario").joinpath(SHIPPED_FILE).read_text(encoding="utf-8")
