"""Tables of historical cases, and what every column of them means.

Examples
--------
>>> from conjuncture import data
>>> table = data.attempts().set_index("case")
>>> int(table.loc["Bolivia 1970-10-06", "success"])
1
"""

from conjuncture.data.dictionary import DICTIONARY, Column, Source, Table
from conjuncture.data.reading import attempts, campaigns, described, military_attempts, path
from conjuncture.data.tags import TAGS, Tag

__all__ = [
    "DICTIONARY",
    "TAGS",
    "Column",
    "Source",
    "Table",
    "Tag",
    "attempts",
    "campaigns",
    "described",
    "military_attempts",
    "path",
]
