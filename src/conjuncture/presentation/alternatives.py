"""Alternatives: what each choice changes, and what hangs on which; as text, as JSON, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from conjuncture.analysis.alternatives import Alternative, Alternatives
from conjuncture.analysis.modelling_choices import ModelChoice
from conjuncture.number_format import percent
from conjuncture.presentation.claim_results import reading_document, reading_row
from conjuncture.presentation.claims import STYLES, SYMBOLS
from conjuncture.presentation.documents import Content
from conjuncture.presentation.text import GAP, Group, Paragraph, Span, notes_of

LEGEND = (
    "A verdict hangs on a choice when it is another one where that choice alone is made "
    "otherwise, everything else and all draws being the same, and no share of worlds would agree "
    "with both; other words that do not contradict each other are shown after these. What was "
    "tried is what the mechanisms of these stages offer; two choices made otherwise together may "
    "do what neither does alone."
)
COLUMN = len("◕ mostly holds") + GAP


def groups_of(found: Alternatives, *, quiet: bool = False) -> Iterator[Group]:
    """Yield the verdicts as the scenario has them, what each choice changes, what hangs on it."""
    if not found.rows:
        yield [Paragraph(line) for line in found.sentences()]
        return
    base, *rows = found.rows
    yield base_group(base)
    for row in rows:
        yield alternative_group(base, row)
    yield from groups_of_choices(found, quiet=quiet)


def base_group(base: Alternative) -> Group:
    """Return the verdicts as the scenario has them."""
    spans: list[Span] = [("as the scenario has it", "bold"), (":", "")]
    for word, count in Counter(base.words.values()).items():
        spans += [(f"  {count} ", ""), verdict_span(word)]
    return [Paragraph(tuple(spans))]


def alternative_group(base: Alternative, row: Alternative) -> Group:
    """Return which verdicts one choice changes."""
    found = [Paragraph(str(row.choice), "bold")]
    for key, word in row.words.items():
        if word != base.words[key]:
            before, after = (percent(one.readings[key].verdict.share) for one in (base, row))
            spans = (
                (f"{key}: ", ""), verdict_span(base.words[key]), (" → ", ""), verdict_span(word),
                (f"  ({before} → {after} of worlds)", ""),
            )  # fmt: skip
            found.append(Paragraph(spans, indent=GAP))
    if len(found) == 1:
        found.append(Paragraph("no verdict changes", "dim", indent=GAP))
    if row.untouched:
        cannot = f"{len(row.untouched)} of {len(row.words)} claims are about what it cannot reach"
        found.append(Paragraph(cannot, "dim", indent=GAP))
    return found


def verdict_span(word: str) -> Span:
    """Return a verdict as a sign and a word, in its colour."""
    known = word if word in SYMBOLS else ""
    return f"{SYMBOLS[known]} {word}", STYLES[known]


def groups_of_choices(found: Alternatives, *, quiet: bool) -> Iterator[Group]:
    """Yield on which choices each verdict hangs, what could not be tried, and how to read it."""
    left = max(map(len, (*found.claims, "claim"))) + GAP
    head = "claim".ljust(left) + "verdict".ljust(COLUMN) + "hangs on"
    words = found.rows[0].words
    yield [
        Paragraph(head, "dim"),
        *(
            Paragraph(
                tuple(choice_spans(found, key)),
                indent=left + COLUMN,
                margin=((key.ljust(left), ""), verdict_span(words[key])),
            )
            for key in found.claims
        ),
    ]
    for one in found.left_out:
        yield [Paragraph(f"not tried: {one.choice}, because {one.why}", "dim")]
    if not found.tried_count:
        yield from ([Paragraph(line)] for line in found.sentences())
    else:
        yield from notes_of([LEGEND], quiet=quiet)


def choice_spans(found: Alternatives, key: str) -> Iterator[Span]:
    """Yield the choices on which a verdict hangs, each with the verdict there."""
    rows = {row.choice: row for row in found.rows}
    choices = (*found.hangs[key], *found.unsettled[key])
    for place, choice in enumerate(choices):
        yield f"{'; ' if place else ''}{choice} (", ""
        yield verdict_span(rows[choice].words[key])
        yield ")", ""
    if not choices:
        yield "none of what was tried" if found.tried_count else "nothing was tried", "dim"


def document_of(found: Alternatives) -> Content:
    """Return each claim with the choices that its verdict hangs on, and every alternative."""
    if not found.rows:
        return {"claims": [], "alternatives": [], "left_out": [], "stopped": stop_document(found)}
    claims = [
        {
            "id": key,
            "says": claim.says,
            "test": claim.written,
            **reading_document(found.rows[0].readings[key]),
            "changed_by": [choice_document(one) for one in found.hangs[key]],
            "unsettled_by": [choice_document(one) for one in found.unsettled[key]],
        }
        for key, claim in found.claims.items()
    ]
    content = {
        "claims": claims,
        "alternatives": [alternative_document(row) for row in found.rows[1:]],
        "left_out": [{**choice_document(one.choice), "why": one.why} for one in found.left_out],
    }
    return {**content, "stopped": stop_document(found)} if found.is_stopped else content


def stop_document(found: Alternatives) -> Content:
    """Return how far a run came that the user stopped."""
    return {"alternatives": found.tried_count, "asked": found.asked}


def choice_document(choice: ModelChoice | None) -> Content:
    """Return a choice; nothing for things as the scenario has them."""
    if choice is None:
        return {}
    return {"key": choice.key, "label": choice.label, "option": choice.option}


def alternative_document(row: Alternative) -> Content:
    """Return every claim under one choice."""
    return {
        **choice_document(row.choice),
        "claims": [
            {"id": key, **reading_document(reading), "untouched": key in row.untouched}
            for key, reading in row.readings.items()
        ],
    }


def rows_of(found: Alternatives) -> Iterator[Content]:
    """Yield claims under alternatives as flat rows; as the scenario has it the choice is empty."""
    for row in found.rows:
        choice = choice_document(row.choice) or {"key": "", "option": ""}
        for key, reading in row.readings.items():
            yield {
                "claim": key,
                "choice": choice["key"],
                "option": choice["option"],
                **reading_row(reading_document(reading)),
            }
