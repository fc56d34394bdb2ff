"""Crises whose reports several tests look at: one with an account to quote, one full of marks."""

from __future__ import annotations

from dataclasses import replace

import sample_results
from conjuncture.analysis.answers import Answer
from conjuncture.analysis.explain.explanation import Explanation
from conjuncture.presentation.sections import (
    CitedWork,
    ClaimText,
    Drawing,
    EndShare,
    ExplanationSections,
    Extent,
    HingeText,
    Link,
    Origin,
    Owner,
    ReadingText,
    Scene,
    Section,
    ShownClaim,
    ShownValue,
    StageEnds,
    Story,
    Strip,
    TextTable,
)
from conjuncture.report.account import highlight_account
from conjuncture.report.document import Report
from conjuncture.scenario.crisis import Crisis

ACCOUNT = """\
# A march

The guard stood between *both* camps. The line would not fire: so it was said in the barracks.

## What was said

> Nobody gave an order.

- The crowd filled the square.
- A report of the night is lost.

The friends abroad paid. It rained.
"""

QUOTING = """
conjuncture: 1
title: A march
account: account.md
unknowns:
  mood: {value: -0.5 to 0.5, quote: so it was said, note: Both ways., source: papers}
forces:
  red: {kind: army, troops: 2 to 3}
  blue: {kind: army, troops: 2 to 3, name: The <b>blues</b> & friends}
  guard:
    kind: army
    troops: {value: 1 to 2, quote: The guard stood between *both* camps., note: Two companies.}
    leans: {a: warm + mood, b: cool}
    ties: {line: 0.5 to 1.5}
    quote: "*both* camps"
  line:
    kind: army
    troops: 1 to 3
    leans: {a: -1 + mood, b: undecided}
    quote: "The line would not fire: so it was said"
  crowd: {kind: movement, mass: {value: 20 to 60, quote: The crowd filled the square.}, leans: {a: warm, b: hostile}}
backers:
  friends: {camp: b, materiel: 0.1 to 0.5, reach: {line: 0.2 to 0.8}, quote: The friends abroad paid.}
groups: {army: [guard, line]}
stages:
  showdown:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
observed: {showdown: a}
claims:
  crowd:
    says: The crowd let the first camp win.
    quote: The crowd filled the square.
    test: necessity(do(crowd aside) for showdown = a given showdown.side[crowd] = a) > 0.5
  likely:
    says: It was likely.
    test: P(showdown = a) > 0.2
like:
  success: showdown = a
  case: Bolivia 1970-10-06
  plotters: elite
  outside_support: yes
  protest: no
  incumbent: military
  region: americas
  note: As the table has it.
  source: papers
omissions:
  - {quote: Nobody gave an order., why: Orders are not in the model.}
references:
  papers: The papers of the guard.
"""
"""A showdown whose account is quoted: one quote within another, several that overlap."""

HOSTILE = (
    "</title></style><script>alert(1)</script><img src=x onerror=alert(2)> \" onload='x' "
    "{{ 7*7 }} {% if %} `code` **bold** _low_ [a](javascript:alert(3)) | pipe\\ # - $x$ &amp; <!-- "
    "]]> --> \u202e ~~gone~~ ![i](http://example.org/i.png)"
)
"""What no form of a report may take for its own marks."""


def hostile_report(crisis: Crisis) -> Report:
    """Return a report every text of which is hostile.

    Parameters
    ----------
    crisis : Crisis
        Its account gives the blocks and passages.
    """
    text = HOSTILE
    account = highlight_account(crisis)
    blocks = tuple(
        replace(block, segments=tuple(replace(one, text=text) for one in block.segments))
        for block in account.blocks
    )
    passages = tuple(
        replace(
            one,
            text=text,
            why=text if one.why else "",
            rests=tuple(Link(text, "claim-x") for _ in one.rests),
        )
        for one in account.passages
    )
    origin = Origin(Link("passage 1", "passage-1"), Link(text, "work-x"), text)
    value = ShownValue("value-x", text, text, text, text, origin)
    table = TextTable(text, (text, text), ((text, text),), frozenset({1}))
    drawing = Drawing("picture", text, text, '<?xml version="1.0"?><svg viewBox="0 0 9 9"/>')
    section = Section("part", text, text, (text,), (drawing,), (table,))
    reading = ReadingText("prior", "holds", text, (HingeText(text, text, True),), ((text, text),))
    claim = ClaimText(text, text, text, (reading,), (text,), text)
    return Report(
        title=text,
        slug="x",
        summary=(text,),
        missing=(text,),
        account=replace(account, blocks=blocks, passages=passages),
        unknowns=(Owner("unknowns", text, text, origin, (value,), (text,)),),
        cast=(Owner("force-x", text, text, origin, (replace(value, anchor="value-y"),), (text,)),),
        stages=(Owner("stage-x", text, text, origin, (), (text,), (replace(value, anchor=""),)),),
        defaults=table,
        claims=(ShownClaim(1, "claim-x", claim, origin, text, text, text),),
        evidence=(text,),
        outcomes=replace(section, anchor="course", title=f"{text} 2", drawings=()),
        explained=(ExplanationSections("why-1", text, text, (section,), (text,)),),
        stories=(
            Story(
                "typical", text, (text,), text, (text, text),
                (Scene(text, (text,), (text,), (text,), parts=True),),
            ),
        ),
        drawings=(),
        caveats=(text,),
        cited=(CitedWork("work-x", text, text),),
        record=((text, text),),
        comparison=replace(section, anchor="similar-cases", drawings=(), notes=(text,)),
        strips=(Strip(1, "claim-x", text, (Extent("prior", "holds", 0.95, 0.9, 1.0),)),),
        course=(StageEnds(text, (EndShare(text, 1.0, text, happened=True),), text),),
    )  # fmt: skip


def explanation(event: str = "showdown = a", missing: tuple[str, ...] = ()) -> Explanation:
    """Return an explanation that took no time; parts that are missing are None."""
    parts = {
        "attribution": sample_results.FORCES,
        "conditions": sample_results.CONDITIONS,
        "causes": sample_results.CAUSES,
        "sensitivity": sample_results.SENSITIVITY,
        "tipping": replace(sample_results.TIPPING, maps=(sample_results.MAP,)),
        "discovery": sample_results.DISCOVERY,
    }
    there = {part: None if part in missing else found for part, found in parts.items()}
    answer = Answer(0.7, (0.4, 0.9), 0.01, 20, 10_240)
    return Explanation(event, answer, **there, missing=missing)
