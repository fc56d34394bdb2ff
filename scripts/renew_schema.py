"""Write the schema that ships with the package anew, after a model of the scenario changed."""

from __future__ import annotations

from pathlib import Path

from conjuncture.mechanisms.registry import packages, stage_models
from conjuncture.scenario.schema import SHIPPED_FILE, schema_text

OWN = {
    name: model
    for name, model in stage_models().items()
    if packages()[name].startswith("conjuncture.mechanisms.")
}
FOLDER = Path(__file__).parents[1] / "src" / "conjuncture" / "scenario"
(FOLDER / SHIPPED_FILE).write_text(schema_text(OWN), encoding="utf-8")
