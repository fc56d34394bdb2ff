r"""The making of a cabinet, for one history.

``setter``: one offer to all claimants under a veto [romerrosenthal1978]_ [tsebelis2002]_.
``closed_rule``: legislative bargaining with a veto [baronferejohn1989]_ [winter1996]_. The
equations, the readings chosen and the measures are in ``docs/mechanisms/cabinet.md``.
"""

from __future__ import annotations

from typing import cast

from conjuncture.mechanisms.cabinet.closed_rule import bargain
from conjuncture.mechanisms.cabinet.inputs import Stage
from conjuncture.mechanisms.cabinet.setter import propose
from conjuncture.mechanisms.contract import Draw, Inputs, Resolution


def resolve(inputs: Inputs, draw: Draw) -> Resolution:
    """Make a cabinet, or fail to.

    Parameters
    ----------
    inputs : Inputs
        Reads the numbers of the stage, who is present, and who stands aside, openly or secretly.
    draw : Draw
        ``setter``: sites ``reservation`` and ``tolerance``; ``closed_rule``: sites ``proposer``,
        ``coalition`` and ``partner``.

    Returns
    -------
    Resolution
        Whether the cabinet was formed, and the measures listed in the documentation.
    """
    stage = cast("Stage", inputs.stage)
    return (propose if stage.protocol == "setter" else bargain)(inputs, draw)
