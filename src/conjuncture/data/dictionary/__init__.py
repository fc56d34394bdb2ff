"""The data dictionary: what every column of every table means, where it comes from, its terms."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from conjuncture.data.dictionary.attempts import ATTEMPTS
from conjuncture.data.dictionary.campaigns import CAMPAIGNS
from conjuncture.data.dictionary.entries import Column, DataSource, DataTable, Kind
from conjuncture.data.dictionary.military_attempts import MILITARY_ATTEMPTS

__all__ = ["DICTIONARY", "Column", "DataSource", "DataTable", "Kind"]

DICTIONARY: Mapping[str, DataTable] = MappingProxyType({
    table.name: table for table in (ATTEMPTS, MILITARY_ATTEMPTS, CAMPAIGNS)
})  # fmt: skip
"""The tables that come with the package, by name."""
