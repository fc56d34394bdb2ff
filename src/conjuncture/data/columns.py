"""What a data dictionary consists of: tables, columns, sources, and the options tables share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "date", "integer", "number", "outcome", "tag"]
"""What stands in a cell: free text; a day as YYYY-MM-DD; a whole number; a number; how the case
ended; one of a few words by which cases are told apart."""


@dataclass(frozen=True, slots=True)
class DataSource:
    """A file that columns are taken from, the works to cite for it, and its terms.

    Attributes
    ----------
    name : str
        What the data set is called.
    file : str
        The source file, in the folder of source files that the build scripts read.
    works : tuple of str
        Keys of ``references.bib``.
    terms : str
        Under what terms its authors offer it.
    """

    name: str
    file: str
    works: tuple[str, ...]
    terms: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    name : str
    kind : Kind
    source : DataSource
        Where it comes from; for a column that is worked out, what it is worked out from.
    meaning : str
        What it says of a case, as a sentence.
    missing : int
        How many cells are empty. Empty means not coded, or not known; never no, and never zero.
    options : mapping of str to str
        The words that can stand in it, and what each means; empty where anything can.
    unit : str
    hindsight : bool
        Whether it was coded by people who knew how the case ended, or is a consequence of that:
        nobody could have known it so before the end.
    caution : str
        What to beware of beyond that.
    """

    name: str
    kind: Kind
    source: DataSource
    meaning: str
    missing: int = 0
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    unit: str = ""
    hindsight: bool = False
    caution: str = ""


@dataclass(frozen=True, slots=True)
class DataTable:
    """One table.

    Attributes
    ----------
    name : str
    title : str
        What a row is, which years, which list of cases.
    rows : int
    case : str
        The column that names the case; no two rows share a name.
    columns : tuple of Column
        In the order of the file.
    caution : str
        What to beware of in the table as a whole.
    """

    name: str
    title: str
    rows: int
    case: str
    columns: tuple[Column, ...]
    caution: str

    @property
    def sources(self) -> tuple[DataSource, ...]:
        """The sources of its columns, each once, in the order of the columns."""
        return tuple(dict.fromkeys(column.source for column in self.columns))

    def column(self, name: str) -> Column:
        """Return a column by name.

        Raises
        ------
        KeyError
            When there is none of that name.
        """
        return {column.name: column for column in self.columns}[name]


YES_NO: Mapping[str, str] = MappingProxyType({"yes": "", "no": ""})
"""The options of a column that says whether something is so; they need no words of their own."""


_DOWNLOAD = "Offered by its authors for download, without a formal licence; cite the work."

POWELL_THYNE = DataSource(
    "Global Instances of Coups, version of 2023-09-08",
    "powell_thyne/coups_events_v2023-09-08.csv",
    ("powellthyne2011",),
    _DOWNLOAD,
)

CAM = DataSource(
    "Coup Agency and Mechanisms 3.0",
    "cam/cam_list_v3.0.csv",
    ("albrecht2021",),
    _DOWNLOAD,
)

COLPUS = DataSource(
    "Colpus",
    "colpus/colpus_all_countries_1946_2022.csv",
    ("chin2021",),
    _DOWNLOAD,
)

CLINE = DataSource(
    "Cline Center Coup d'État Project 2.1.2",
    "cline_cdp/coup_data_v2.1.2.csv",
    ("peyton2023",),
    "Creative Commons Attribution 4.0 (CC BY 4.0). Changed here: six of its flags, as yes and no, "
    "joined to the attempts of Powell and Thyne.",
)

REIGN = DataSource(
    "Rulers, Elections, and Irregular Governance, August 2021",
    "reign/leaderlist_2021_8.csv",
    ("bell2021",),
    "Free to use with citation.",
)

NAVCO = DataSource(
    "Nonviolent and Violent Campaigns and Outcomes 1.2",
    "navco/navco_1.2_campaigns_1945_2013.csv",
    ("chenowethshay2019", "chenowethstephan2011"),
    "Offered by its authors for download, free to use with citation.",
)

PLOTTERS: Mapping[str, str] = MappingProxyType({
    "combat": "officers of the lower and middle ranks, who command troops: from below",
    "elite": "officers at the top of the hierarchy",
})  # fmt: skip
"""The rank of plotters by Albrecht, Koehler and Schutz."""

RANK_IN_HINDSIGHT = (
    "Whoever leads a coup that succeeds tends to count as senior afterwards, so that the "
    "difference between the ranks is an upper bound of what rank does."
)

REGIONS: Mapping[str, str] = MappingProxyType({
    "americas": "the Americas",
    "europe": "Europe, with Cyprus and Russia",
    "middle_east_north_africa": "the Middle East and North Africa, with Turkey and Sudan",
    "sub_saharan_africa": "Africa south of the Sahara",
    "asia_pacific": "Asia, with Afghanistan, and the Pacific",
})  # fmt: skip
"""Parts of the world as in Coup Agency and Mechanisms."""
