"""The outer shape of a scenario: which keys there are, and what each holds.

These models place things and are the source of the JSON Schema. What a value means is judged by the
language alone, so fields of type :data:`~conjuncture.scenario.stage_model.ValueText` take anything
here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import GenericAlias
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from conjuncture.data.dictionary import TAGS
from conjuncture.scenario.stage_model import VALUE_SCHEMA, ExpressionText, UnknownText, ValueText

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


VERSION = 1
"""The version of the scenario language, written as ``conjuncture: 1``."""

NAME_PATTERN = "[A-Za-z_\u00aa-\uffff][A-Za-z0-9_\u00aa-\uffff]*"
"""What a name looks like, as a regular expression."""

_NAMED_ENTRIES: dict[str, Any] = {"propertyNames": {"pattern": f"^{NAME_PATTERN}$"}}


class _StrictModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProvenanceFields(_StrictModel):
    """What may stand beside anything: where it comes from."""

    quote: str | None = Field(
        default=None, description="the account's own words, which must stand in it word for word"
    )
    note: str | None = Field(default=None, description="why this value, in your own words")
    source: str | None = Field(default=None, description="a key of 'references'")


class AttributeModel(ProvenanceFields):
    """An attribute of forces that the model does not have by itself: trust, fear, grievance."""

    domain: str | None = Field(
        default=None, description="0 to 1 (if not stated), at least 0, or any number"
    )
    unit: str | None = Field(
        default=None, description="none (if not stated), battalions, or thousands"
    )
    toward: Literal["force", "camp"] | None = Field(
        default=None, description="force or camp, where it is kept apart for each of these"
    )
    default: ExpressionText | None = Field(
        default=None,
        description="what a force has that does not state it; without it, such a force has none",
    )
    widest: ExpressionText | None = Field(
        default=None, description="what the placebo run puts in its place"
    )
    meaning: str | None = Field(default=None, description="what it measures, in a sentence")


_DECLARED_ATTRIBUTE_SCHEMA: dict[str, Any] = {
    "description": "an attribute that stands under 'attributes'",
    "anyOf": [
        {**VALUE_SCHEMA},
        {"type": "object", "minProperties": 1, "additionalProperties": {**VALUE_SCHEMA}},
    ],
}


class ForceModel(ProvenanceFields):
    """Anything that can take sides: a unit, a union, a party, a leader with his staff."""

    model_config = ConfigDict(
        json_schema_extra={"additionalProperties": _DECLARED_ATTRIBUTE_SCHEMA}
    )

    name: str | None = Field(
        default=None, description="how reports call it, with its article: The line regiments"
    )
    short: str | None = Field(
        default=None,
        description="how sentences call it where that is shorter, with its article: the regiments",
    )
    plural: Literal["yes", "no"] | None = Field(
        default=None,
        description="yes or no: whether the name means several, where it does not tell",
    )
    kind: str | None = Field(default=None, description="army, movement, party, ...")
    troops: ValueText = Field(default=None, description="men under arms, battalion equivalents")
    mass: ValueText = Field(default=None, description="people it can bring out, in thousands")
    organisation: ValueText = Field(default=None, description="0 to 1: acts as one on a signal")
    discipline: ValueText = Field(default=None, description="log-odds of firing when ordered to")
    cohesion: ValueText = Field(default=None, description="0 to 1: share that follows")
    stakes: ValueText = Field(default=None, description="log-odds that being on top is worth")
    breakeven: ValueText = Field(default=None, description="chance at which joining is worth it")
    leans: dict[str, ValueText] | None = Field(
        default=None,
        description="inclination to each camp: sworn, firm, warm, undecided, cool, hostile, or a "
        "value in log-odds",
    )
    ties: dict[str, ValueText] | None = Field(
        default=None, description="pull towards the side that each other force takes, log-odds"
    )


class BackerModel(ProvenanceFields):
    """A power from outside with neither men nor crowds on the ground."""

    name: str | None = Field(
        default=None, description="how reports call it, with its article: The line regiments"
    )
    short: str | None = Field(
        default=None,
        description="how sentences call it where that is shorter, with its article: the regiments",
    )
    plural: Literal["yes", "no"] | None = Field(
        default=None,
        description="yes or no: whether the name means several, where it does not tell",
    )
    camp: str = Field(description="the camp it backs")
    materiel: ValueText = Field(default=None, description="added strength, battalion equivalents")
    reach: dict[str, ValueText] | None = Field(
        default=None, description="log-odds that it adds to each force's leaning to its camp"
    )


class EffectModel(ProvenanceFields):
    """What a stage leaves behind in the numbers that later stages read."""

    when: str | None = Field(
        default=None,
        description="an outcome of this stage, or any event; if not stated, always",
    )
    set: dict[str, ExpressionText] | None = Field(
        default=None, description="number: what it becomes; leaving its domain stops the run"
    )
    shift: dict[str, ExpressionText] | None = Field(
        default=None,
        description="number: what is added to it; to the log-odds of one between 0 and 1, to the "
        "logarithm of one that is at least 0",
    )
    clip: dict[str, ExpressionText] | None = Field(
        default=None, description="number: what it becomes, kept within its domain"
    )


class StageFrame(ProvenanceFields):
    """What every stage may say, whatever its mechanism."""

    mechanism: str = Field(description="what resolves the stage; see 'conjuncture list'")
    short: str | None = Field(
        default=None, description="how sentences call it, with its article: the night of the 23rd"
    )
    says: dict[str, str] = Field(
        default_factory=dict,
        description="outcome: what happens in it, in words that follow 'why' and 'when': Torres "
        "wins the showdown",
    )
    next: dict[str, str] = Field(
        default_factory=dict, description="where each outcome leads: a stage, or end"
    )
    visits: int = Field(default=1, ge=1, le=20, description="how often it can come round")
    afterwards: str = Field(
        default="end",
        description="where a history goes that would come here more often: a stage, or end",
    )
    effects: list[EffectModel] = Field(
        default_factory=list, max_length=100, description="what it leaves behind, in order"
    )


class ClaimModel(ProvenanceFields):
    """A causal claim of the account, and the comparison that tests it."""

    says: str = Field(description="the claim, in a sentence")
    test: str = Field(description="a comparison, as in P(showdown = torres) > 0.5")


class LikenessModel(ProvenanceFields):
    """What kind of case this is, for comparison with cases whose outcome is on record."""

    model_config = ConfigDict(extra="allow", json_schema_extra=add_tags_to_schema)

    among: str = Field(
        default=DEFAULT_TABLE, description="the table of cases: attempts or campaigns"
    )
    success: str = Field(
        description="the event that counts as success of those who made the attempt, as in "
        "showdown = torres"
    )
    case: str | None = Field(
        default=None,
        description="the name of this case itself in the table, left out of every class",
    )


class OmissionModel(_StrictModel):
    """Something in the account that the scenario leaves out on purpose."""

    quote: str = Field(description="the account's own words")
    why: str = Field(description="why the model has no place for it")


class ScenarioModel(_StrictModel):
    """A crisis: who had what, what could happen, and what is claimed about it."""

    conjuncture: Annotated[
        Literal["1"], WithJsonSchema({"const": VERSION, "description": "version of the language"})
    ]
    title: str = Field(description="place and date of the crisis")
    account: str = Field(description="the file beside this one that holds the written account")
    unknowns: dict[str, UnknownText] = Field(
        default_factory=dict,
        description="numbers that nobody knows exactly, shared by other values, each with its "
        "'domain' where its use does not tell it; a structural constant may be narrowed here",
        json_schema_extra=_NAMED_ENTRIES,
    )
    attributes: dict[str, AttributeModel] = Field(
        default_factory=dict,
        max_length=50,
        description="attributes of forces beside the built-in ones: trust, fear, grievance",
        json_schema_extra=_NAMED_ENTRIES,
    )
    forces: dict[str, ForceModel] = Field(
        min_length=1,
        max_length=500,
        description="who can take sides",
        json_schema_extra=_NAMED_ENTRIES,
    )
    backers: dict[str, BackerModel] = Field(
        default_factory=dict,
        max_length=100,
        description="powers from outside",
        json_schema_extra=_NAMED_ENTRIES,
    )
    groups: dict[str, list[str]] = Field(
        default_factory=dict,
        max_length=200,
        description="names for several forces",
        json_schema_extra=_NAMED_ENTRIES,
    )
    stages: dict[str, Any] = Field(
        min_length=1,
        max_length=50,
        description="what happens, the first stage first",
        json_schema_extra=_NAMED_ENTRIES,
    )
    observed: dict[str, str] = Field(
        default_factory=dict, description="how each stage ended as things were"
    )
    claims: dict[str, ClaimModel] = Field(
        default_factory=dict,
        max_length=100,
        description="what the account claims, and the test of each claim",
        json_schema_extra=_NAMED_ENTRIES,
    )
    like: LikenessModel | None = Field(
        default=None,
        description="what kind of case this is: tags by which similar cases are found",
    )
    omissions: list[OmissionModel] = Field(
        default_factory=list,
        max_length=500,
        description="what the scenario leaves out of the account on purpose",
    )
    references: dict[str, str] = Field(
        default_factory=dict, description="the literature that 'source' names"
    )


def scenario_model(declared: Mapping[str, str]) -> type[ScenarioModel]:
    """Return the model of a scenario whose forces may state further attributes.

    Parameters
    ----------
    declared : mapping of str to str
        Attribute to what it is kept apart for: ``force``, ``camp`` or nothing.

    Examples
    --------
    >>> model = scenario_model({"trust": "force", "fear": ""})
    >>> model.model_fields["forces"].annotation.__args__[1].model_fields["fear"].default is None
    True
    """
    if not declared:
        return ScenarioModel
    fields: dict[str, Any] = {
        name: (dict[str, ValueText] | None if toward else ValueText, None)
        for name, toward in declared.items()
    }
    force = create_model("DeclaredForce", __base__=ForceModel, **fields)
    sections: dict[str, Any] = {
        "forces": (GenericAlias(dict, (str, force)), ScenarioModel.model_fields["forces"])
    }
    return create_model("DeclaredScenario", __base__=ScenarioModel, **sections)
