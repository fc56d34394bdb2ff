"""Worlds and histories of a scenario, and how every history is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.counting import Simulator
from conjuncture.analysis.histories import HistoryExport
from conjuncture.analysis.screening import wider_worlds
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.files import RESULT_KEY
from conjuncture.engine.progress import Progress, SilentProgress
from conjuncture.engine.record import DOCUMENTED, run_record
from conjuncture.engine.sizes import blocks_for
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.scenario.crisis import Crisis

if TYPE_CHECKING:
    import xarray
    from distributed import Client

LEARNED = "learned"
"""Structural constants that a scenario leaves open are as attempts elsewhere leave them."""


class SimulatedWorlds:
    """Worlds and histories of a scenario, none run before it is asked for.

    Parameters and errors are those of :class:`~conjuncture.ensemble.Ensemble`.
    """

    def __init__(
        self,
        crisis: Crisis,
        worlds: int = 400,
        histories: int = BLOCK,
        seed: int = 1,
        progress: Progress | None = None,
        client: Client | None = None,
        constants: str = DOCUMENTED,
    ) -> None:
        blocks = blocks_for(worlds, histories, seed)
        self.crisis = crisis
        self.seed = seed
        self.blocks = blocks
        self.constants, placed = constants_of(crisis, seed, worlds, constants)
        self.worlds = Worlds(crisis, seed, worlds, placed=placed)
        self.simulator = Simulator(self.worlds, self.blocks, progress or SilentProgress(), client)

    def worlds_for_late_claims(self) -> Worlds:
        """Return the same worlds and more after them, in which a late claim may be asked."""
        count = wider_worlds(replace(self.worlds, placed={})).count
        _, placed = constants_of(self.crisis, self.seed, count, self.constants.split()[0])
        return replace(self.worlds, count=count, placed=placed)

    @property
    def histories(self) -> int:
        """Histories in each world."""
        return self.blocks * BLOCK

    @property
    def record(self) -> dict[str, Any]:
        """The run record."""
        return run_record(self.crisis, self.seed, self.worlds.count, self.histories, self.constants)

    def to_xarray(self) -> xarray.DataTree:
        """Return worlds and histories as a tree of labelled arrays.

        Returns
        -------
        xarray.DataTree
            ``/worlds`` has the values of every world, ``/numbers`` those that effects move, as each
            history leaves them, and ``/stages/NAME`` the ``outcome`` and the measures of a stage.
            They share the axes world, history, visit, force, other (the second force of a number
            of two), camp and issue. Words are codes whose ``labels`` are an attribute; -1 or NaN is
            what was not reached. The run record is in ``attrs``.

        Raises
        ------
        UsageError
            When there are more than five million histories.

        Examples
        --------
        >>> import conjuncture
        >>> tree = conjuncture.load("bolivia-1970").run(worlds=4).to_xarray()
        >>> tree["stages/showdown/side"].sel(force="unions").dims
        ('world', 'history')
        >>> tree["worlds/troops"].dims, tree["stages/demands/outcome"].dims
        (('force', 'world'), ('visit', 'world', 'history'))
        """
        return self._histories.tree(self.record)

    def save(
        self,
        path: str | Path,
        content: Callable[[str], Mapping[str, Any]] | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """Write every history into a file, in the form that its ending says.

        ``.parquet`` has a row for each history, however many there are. They are kept part by part
        in a folder beside the file, ``NAME.parquet.parts``, and joined at the end; called again
        after it was stopped, or killed, it goes on from the parts that are there. ``.nc`` is
        :meth:`to_xarray` as NetCDF. The file is there whole or not at all.

        Parameters
        ----------
        path : str or Path
        content : callable, optional
            From the digest of the histories to what is kept with them as JSON; the run record and
            the digest when absent.
        tell : callable, optional
            Told in a sentence when parts are there from before.

        Raises
        ------
        UsageError
            When the file cannot be written, or not in this form, or when beside it lie parts of
            another run.
        """
        target = Path(path)
        if target.suffix not in (".parquet", ".nc"):
            raise UsageError(f"'{target}' ends in neither .parquet nor .nc; choose one of them")

        def note(digest: str) -> dict[str, str]:
            found = content(digest) if content else {"histories_sha256": digest, "run": self.record}
            return {RESULT_KEY: json.dumps(found, ensure_ascii=False, allow_nan=False)}

        if target.suffix == ".parquet":
            self._histories.save_parquet(target, self.record, note, tell or (lambda _: None))
        else:
            self._histories.save_netcdf(target, self.record, note)

    def fingerprint(self) -> str:
        """Simulate every history, keep none, and return the digest that a saved file carries."""
        return self._histories.fingerprint()

    @property
    def _histories(self) -> HistoryExport:
        return HistoryExport(self.simulator)


def constants_of(
    crisis: Crisis, seed: int, worlds: int, constants: str
) -> tuple[str, dict[str, NDArray[np.float64]]]:
    """Return what a run record says of the structural constants, and the draws that they have.

    Raises
    ------
    UsageError
        When ``constants`` is neither ``documented`` nor ``learned``.
    """
    if constants == DOCUMENTED:
        return DOCUMENTED, {}
    if constants != LEARNED:
        raise UsageError(f"constants are '{DOCUMENTED}' or '{LEARNED}', not '{constants}'")
    from conjuncture.calibration.learned import learned_uniforms_of, load_learned, own_country_of

    country = own_country_of(crisis)
    without = f", without {country}" if country else ""
    return f"{LEARNED} {load_learned().version}{without}", learned_uniforms_of(crisis, seed, worlds)
