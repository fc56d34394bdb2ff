"""Malformed scenarios as edits of a good one; ``¦`` marks where the mistake must be placed."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    name: str
    old: str
    new: str
    says: str


SYNTAX = (
    Case("tab", "  mood: -1 to 1", "¦\tmood: -1 to 1", "a tab cannot indent"),
    Case("tab deeper", "    troops: 3 * 2", "  ¦\t  troops: 3 * 2", "a tab cannot indent"),
    Case("open quote", "title: A small", 'title: ¦"A small', "never closed"),
    Case("open single quote", "title: A small", "title: ¦'A small", "never closed"),
    Case("open bracket", "[unions, council]", "¦[unions, council", "not closed"),
    Case("open brace", "{army: 0.5}", "¦{army: 0.5", "not closed"),
    Case("stray brace", "mass: 1 to 3", "mass: ¦}1 to 3", "without its partner"),
    Case(
        "no space", "    troops: 3 * 2", "    ¦troops:3 * 2", "a space is missing after 'troops:'"
    ),
    Case("two colons", "title: A small", "title: A¦: small", "a second ':'"),
    Case("outdent", "    discipline: 0 to 3", "   ¦discipline: 0 to 3", "indentation"),
    Case("indent", "    discipline: 0", "      ¦discipline: 0", "does not fit under"),
    Case("at sign", "title: A small", "title: ¦@ small", "cannot start with '@'"),
    Case("backtick", "title: A small", "title: ¦` small", "cannot start with '`'"),
    Case("escape", "title: A small crisis", 'title: "A \\¦small"', "escape"),
    Case("text after quote", "title: A small crisis", 'title: "A" ¦small', "does not belong"),
    Case("list among keys", "title: A small crisis", "¦- a list", "indentation"),
    Case("block header", "title: A small crisis", "title: |¦x\n  A", "nothing may follow"),
    Case("two documents", "unknowns:\n", "¦---\nunknowns:\n", "second document"),
    Case("directive", "conjuncture: 1\n", "¦%YAML 1.2\n---\nconjuncture: 1\n", "directive"),
    Case("tag name", "title: A small", "title: ¦!<x A small", "tags are not read"),
    Case("cut test", "> 0.5\n  numbers", "in ¦[0, 1\n  numbers", ""),
)
"""Mistakes that stop YAML: each is told alone."""

STRUCTURE = (
    Case("tag", "title: A small", "title: ¦!!python/object:os.system A", "tags"),
    Case("tag on a mapping", "  envoy:\n", "  envoy: ¦!x\n", "tags"),
    Case("anchor", "title: A small", "title: ¦&a A small", "anchors"),
    Case("alias", "title: A small crisis", "title: ¦*a", "aliases"),
    Case("merge", "  staff:\n", "  ¦<<: {kind: army}\n  staff:\n", "merge keys"),
    Case("duplicate key", "    kind: army", "    kind: army\n    ¦kind: navy", "written twice"),
    Case("duplicate force", "  unions:\n", "  ¦army: {mass: 1}\n  unions:\n", "written twice"),
    Case("duplicate section", "references:", "¦groups: {}\nreferences:", "written twice"),
    Case("duplicate weight", "sworn: 0.3}", "¦firm: 0.3}", "written twice"),
    Case("list as key", "    kind: army", "    ? ¦[a, b]\n    : 1", "cannot be a key"),
    Case("mapping as key", "    kind: army", "    ? ¦{a: b}\n    : 1", "cannot be a key"),
    Case("no key", "    kind: army", "    ¦: army", "no name"),
    Case("empty value", "    kind: army", "    ¦kind:", "'kind' is empty"),
    Case("empty title", "title: A small crisis", '¦title: ""', "'title' is empty"),
    Case("empty section", "observed: {showdown: president}", "¦observed:", "is empty"),
    Case("empty list item", "[unions, council]", '[unions, ¦""]', "is empty"),
    Case("no colon", "{core: council}", "{¦core council}", "a ':' may be missing"),
    Case("comma cut", "{value: 10 to 30,", "{value: ¦min(10, 30),", "the comma ended the value"),
    Case("comma cut in a list", "[unions, council]", "[¦max(unions, council)]", "the comma ended"),
    Case("unknown section", "backers:\n", "¦backer:\n", "did you mean 'backers'?"),
    Case(
        "foreign section", "references:\n", "¦outcomes: {a: b}\nreferences:\n", "not known in the"
    ),
    Case("unknown attribute", "    troops: 3", "    ¦tropps: 3", "did you mean 'troops'?"),
    Case("unknown key of a value", "note: a guess", "¦nota: a guess", "did you mean 'note'?"),
    Case("unknown key of a stage", "    next: {", "    ¦nxt: {", "did you mean 'next'?"),
    Case("unknown key of a camp", "resolve: 0.5", "¦resolv: 0.5", "did you mean 'resolve'?"),
    Case("unknown key of a claim", "    says: Nobody", "    ¦sys: Nobody", "did you mean 'says'?"),
    Case("unknown key of a backer", "    materiel:", "    ¦material:", "did you mean 'materiel'?"),
    Case("forces as a list", "observed: {showdown: president}", "observed: ¦[showdown]", "a list"),
    Case("force as a text", "  council:\n    mass: 1 to 3", "  council: ¦strong", "'strong'"),
    Case("force as a list", "  council:\n    mass: 1 to 3", "  council: ¦[1, 2]", "a list"),
    Case("stage as a text", "observed:", "  ¦other: showdown\nobserved:", "says nothing"),
    Case("group as a text", "[unions, council]", "¦unions", "write a list"),
    Case("claim as a text", "references:", "  more: ¦P(x)\nreferences:", "'P(x)'"),
    Case("leans as a text", "{general: warm + mood, president: cool}", "¦warm", "'warm'"),
    Case("value as a list", "troops: 3 * 2", "troops: ¦[3, 2]", "cannot be a list"),
    Case("value in value", "value: 10 to 30", "value: ¦{value: 1}", ""),
    Case("title as a mapping", "title: A small crisis", "title: ¦{a: b}", "a mapping"),
    Case("note as a list", "note: a guess", "note: ¦[a]", "not a text"),
    Case("quote as a mapping", "    quote: In the end", "    quote: ¦{a: b}\n    note: In", ""),
    Case("no version", "conjuncture: 1\n", "", "no 'conjuncture'"),
    Case("other version", "conjuncture: 1\n", "conjuncture: ¦2\n", "'2'"),
    Case("no title", "title: A small crisis\n", "", "no 'title'"),
    Case("no account", "account: account.md\n", "", "no 'account'"),
    Case(
        "no test",
        "    test: P(showdown = general | army.side = general) in [0.3, 0.7]\n",
        "",
        "no 'test'",
    ),
    Case("no core", "{core: council}", "{resolve: 1}", "no 'core'"),
    Case("no mechanism", "    mechanism: showdown\n", "", "no 'mechanism'"),
    Case("one camp", "      president: {core: council}\n", "", "too few"),
    Case("visits as a word", "    next: {", "    visits: ¦twice\n    next: {", "a whole number"),
    Case("no visits", "    next: {", "    visits: ¦0\n    next: {", "at least 1"),
    Case("visits without end", "    next: {", "    visits: ¦99\n    next: {", "at most 20"),
    Case("round as a fraction", "round: 2", "round: ¦1.5", "a whole number"),
    Case(
        "order", "    next: {", "    order: ¦sequental\n    next: {", "did you mean 'sequential'?"
    ),
)
"""Mistakes of shape: they leave the rest readable."""

NAMES = (
    Case(
        "unknown mechanism",
        "mechanism: showdown",
        "mechanism: ¦shodown",
        "did you mean 'showdown'?",
    ),
    Case("unknown core", "{core: council}", "{core: ¦counsel}", "did you mean 'council'?"),
    Case("same core twice", "{core: council}", "{core: ¦staff}", "already the core"),
    Case(
        "unknown camp in leans", "president: cool", "¦presidnt: cool", "did you mean 'president'?"
    ),
    Case("unknown force in ties", "{staff: 1.5}", "{¦staf: 1.5}", "did you mean 'staff'?"),
    Case("tie to itself", "{staff: 1.5}", "{¦army: 1.5}", "a tie to itself"),
    Case(
        "unknown force in a group",
        "[unions, council]",
        "[¦unons, council]",
        "did you mean 'unions'?",
    ),
    Case("force twice in a group", "[unions, council]", "[unions, ¦unions]", "already"),
    Case("unknown force in reach", "{army: 0.5}", "{¦arny: 0.5}", "did you mean 'army'?"),
    Case("unknown camp of a backer", "camp: general", "camp: ¦generals", "did you mean 'general'?"),
    Case(
        "unknown camp of a signal",
        "{camp: president,",
        "{camp: ¦presidents,",
        "did you mean 'president'?",
    ),
    Case(
        "unknown force of a signal",
        "reach: {army: 0.4}",
        "reach: {¦arma: 0.4}",
        "did you mean 'army'?",
    ),
    Case(
        "unknown outcome in next",
        "next: {general: end}",
        "next: {¦genral: end}",
        "did you mean 'general'?",
    ),
    Case(
        "unknown stage in next",
        "next: {general: end}",
        "next: {general: ¦shutdown}",
        "write one of: end",
    ),
    Case(
        "circle of stages",
        "next: {general: end}",
        "next: {general: ¦showdown}",
        "showdown → showdown",
    ),
    Case(
        "unknown stage observed",
        "{showdown: president}",
        "{¦shodown: president}",
        "did you mean 'showdown'?",
    ),
    Case(
        "unknown outcome observed",
        "{showdown: president}",
        "{showdown: ¦presidnt}",
        "did you mean 'president'?",
    ),
    Case("unknown source", "source: smith", "source: ¦smyth", "did you mean 'smith'?"),
    Case("force named as a keyword", "  council:\n", "  ¦without:\n", "a word of the language"),
    Case(
        "unknown named as a function",
        "  mood: -1",
        "  ¦max: 1\n  mood: -1",
        "a word of the language",
    ),
    Case("name with a space", "  mood: -1", "  ¦army mood: 1\n  mood: -1", "as in 'army_mood'"),
    Case("name with a dash", "  mood: -1", "  ¦army-mood: 1\n  mood: -1", "as in 'army_mood'"),
    Case("name from digits", "  mood: -1", "  ¦1970: 1\n  mood: -1", "cannot be a name"),
    Case("name with a dot", "  mood: -1", "  ¦army.troops: 1\n  mood: -1", "cannot be a name"),
    Case(
        "camp with a dash",
        "      president: {core",
        "      ¦the-president: {core",
        "cannot be a name",
    ),
    Case(
        "camp called end", "      president: {core", "      ¦end: {core", "a word of the language"
    ),
    Case("group named as a force", "  crowd: [", "  ¦army: [", "a force already"),
    Case(
        "camp named as a force",
        "      president: {core: council}",
        "      ¦council: {core: council}",
        "a force already",
    ),
    Case(
        "stage named as an unknown",
        "  showdown:\n    mechanism",
        "  ¦mood:\n    mechanism",
        "an unknown already",
    ),
    Case("backer named as a force", "  envoy:", "  ¦unions:", "a force already"),
    Case(
        "force named as a constant",
        "  council:\n",
        "  ¦refusal:\n",
        "a structural constant already",
    ),
    Case("claim with a space", "  numbers:\n", "  ¦the numbers:\n", "cannot be a name"),
)
"""Mistakes of naming and reference."""

VALUES = (
    Case("negative troops", "troops: 3 * 2", "troops: ¦-3", "at least 0"),
    Case("negative after a sum", "troops: 3 * 2", "troops: ¦3 - 5", "at least 0"),
    Case("interval below zero", "mass: 1 to 3", "mass: ¦-1 to 3", ""),
    Case("interval from zero", "mass: 1 to 3", "mass: ¦0 to 3", ""),
    Case("interval backwards", "mass: 1 to 3", "mass: ¦3 to 1", "backwards"),
    Case("interval without width", "mass: 1 to 3", "mass: ¦3 to 3", "no width"),
    Case("interval without an end", "mass: 1 to 3", "mass: 1 to¦", ""),
    Case("share above one", "breakeven: 0.3 to 0.6", "breakeven: ¦1.3", "between 0 and 1"),
    Case("share touching one", "breakeven: 0.3 to 0.6", "breakeven: ¦0.3 to 1", ""),
    Case("nan", "troops: 3 * 2", "troops: ¦nan", ""),
    Case("yaml nan", "troops: 3 * 2", "troops: ¦.nan", ""),
    Case("infinity", "troops: 3 * 2", "troops: ¦inf", ""),
    Case("too large", "troops: 3 * 2", "troops: ¦1e400", ""),
    Case("null", "discipline: 0 to 3", "discipline: ¦null", ""),
    Case("boolean", "discipline: 0 to 3", "discipline: ¦true", ""),
    Case("date", "troops: 3 * 2", "troops: 1970-10-07¦x", ""),
    Case("thousands comma", "troops: 3 * 2", "troops: 3¦,000", ""),
    Case("per cent", "breakeven: 0.3 to 0.6", "breakeven: 30¦%", "'%'"),
    Case("words", "troops: 3 * 2", "troops: three ¦battalions", ""),
    Case("unknown name", "discipline: 0 to 3", "discipline: ¦moood", "did you mean 'mood'?"),
    Case(
        "unknown attribute read",
        "troops: 3 * 2",
        "troops: ¦staff.tropps",
        "did you mean 'staff.troops'?",
    ),
    Case("force as a number", "troops: 3 * 2", "troops: 2 * ¦staff", "not a number"),
    Case("crowds as soldiers", "troops: 3 * 2", "troops: ¦unions.mass", "thousand people"),
    Case("soldiers plus crowds", "troops: 3 * 2", "troops: ¦staff.troops + unions.mass", ""),
    Case(
        "second of two problems",
        "general: warm + mood",
        "general: warm + ¦modo",
        "did you mean 'mood'?",
    ),
    Case("needs itself", "troops: 3 * 2", "troops: ¦army.troops + 1", "army.troops → army.troops"),
    Case(
        "need each other",
        "discipline: 0 to 3\n    breakeven: 0.3 to 0.6",
        "discipline: ¦army.breakeven + 1\n    breakeven: logistic(army.discipline)",
        "army.discipline → army.breakeven → army.discipline",
    ),
    Case("division by zero", "troops: 3 * 2", "troops: ¦3 / 0", ""),
    Case("logarithm of zero", "discipline: 0 to 3", "discipline: ¦log(mood)", ""),
    Case("unknown function", "troops: 3 * 2", "troops: ¦sqr(4)", "did you mean 'sqrt'?"),
    Case("too many arguments", "troops: 3 * 2", "troops: ¦sqrt(4, 5)", "1 argument"),
    Case("open bracket", "troops: 3 * 2", "troops: ¦(3 * 2", "not closed"),
    Case("power of Python", "troops: 3 * 2", "troops: 3 ¦** 2", "write '^'"),
    Case("import", "troops: 3 * 2", "troops: ¦__import__('os').system('false')", "program code"),
    Case("lambda", "troops: 3 * 2", "troops: '(lambda¦: 3)()'", ""),
    Case("comprehension", "troops: 3 * 2", "troops: '¦[x for x in (1, 2)][0]'", ""),
    Case("attribute walk", "troops: 3 * 2", "troops: ().¦__class__.__bases__", ""),
    Case("law outside", "mass: 1 to 3", "mass: ¦normal(3, 1)", "leaves the domain"),
    Case("law refused", "mass: 1 to 3", "mass: ¦uniform(3, 1)", ""),
    Case("law of a name", "mass: 1 to 3", "mass: uniform(¦mood, 4)", ""),
    Case("law misspelt", "mass: 1 to 3", "mass: ¦unifrom(1, 3)", "did you mean 'uniform'?"),
    Case("word for troops", "troops: 3 * 2", "troops: ¦warm", "a word for a leaning"),
    Case("misspelt word", "president: cool", "president: ¦hostle", ""),
    Case("sworn in a sum", "general: warm + mood", "general: ¦sworn + mood", "'sworn'"),
    Case(
        "sworn to two",
        "{general: warm + mood, president: cool}",
        "{general: sworn, president: ¦sworn}",
        "is sworn to 'general'",
    ),
    Case(
        "core sworn elsewhere",
        "{value: 2 to 4, quote: three battalions}\n",
        "2\n    leans: {president: ¦sworn}\n",
        "the core of 'general'",
    ),
    Case("sworn reach", "reach: {army: 0.5}", "reach: {army: ¦sworn}", "sworn"),
    Case("one option", "{firm: 0.7, sworn: 0.3}", "¦{firm: 1}", "1 option;"),
    Case("either as a list", "{firm: 0.7, sworn: 0.3}", "¦[firm, sworn]", "weights"),
    Case("weight of zero", "sworn: 0.3}", "sworn: ¦0}", "above 0"),
    Case("negative weight", "sworn: 0.3}", "sworn: ¦-1}", "above 0"),
    Case("weight in words", "sworn: 0.3}", "sworn: ¦often}", "above 0"),
    Case("weight as a list", "sworn: 0.3}", "sworn: ¦[1]}", "not a number"),
    Case("bad option", "sworn: 0.3}", "¦swron: 0.3}", ""),
    Case("value and either", "value: 10 to 30", "value: 1, ¦either: {1: 1, 2: 1}", "both"),
    Case("neither", "{value: 10 to 30, quote", "¦{quote", "neither 'value' nor 'either'"),
    Case(
        "unknown rule",
        "    next: {",
        "    strength: ¦wieght\n    next: {",
        "did you mean 'weight'?",
    ),
    Case("rule as a number", "    next: {", "    strength: ¦3\n    next: {", ""),
    Case(
        "unknown rule in either",
        "    next: {",
        "    strength: {either: {weight: 1, ¦refusl: 1}}\n    next: {",
        "did you mean 'refusal'?",
    ),
    Case("outcome in a value", "troops: 3 * 2", "troops: ¦showdown", ""),
    Case("query in a value", "troops: 3 * 2", "troops: ¦P(showdown = general)", ""),
    Case(
        "no weight at all",
        "    mass: {value: 10 to 30, quote: twenty thousand people, note: a guess, source: smith}\n"
        "    leans:\n",
        "    leans:\n",
        "changes nothing",
    ),
)
"""Mistakes in values."""

CLAIMS = (
    Case(
        "no comparison",
        "test: necessity(do(unions aside) for showdown = president) > 0.5",
        "test: ¦P(showdown = president)",
        "comparison",
    ),
    Case("about nothing", "in [0.3, 0.7]", "in [0.3, 0.7] and¦", ""),
    Case(
        "no quantity",
        "test: P(showdown = general | army.side = general) in [0.3, 0.7]",
        "test: ¦0.5 > 0.4",
        "",
    ),
    Case(
        "unknown outcome",
        "for showdown = president)",
        "for showdown = ¦presidnt)",
        "did you mean 'president'?",
    ),
    Case(
        "unknown stage",
        "for showdown = president)",
        "for ¦shwdown = president)",
        "did you mean 'showdown'?",
    ),
    Case("unknown force", "do(unions aside)", "do(¦unons aside)", "did you mean 'unions'?"),
    Case("outside the domain", "do(unions aside)", "do(unions.mass = ¦-3)", ""),
    Case("Python's equals", "(showdown = general |", "(showdown ¦== general |", "write '='"),
    Case(
        "always true", "for showdown = president) > 0.5", "for showdown = president) >= 0", "ever"
    ),
    Case(
        "never true",
        "for showdown = president) > 0.5",
        "for showdown = president) > 1",
        "never true",
    ),
    Case("code", "test: P(showdown", "test: ¦exec('1') P(showdown", "program code"),
    Case(
        "quote not in the account",
        "quote: In the end",
        "quote: ¦At the end",
        "the nearest passage is: In the end",
    ),
    Case(
        "invented quote",
        "quote: three battalions",
        "quote: ¦zebras eating cabbage",
        "does not have the quote",
    ),
    Case("account elsewhere", "account: account.md", "account: ¦../account.md", "outside"),
    Case("absolute account", "account: account.md", "account: ¦/etc/passwd", "outside"),
    Case("missing account", "account: account.md", "account: ¦acount.md", "no file"),
    Case("folder as account", "account: account.md", "account: ¦.", ""),
)
"""Mistakes in claims and provenance."""


def _effect(name: str, text: str, says: str) -> Case:
    """Return a case in which the only stage has one effect."""
    after = "    next: {general: end}\n"
    return Case(name, after, f"{after}    effects:\n      - {text}\n", says)


def _declared(name: str, text: str, says: str) -> Case:
    """Return a case with an attribute declared at the end of the file."""
    return Case(name, "references:\n", f"attributes:\n  {text}\nreferences:\n", says)


def _omitted(name: str, text: str, says: str) -> Case:
    """Return a case that leaves something of the account out."""
    return Case(name, "references:\n", f"omissions:\n  - {text}\nreferences:\n", says)


TRACES = (
    _effect("effect without a change", "¦{when: general}", "changes nothing"),
    _effect("effect of an unknown kind", "{¦shft: {army.discipline: 1}}", "did you mean 'shift'?"),
    Case(
        "effects as a mapping",
        "    next: {general: end}\n",
        "    next: {general: end}\n    effects: ¦{shift: {army.discipline: 1}}\n",
        "a list",
    ),
    _effect("effect as a text", "¦shift", "'key: value' lines"),
    _effect("shift as a text", "{shift: ¦army.discipline}", "'key: value' lines"),
    _effect("change as a mapping", "{shift: {army.discipline: ¦{value: 1}}}", "a mapping"),
    _effect("unknown target", "{shift: {¦army.dicipline: 1}}", "did you mean 'army.discipline'?"),
    _effect("unknown force moved", "{shift: {¦amry.discipline: 1}}", "did you mean 'army'?"),
    _effect("expression as a target", "{shift: {¦army.discipline + 1: 1}}", "not the name"),
    _effect("broken target", "{shift: {'army.¦': 1}}", ""),
    _effect("unknown moved", "{shift: {¦mood: 1}}", "declare an attribute"),
    _effect("constant moved", "{set: {¦decisiveness: 1}}", "stays as the world drew it"),
    _effect("rule moved", "{set: {¦showdown.strength: 1}}", "a choice between rules"),
    _effect("measure moved", "{set: {¦showdown.margin: 1}}", "what the stage yields"),
    _effect("outcome moved", "{set: {¦showdown: 1}}", "what the stage yields"),
    _effect("side moved", "{set: {¦army.side: 1}}", "follows from the crisis"),
    _effect("group moved", "{set: {¦crowd: 1}}", "is a group, not a number"),
    _effect("nobody in the group", "{set: {¦crowd.tropps: 1}}", "nobody in the group 'crowd'"),
    _effect("tie that is not stated", "{shift: {¦army.ties.unions: 1}}", "states no"),
    _effect("sworn moved", "{shift: {¦unions.leans.president: 1}}", "is sworn"),
    _effect("set outside", "{set: {army.breakeven: ¦1.5}}", "write 'clip'"),
    _effect("set ever outside", "{set: {army.breakeven: ¦army.breakeven + 2}}", "never is"),
    _effect("set in another unit", "{set: {army.troops: ¦unions.mass}}", "thousand people"),
    _effect("shift with a unit", "{shift: {army.troops: ¦staff.troops}}", "a plain number"),
    _effect("unknown name in a change", "{set: {army.troops: 1 + ¦tropps}}", "no force, group"),
    _effect("interval in a change", "{set: {army.troops: ¦1 to 3}}", "only in a value"),
    _effect("query in a change", "{set: {army.troops: ¦P(showdown = general)}}", ""),
    _effect("code in a change", "{set: {army.troops: ¦__import__('os')}}", "program code"),
    _effect(
        "changed twice",
        "{shift: {unions.mass: 1}, clip: {¦crowd.mass: 30}}",
        "'unions.mass' is changed twice",
    ),
    _effect(
        "unknown outcome of the stage", "{when: ¦generl, shift: {army.discipline: 1}}", "'general'?"
    ),
    _effect(
        "unknown outcome of another stage",
        "{when: shwdown = general, shift: {army.discipline: 1}}",
        "did you mean 'showdown'?",
    ),
    _effect("number as a condition", "{when: ¦army.troops, shift: {army.discipline: 1}}", ""),
    _effect("unquoted effect", "{shift: {army.discipline: 1}, quote: ¦zebras run}", "the quote"),
    _effect(
        "unknown source of an effect", "{shift: {army.discipline: 1}, source: ¦smyth}", "'smith'?"
    ),
    Case(
        "afterwards nowhere",
        "    next: {general: end}\n",
        "    next: {general: end}\n    afterwards: ¦shutdown\n",
        "write one of: end",
    ),
    Case(
        "afterwards itself",
        "    next: {general: end}\n",
        "    next: {general: end}\n    afterwards: ¦showdown\n",
        "cannot lead to itself",
    ),
    _declared("unknown domain", "trust: {domain: ¦0 to 2}", "did you mean '0 to 1'?"),
    _declared("domain in words", "trust: {domain: ¦whatever}", "at least 0 or any number"),
    _declared("unknown unit", "trust: {unit: ¦battalion}", "did you mean 'battalions'?"),
    _declared("share in battalions", "trust: {unit: ¦battalions}", "cannot be counted"),
    _declared("toward nobody", "trust: {toward: ¦forces}", "did you mean 'force'?"),
    _declared("default outside", "trust: {default: ¦2}", "between 0 and 1"),
    _declared("default that reads", "trust: {default: ¦mood}", "reads no other number"),
    _declared(
        "default for every pair", "trust: {toward: force, default: ¦0.5}", "state it where it"
    ),
    _declared("widest touching", "trust: {widest: ¦0 to 1}", "touch"),
    _declared("declared built-in", "¦troops: {domain: at least 0}", "without its being declared"),
    _declared("declared word", "¦side: {domain: 0 to 1}", "a word for something else"),
    _declared("declared keyword", "¦sworn: {domain: 0 to 1}", "a word of the language"),
    _declared("declared as a force", "¦army: {domain: 0 to 1}", "already"),
    _declared("declared as a text", "trust: ¦0 to 1", "'key: value' lines"),
    _declared("unknown key of an attribute", "trust: {¦domian: 0 to 1}", "did you mean 'domain'?"),
    Case(
        "misspelt declared attribute",
        "  council:\n    mass: 1 to 3\n",
        "  council:\n    mass: 1 to 3\n    ¦feer: 0.5\nattributes:\n  fear: {domain: 0 to 1}\n",
        "did you mean 'fear'?",
    ),
    _omitted("omission without a reason", "¦{quote: In the end}", "no 'why'"),
    _omitted("omission of nothing", "{quote: ¦zebras run, why: x}", "does not have the quote"),
    _omitted("omission as a text", "¦In the end", "'key: value' lines"),
)
"""Mistakes in what stages leave behind, in declared attributes and in omissions."""


def _liked(name: str, entry: str, says: str) -> Case:
    return Case(name, "  plotters: elite\n", f"  {entry}\n", says)


LIKENESS = (
    _liked("unknown tag", "¦ploters: elite", "did you mean 'plotters'? the tags of the attempts"),
    _liked("tag like no other", "¦weather: fair", "the tags of the attempts are: plotters, "),
    _liked("tag of another table", "¦method: violent", "a tag of the campaigns, not of the att"),
    _liked("unknown option", "plotters: ¦colonels", "write one of: combat, elite"),
    _liked("misspelt option", "plotters: ¦elites", "did you mean 'elite'? write one of"),
    _liked("option as a mapping", "plotters: ¦{elite: 1}", "'plotters' takes one word"),
    _liked("option as a list", "plotters: ¦[elite, combat]", "'plotters' takes one word"),
    _liked("no option", "¦plotters:", "'plotters' is empty"),
    _liked("unknown table", "among: ¦atempts", "did you mean 'attempts'?"),
    _liked("table as a list", "among: ¦[attempts]", "write a text"),
    Case("unknown case", "Bolivia 1970-10-06", "¦Bolivia 1970-10-05", "Bolivia 1970-10-06"),
    Case("case like no other", "Bolivia 1970-10-06", "¦zzz", "conjuncture data show attempts"),
    Case("case as a list", "Bolivia 1970-10-06", "¦[a]", "write a text"),
    Case("no success", "like:\n  success: showdown = general\n", "¦like:\n", "has no 'success'"),
    Case("success alone", "success: showdown = general", "success: ¦general", "not an event"),
    Case(
        "success misspelt", "success: showdown = general", "success: showdown = ¦genral", "general"
    ),
    Case("success of no stage", "success: showdown = general", "success: ¦duel = general", "duel"),
    Case(
        "success of a measure",
        "success: showdown = general",
        "success: ¦showdown.margin > 1",
        "'showdown.margin' does not; write the outcome of a stage",
    ),
    Case(
        "success of a number",
        "success: showdown = general",
        "success: showdown = general and ¦mood > 0",
        "says how a stage ends, and 'mood' does not",
    ),
    Case(
        "success as a query", "success: showdown = general", "success: ¦P(showdown = general)", ""
    ),
    Case(
        "success of being reached",
        "success: showdown = general",
        "success: ¦reached(showdown)",
        "says how a stage ends",
    ),
    Case(
        "like as a text",
        "like:\n  success: showdown = general\n  case: Bolivia 1970-10-06\n  plotters: elite\n"
        "  protest: no\n  note: as the tables have it\n",
        "like: ¦Bolivia\n",
        "'key: value' lines",
    ),
    Case(
        "like without a source",
        "as the tables have it",
        "x\n  source: ¦jones",
        "no reference 'jones'",
    ),
)
"""Mistakes in what is said of the kind of case."""

WORDS = (
    Case(
        "words of no outcome",
        "next: {general: end}",
        "says: {¦generals: the general wins}",
        "did you mean 'general'",
    ),
    Case(
        "outcome without words",
        "next: {general: end}",
        'says: {¦general: ""}',
        "'general' is empty",
    ),
    Case(
        "words with a full stop",
        "next: {general: end}",
        "says: {general: ¦The general wins.}",
        "ends with '.'; leave the sign out",
    ),
    Case("words as a list", "next: {general: end}", "says: {general: ¦[won]}", "write a text"),
    Case("words as one text", "next: {general: end}", "says: ¦he wins", "'key: value' lines"),
    Case(
        "stage without a short name",
        "next: {general: end}",
        '¦short: " "',
        "'short' is empty",
    ),
    Case(
        "force without a short name",
        "    kind: army",
        '    ¦short: ""',
        "'short' is empty",
    ),
    Case("short name as a list", "    kind: army", "    short: ¦[army]", "write a text"),
    Case(
        "camp without words",
        "president: {core: council}",
        'president: {core: council, ¦says: ""}',
        "'says' is empty",
    ),
    Case(
        "camp with a full stop",
        "president: {core: council}",
        "president: {core: council, ¦says: the council.}",
        "leave the sign out, as in 'the side of president'",
    ),
    Case(
        "when twice",
        "mood: -1 to 1",
        "mood: {value: -1 to 1, when_low: ¦when it falls}",
        "write 'it falls'",
    ),
    Case(
        "words of a number as a list",
        "mood: -1 to 1",
        "mood: {value: -1 to 1, short: ¦[mood]}",
        "'short' is not a text",
    ),
    Case(
        "words of an attribute",
        "mass: 1 to 3",
        "mass: {value: 1 to 3, ¦short: the people}",
        "only an unknown of the scenario has words of its own",
    ),
)
"""Mistakes in the words for sentences."""
