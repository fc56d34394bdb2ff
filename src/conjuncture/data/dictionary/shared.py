"""The sources of the tables, and the options that tables share."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from conjuncture.data.dictionary.entries import DataSource

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
