"""Tables of historical cases, and what every column of them means.

Examples
--------
>>> from conjuncture import data
>>> table = data.attempts().set_index("case")
>>> int(table.loc["Bolivia 1970-10-06", "success"])
1
"""

from conjuncture.data.case_records import attempts, campaigns, military_attempts
from conjuncture.data.dictionary import (
    DICTIONARY,
    TAGS,
    Column,
    DataSource,
    DataTable,
    Tag,
    describe_table,
    path,
)

__all__ = [
    "DICTIONARY",
    "TAGS",
    "Column",
    "DataSource",
    "DataTable",
    "Tag",
    "attempts",
    "campaigns",
    "describe_table",
    "military_attempts",
    "path",
]
