"""Files that are there whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conjuncture.errors import UsageError

KEPT = "conjuncture_result"
"""Under this name a Parquet or NetCDF file keeps the JSON of the result it belongs to."""


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """Give a temporary file beside the target, which takes its place when all went well.

    Whatever ends the work before, an error or the user, the temporary file goes and the target
    stays as it was. It is made at once, so that a folder that cannot be written is found out
    before anything is simulated.

    Parameters
    ----------
    target : Path

    Yields
    ------
    Path
        The temporary file, empty.

    Raises
    ------
    UsageError
        When the file cannot be written.

    Examples
    --------
    >>> with written_whole(Path("none/a.json")) as part:
    ...     pass
    Traceback (most recent call last):
    conjuncture.errors.UsageError: 'none/a.json' cannot be written: there is no folder 'none'
    """
    if target.is_dir():
        raise UsageError(f"'{target}' cannot be written: it is a folder; name a file in it")
    if not target.parent.is_dir():
        raise UsageError(f"'{target}' cannot be written: there is no folder '{target.parent}'")
    part = target.with_name(f".{target.stem[:40]}-{secrets.token_hex(4)}{target.suffix}")
    try:
        try:
            part.touch(exist_ok=False)
            yield part
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"'{target}' cannot be written: {reason}") from None
