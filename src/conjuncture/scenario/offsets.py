"""From a character of a YAML text's value back to where it was typed.

Between the value and its source only white space (folding, indentation), the quotes of a quoted
text and its escapes differ, and everything else stands in the same order. So the two are walked
together.
"""

from __future__ import annotations

_ESCAPED_DIGITS = {"x": 2, "u": 4, "U": 8}


def source_offsets(value: str, written: str, style: str) -> list[int]:
    r"""Return, for each character of ``value`` and for its end, the offset in ``written``.

    Parameters
    ----------
    value : str
        The text as YAML reads it.
    written : str
        The text as it stands in the file, quotes or block header included.
    style : str
        Empty for plain, else ``'``, ``"``, ``|`` or ``>``.

    Examples
    --------
    >>> source_offsets("it's", "'it''s'", "'")
    [1, 2, 3, 5, 6]
    >>> source_offsets("a b", "a\n    b", "")
    [0, 1, 6, 7]
    """
    here = _content_start(written, style)
    found: list[int] = []
    for character in value:
        if not character.isspace():
            here = _skip_space(written, here, style)
        length = _source_length(written, here, style)
        found.append(min(here, len(written)))
        if not character.isspace() or written[here : here + 1].isspace() or length > 1:
            here += length
    found.append(min(here, len(written)))
    return found


def _content_start(written: str, style: str) -> int:
    if style in ("'", '"'):
        return 1
    if style in ("|", ">"):
        return written.find("\n") + 1
    return 0


def _skip_space(written: str, here: int, style: str) -> int:
    while here < len(written):
        if written[here].isspace():
            here += 1
        elif style == '"' and written.startswith("\\\n", here):
            here += 2
        else:
            break
    return here


def _source_length(written: str, here: int, style: str) -> int:
    """Return how many characters of the source make the one at ``here``."""
    if style == "'" and written.startswith("''", here):
        return 2
    if style == '"' and written.startswith("\\", here):
        return 2 + _ESCAPED_DIGITS.get(written[here + 1 : here + 2], 0)
    return 1
