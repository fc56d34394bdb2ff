from __future__ import annotations

import pytest

from conjuncture.scenario.visible_text import blocks_of


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("A\n=\n\nB\n-\n", [("heading", 1), ("heading", 2)]),
        ("one\ntwo\n\nthree", [("paragraph", 0), ("paragraph", 0)]),
        ("- a\n  goes on\n- b\n", [("item", 0), ("item", 0)]),
        ("> a\n> b\nlazy\n", [("quotation", 0)]),
        ("a\n\n***\n\nb", [("paragraph", 0), ("paragraph", 0)]),
        ("1984. It began.", [("paragraph", 0)]),
        ("\ufeff", []),
        ("# \n", []),
        ("", []),
        ("\ufeff# A #\r\n\r\none\r\n", [("heading", 1), ("paragraph", 0)]),
        (
            "one\n# A\ntwo\n- a\n3. b\n> c\n",
            [("paragraph", 0), ("heading", 1), ("paragraph", 0), ("item", 0), ("quotation", 0)],
        ),
        ("> - a\n", [("item", 0)]),
        ("1. a\n2. b\n", [("item", 0), ("item", 0)]),
        ("am\n3. Mai kam er", [("paragraph", 0)]),
        ("| a | b |\n| - | - |\n| c | d |\nafter\n", [("row", 0), ("row", 0), ("paragraph", 0)]),
        ("a | b\n--- | ---\nc | d\n\ne | f\n", [("row", 0), ("row", 0), ("paragraph", 0)]),
        ("```\n# no heading\n```\nafter\n", [("code", 0), ("paragraph", 0)]),
        ("[^1]: A note.\n[^2]: Another.\n", [("paragraph", 0), ("paragraph", 0)]),
        ("[a]: https://example.org 'A'\n", []),
        ("two\nlines\n---\nmore", [("paragraph", 0), ("paragraph", 0)]),
    ],
)
def test_blocks(written, kinds):
    assert [(one.kind, one.level) for one in blocks_of(written)[0]] == kinds
