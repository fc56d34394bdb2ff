"""A chronicle: as text, one history or two side by side; as a story of a report; as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from conjuncture.analysis.chronicle import AS_IT_WAS, Chronicle
from conjuncture.analysis.divergence import Episode, EpisodeRow
from conjuncture.analysis.plain_words import capitalise
from conjuncture.presentation.documents import Content
from conjuncture.presentation.sections import Rule, Scene, SideBySide, Story, Told
from conjuncture.presentation.text import Block, Group, Paragraph

LATER_HEADS = (AS_IT_WAS, "With the change")
LATER_HEADS_OF_TWO = ("With the first change", "With the second")
NOT_REACHED = ("It did not come to this.",)
NOTHING_MORE = ("Nothing more.",)


def groups_of(chronicle: Chronicle, *, quiet: bool = False) -> Iterator[Group]:
    """Yield where a history stands and why it was chosen, then its stages one by one."""
    head: list[Block] = [Paragraph(chronicle.title, "bold"), Paragraph(address_of(chronicle))]
    why: list[Block] = []
    if chronicle.why and not quiet:
        why = [Paragraph(chronicle.why + command_again(chronicle), "dim")]
    shown = chronicle.illustration
    if shown is None:
        yield [*head, *why]
    else:
        yield head
        yield [Paragraph(shown.says, "bold"), Paragraph(shown.sentences), *why]
    heads = chronicle.column_titles
    later = LATER_HEADS_OF_TWO if chronicle.other else LATER_HEADS
    rows = chronicle.rows
    first = next((row for row in rows if row.diverges), None)
    apart = named = False
    for row in rows:
        yield list(blocks_of_row(row, later if named else heads, first, apart=apart))
        apart, named = apart or row.diverges, named or row.has_differences
    if chronicle.under_do is not None and first is None:
        same = f"as {chronicle.other}" if chronicle.other else "as it was"
        yield [Paragraph(f"{heads[1]}, all else goes {same}: the two never part.", "italic")]


def address_of(chronicle: Chronicle) -> str:
    """Return which history it is."""
    return f"world {chronicle.world}, history {chronicle.history}, seed {chronicle.seed}"


def command_again(chronicle: Chronicle) -> str:
    """Return what tells a history again that was not chosen for a claim."""
    if chronicle.illustration is not None:
        return ""
    seed = "" if chronicle.seed == 1 else f" --seed {chronicle.seed}"
    return f" To tell it again: --world {chronicle.world} --history {chronicle.history}{seed}."


def blocks_of_row(
    row: EpisodeRow, heads: Sequence[str], first: EpisodeRow | None, *, apart: bool
) -> Iterator[Block]:
    """Yield a stage: once what both histories share, apart what differs.

    Parameters
    ----------
    row : EpisodeRow
    heads : sequence of str
        What the two columns are called here.
    first : EpisodeRow or None
        Where the two part.
    apart : bool
        Whether they have parted before.
    """
    yield Paragraph(row.title, "bold")
    yield Told(row.shared_lines)
    if row is first:
        yield Rule("Here the two part")
    elif apart and not row.has_differences:
        yield Paragraph("(the same in both)", "dim", indent=2)
    if row.has_differences:
        if row.left and row.right and not row.is_same_stage:
            names = (row.left.name, row.right.name)
            heads = [f"{head} – {name}" for head, name in zip(heads, names, strict=True)]
        yield SideBySide((heads[0], heads[1]), *sides_of(row))


def sides_of(row: EpisodeRow) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what each of two histories tells from where they differ; where it tells nothing, why.

    Nothing for either where they do not differ.
    """
    if not row.has_differences:
        return (), ()
    was = NOT_REACHED if row.left is None else row.lines_as_it_was or NOTHING_MORE
    would_be = NOT_REACHED if row.right is None else row.lines_under_do or NOTHING_MORE
    return was, would_be


def story_of(chronicle: Chronicle, anchor: str, title: str, why: Sequence[str]) -> Story:
    """Return a chronicle as a report shows it.

    Parameters
    ----------
    chronicle : Chronicle
    anchor, title : str
    why : sequence of str
        Why it is told, where the chronicle does not say so.
    """
    return Story(
        anchor=anchor,
        title=title,
        why=tuple(why) or ((chronicle.why,) if chronicle.why else ()),
        address=address_of(chronicle),
        heads=(AS_IT_WAS, capitalise(chronicle.instead)),
        scenes=tuple(
            Scene(row.title, row.shared_lines, *sides_of(row), parts=row.has_differences)
            for row in chronicle.rows
        ),
    )


def document_of(chronicle: Chronicle) -> Content:
    """Return a chronicle as plain dictionaries: the documented shape of ``--json``."""
    parted = chronicle.first_divergence
    return {
        "world": chronicle.world,
        "history": chronicle.history,
        "seed": chronicle.seed,
        "why": chronicle.why,
        "given": chronicle.given,
        "do": chronicle.do,
        "instead": chronicle.instead or None,
        "other": chronicle.other or None,
        **{
            column: None if told is None else [episode_document(one) for one in told]
            for column, told in columns_of(chronicle).items()
        },
        "parted": parted and {"stage": parted.title, "line": len(parted.shared_lines) + 1},
        "claim": None if chronicle.illustration is None else asdict(chronicle.illustration),
    }


def columns_of(chronicle: Chronicle) -> dict[str, Sequence[Episode] | None]:
    """Return the runs of a history that are told, by their names in documents."""
    names = ("as_it_was", "under_do", "under_other")
    return {name: getattr(chronicle, name) for name in names}


def episode_document(one: Episode) -> Content:
    """Return a stage that a history passed."""
    return {
        "stage": one.stage,
        "visit": one.visit,
        "outcome": one.outcome,
        "imposed": one.imposed,
        "lines": list(one.lines),
    }


def rows_of(chronicle: Chronicle) -> Iterator[Content]:
    """Yield a row for each sentence, with the run and the stage in which it is told."""
    for column, told in columns_of(chronicle).items():
        for one in told or ():
            found = episode_document(one)
            lines = found.pop("lines")
            for line, text in enumerate(lines, start=1):
                yield {"run": column, **found, "line": line, "text": text}
