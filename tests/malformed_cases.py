"""Malformed scenarios as edits of a good one; ``¦`` marks where the mistake must be placed."""

from __future__ import annotations

from typing import NamedTuple


class MalformedCase(NamedTuple):
    name: str
    old: str
    new: str
    says: str


SYNTAX = (
    MalformedCase("tab", "  mood: -1 to 1", "¦\tmood: -1 to 1", "a tab cannot indent"),
    MalformedCase("tab deeper", "    troops: 3 * 2", "  ¦\t  troops: 3 * 2", "a tab cannot indent"),
    MalformedCase("open quote", "title: A small", 'title: ¦"A small', "never closed"),
    MalformedCase("open single quote", "title: A small", "title: ¦'A small", "never closed"),
    MalformedCase("open bracket", "[unions, council]", "¦[unions, council", "not closed"),
    MalformedCase("open brace", "{army: 0.5}", "¦{army: 0.5", "not closed"),
    MalformedCase("stray brace", "mass: 1 to 3", "mass: ¦}1 to 3", "without its partner"),
    MalformedCase(
        "no space", "    troops: 3 * 2", "    ¦troops:3 * 2", "a space is missing after 'troops:'"
    ),
    MalformedCase("two colons", "title: A small", "title: A¦: small", "a second ':'"),
    MalformedCase("outdent", "    discipline: 0 to 3", "   ¦discipline: 0 to 3", "indentation"),
    MalformedCase("indent", "    discipline: 0", "      ¦discipline: 0", "does not fit under"),
    MalformedCase("at sign", "title: A small", "title: ¦@ small", "cannot start with '@'"),
    MalformedCase("backtick", "title: A small", "title: ¦` small", "cannot start with '`'"),
    MalformedCase("escape", "title: A small crisis", 'title: "A \\¦small"', "escape"),
    MalformedCase(
        "text after quote", "title: A small crisis", 'title: "A" ¦small', "does not belong"
    ),
    MalformedCase("list among keys", "title: A small crisis", "¦- a list", "indentation"),
    MalformedCase("block header", "title: A small crisis", "title: |¦x\n  A", "nothing may follow"),
    MalformedCase("two documents", "unknowns:\n", "¦---\nunknowns:\n", "second document"),
    MalformedCase(
        "directive", "conjuncture: 1\n", "¦%YAML 1.2\n---\nconjuncture: 1\n", "directive"
    ),
    MalformedCase("tag name", "title: A small", "title: ¦!<x A small", "tags are not read"),
    MalformedCase("cut test", "> 0.5\n  numbers", "in ¦[0, 1\n  numbers", ""),
)
"""Mistakes that stop YAML: each is told alone."""

STRUCTURE = (
    MalformedCase("tag", "title: A small", "title: ¦!!python/object:os.system A", "tags"),
    MalformedCase("tag on a mapping", "  envoy:\n", "  envoy: ¦!x\n", "tags"),
    MalformedCase("anchor", "title: A small", "title: ¦&a A small", "anchors"),
    MalformedCase("alias", "title: A small crisis", "title: ¦*a", "aliases"),
    MalformedCase("merge", "  staff:\n", "  ¦<<: {kind: army}\n  staff:\n", "merge keys"),
    MalformedCase(
        "duplicate key", "    kind: army", "    kind: army\n    ¦kind: navy", "written twice"
    ),
    MalformedCase(
        "duplicate force", "  unions:\n", "  ¦army: {mass: 1}\n  unions:\n", "written twice"
    ),
    MalformedCase("duplicate section", "references:", "¦groups: {}\nreferences:", "written twice"),
    MalformedCase("duplicate weight", "sworn: 0.3}", "¦firm: 0.3}", "written twice"),
    MalformedCase("list as key", "    kind: army", "    ? ¦[a, b]\n    : 1", "cannot be a key"),
    MalformedCase("mapping as key", "    kind: army", "    ? ¦{a: b}\n    : 1", "cannot be a key"),
    MalformedCase("no key", "    kind: army", "    ¦: army", "no name"),
    MalformedCase("empty value", "    kind: army", "    ¦kind:", "'kind' is empty"),
    MalformedCase("empty title", "title: A small crisis", '¦title: ""', "'title' is empty"),
    MalformedCase("empty section", "observed: {showdown: president}", "¦observed:", "is empty"),
    MalformedCase("empty list item", "[unions, council]", '[unions, ¦""]', "is empty"),
    MalformedCase("no colon", "{core: council}", "{¦core council}", "a ':' may be missing"),
    MalformedCase(
        "comma cut", "{value: 10 to 30,", "{value: ¦min(10, 30),", "the comma ended the value"
    ),
    MalformedCase(
        "comma cut in a list", "[unions, council]", "[¦max(unions, council)]", "the comma ended"
    ),
    MalformedCase("unknown section", "backers:\n", "¦backer:\n", "did you mean 'backers'?"),
    MalformedCase(
        "foreign section", "references:\n", "¦outcomes: {a: b}\nreferences:\n", "not known in the"
    ),
    MalformedCase("unknown attribute", "    troops: 3", "    ¦tropps: 3", "did you mean 'troops'?"),
    MalformedCase(
        "unknown key of a value", "note: a guess", "¦nota: a guess", "did you mean 'note'?"
    ),
    MalformedCase("unknown key of a stage", "    next: {", "    ¦nxt: {", "did you mean 'next'?"),
    MalformedCase(
        "unknown key of a camp", "resolve: 0.5", "¦resolv: 0.5", "did you mean 'resolve'?"
    ),
    MalformedCase(
        "unknown key of a claim", "    says: Nobody", "    ¦sys: Nobody", "did you mean 'says'?"
    ),
    MalformedCase(
        "unknown key of a backer", "    materiel:", "    ¦material:", "did you mean 'materiel'?"
    ),
    MalformedCase(
        "forces as a list", "observed: {showdown: president}", "observed: ¦[showdown]", "a list"
    ),
    MalformedCase(
        "force as a text", "  council:\n    mass: 1 to 3", "  council: ¦strong", "'strong'"
    ),
    MalformedCase(
        "force as a list", "  council:\n    mass: 1 to 3", "  council: ¦[1, 2]", "a list"
    ),
    MalformedCase("stage as a text", "observed:", "  ¦other: showdown\nobserved:", "says nothing"),
    MalformedCase("group as a text", "[unions, council]", "¦unions", "write a list"),
    MalformedCase("claim as a text", "references:", "  more: ¦P(x)\nreferences:", "'P(x)'"),
    MalformedCase("leans as a text", "{general: warm + mood, president: cool}", "¦warm", "'warm'"),
    MalformedCase("value as a list", "troops: 3 * 2", "troops: ¦[3, 2]", "cannot be a list"),
    MalformedCase("value in value", "value: 10 to 30", "value: ¦{value: 1}", ""),
    MalformedCase("title as a mapping", "title: A small crisis", "title: ¦{a: b}", "a mapping"),
    MalformedCase("note as a list", "note: a guess", "note: ¦[a]", "not a text"),
    MalformedCase(
        "quote as a mapping", "    quote: In the end", "    quote: ¦{a: b}\n    note: In", ""
    ),
    MalformedCase("no version", "conjuncture: 1\n", "", "no 'conjuncture'"),
    MalformedCase("other version", "conjuncture: 1\n", "conjuncture: ¦2\n", "'2'"),
    MalformedCase("no title", "title: A small crisis\n", "", "no 'title'"),
    MalformedCase("no account", "account: account.md\n", "", "no 'account'"),
    MalformedCase(
        "no test",
        "    test: P(showdown = general | army.side = general) in [0.3, 0.7]\n",
        "",
        "no 'test'",
    ),
    MalformedCase("no core", "{core: council}", "{resolve: 1}", "no 'core'"),
    MalformedCase("no mechanism", "    mechanism: showdown\n", "", "no 'mechanism'"),
    MalformedCase("one camp", "      president: {core: council}\n", "", "too few"),
    MalformedCase(
        "visits as a word", "    next: {", "    visits: ¦twice\n    next: {", "a whole number"
    ),
    MalformedCase("no visits", "    next: {", "    visits: ¦0\n    next: {", "at least 1"),
    MalformedCase(
        "visits without end", "    next: {", "    visits: ¦99\n    next: {", "at most 20"
    ),
    MalformedCase("round as a fraction", "round: 2", "round: ¦1.5", "a whole number"),
    MalformedCase(
        "order", "    next: {", "    order: ¦sequental\n    next: {", "did you mean 'sequential'?"
    ),
)
"""Mistakes of shape: they leave the rest readable."""

NAMES = (
    MalformedCase(
        "unknown mechanism",
        "mechanism: showdown",
        "mechanism: ¦shodown",
        "did you mean 'showdown'?",
    ),
    MalformedCase("unknown core", "{core: council}", "{core: ¦counsel}", "did you mean 'council'?"),
    MalformedCase("same core twice", "{core: council}", "{core: ¦staff}", "already the core"),
    MalformedCase(
        "unknown camp in leans", "president: cool", "¦presidnt: cool", "did you mean 'president'?"
    ),
    MalformedCase("unknown force in ties", "{staff: 1.5}", "{¦staf: 1.5}", "did you mean 'staff'?"),
    MalformedCase("tie to itself", "{staff: 1.5}", "{¦army: 1.5}", "a tie to itself"),
    MalformedCase(
        "unknown force in a group",
        "[unions, council]",
        "[¦unons, council]",
        "did you mean 'unions'?",
    ),
    MalformedCase("force twice in a group", "[unions, council]", "[unions, ¦unions]", "already"),
    MalformedCase("unknown force in reach", "{army: 0.5}", "{¦arny: 0.5}", "did you mean 'army'?"),
    MalformedCase(
        "unknown camp of a backer", "camp: general", "camp: ¦generals", "did you mean 'general'?"
    ),
    MalformedCase(
        "unknown camp of a signal",
        "{camp: president,",
        "{camp: ¦presidents,",
        "did you mean 'president'?",
    ),
    MalformedCase(
        "unknown force of a signal",
        "reach: {army: 0.4}",
        "reach: {¦arma: 0.4}",
        "did you mean 'army'?",
    ),
    MalformedCase(
        "unknown outcome in next",
        "next: {general: end}",
        "next: {¦genral: end}",
        "did you mean 'general'?",
    ),
    MalformedCase(
        "unknown stage in next",
        "next: {general: end}",
        "next: {general: ¦shutdown}",
        "write one of: end",
    ),
    MalformedCase(
        "circle of stages",
        "next: {general: end}",
        "next: {general: ¦showdown}",
        "showdown → showdown",
    ),
    MalformedCase(
        "unknown stage observed",
        "{showdown: president}",
        "{¦shodown: president}",
        "did you mean 'showdown'?",
    ),
    MalformedCase(
        "unknown outcome observed",
        "{showdown: president}",
        "{showdown: ¦presidnt}",
        "did you mean 'president'?",
    ),
    MalformedCase("unknown source", "source: smith", "source: ¦smyth", "did you mean 'smith'?"),
    MalformedCase(
        "force named as a keyword", "  council:\n", "  ¦without:\n", "a word of the language"
    ),
    MalformedCase(
        "unknown named as a function",
        "  mood: -1",
        "  ¦max: 1\n  mood: -1",
        "a word of the language",
    ),
    MalformedCase(
        "name with a space", "  mood: -1", "  ¦army mood: 1\n  mood: -1", "as in 'army_mood'"
    ),
    MalformedCase(
        "name with a dash", "  mood: -1", "  ¦army-mood: 1\n  mood: -1", "as in 'army_mood'"
    ),
    MalformedCase("name from digits", "  mood: -1", "  ¦1970: 1\n  mood: -1", "cannot be a name"),
    MalformedCase(
        "name with a dot", "  mood: -1", "  ¦army.troops: 1\n  mood: -1", "cannot be a name"
    ),
    MalformedCase(
        "camp with a dash",
        "      president: {core",
        "      ¦the-president: {core",
        "cannot be a name",
    ),
    MalformedCase(
        "camp called end", "      president: {core", "      ¦end: {core", "a word of the language"
    ),
    MalformedCase("group named as a force", "  crowd: [", "  ¦army: [", "a force already"),
    MalformedCase(
        "camp named as a force",
        "      president: {core: council}",
        "      ¦council: {core: council}",
        "a force already",
    ),
    MalformedCase(
        "stage named as an unknown",
        "  showdown:\n    mechanism",
        "  ¦mood:\n    mechanism",
        "an unknown already",
    ),
    MalformedCase("backer named as a force", "  envoy:", "  ¦unions:", "a force already"),
    MalformedCase(
        "force named as a constant",
        "  council:\n",
        "  ¦refusal:\n",
        "a structural constant already",
    ),
    MalformedCase("claim with a space", "  numbers:\n", "  ¦the numbers:\n", "cannot be a name"),
)
"""Mistakes of naming and reference."""

VALUES = (
    MalformedCase("negative troops", "troops: 3 * 2", "troops: ¦-3", "at least 0"),
    MalformedCase("negative after a sum", "troops: 3 * 2", "troops: ¦3 - 5", "at least 0"),
    MalformedCase("interval below zero", "mass: 1 to 3", "mass: ¦-1 to 3", ""),
    MalformedCase("interval from zero", "mass: 1 to 3", "mass: ¦0 to 3", ""),
    MalformedCase("interval backwards", "mass: 1 to 3", "mass: ¦3 to 1", "backwards"),
    MalformedCase("interval without width", "mass: 1 to 3", "mass: ¦3 to 3", "no width"),
    MalformedCase("interval without an end", "mass: 1 to 3", "mass: 1 to¦", ""),
    MalformedCase("share above one", "breakeven: 0.3 to 0.6", "breakeven: ¦1.3", "between 0 and 1"),
    MalformedCase("share touching one", "breakeven: 0.3 to 0.6", "breakeven: ¦0.3 to 1", ""),
    MalformedCase("nan", "troops: 3 * 2", "troops: ¦nan", ""),
    MalformedCase("yaml nan", "troops: 3 * 2", "troops: ¦.nan", ""),
    MalformedCase("infinity", "troops: 3 * 2", "troops: ¦inf", ""),
    MalformedCase("too large", "troops: 3 * 2", "troops: ¦1e400", ""),
    MalformedCase("null", "discipline: 0 to 3", "discipline: ¦null", ""),
    MalformedCase("boolean", "discipline: 0 to 3", "discipline: ¦true", ""),
    MalformedCase("date", "troops: 3 * 2", "troops: 1970-10-07¦x", ""),
    MalformedCase("thousands comma", "troops: 3 * 2", "troops: 3¦,000", ""),
    MalformedCase("per cent", "breakeven: 0.3 to 0.6", "breakeven: 30¦%", "'%'"),
    MalformedCase("words", "troops: 3 * 2", "troops: three ¦battalions", ""),
    MalformedCase(
        "unknown name", "discipline: 0 to 3", "discipline: ¦moood", "did you mean 'mood'?"
    ),
    MalformedCase(
        "unknown attribute read",
        "troops: 3 * 2",
        "troops: ¦staff.tropps",
        "did you mean 'staff.troops'?",
    ),
    MalformedCase("force as a number", "troops: 3 * 2", "troops: 2 * ¦staff", "not a number"),
    MalformedCase("crowds as soldiers", "troops: 3 * 2", "troops: ¦unions.mass", "thousand people"),
    MalformedCase(
        "soldiers plus crowds", "troops: 3 * 2", "troops: ¦staff.troops + unions.mass", ""
    ),
    MalformedCase(
        "second of two problems",
        "general: warm + mood",
        "general: warm + ¦modo",
        "did you mean 'mood'?",
    ),
    MalformedCase(
        "needs itself", "troops: 3 * 2", "troops: ¦army.troops + 1", "army.troops → army.troops"
    ),
    MalformedCase(
        "need each other",
        "discipline: 0 to 3\n    breakeven: 0.3 to 0.6",
        "discipline: ¦army.breakeven + 1\n    breakeven: logistic(army.discipline)",
        "army.discipline → army.breakeven → army.discipline",
    ),
    MalformedCase("division by zero", "troops: 3 * 2", "troops: ¦3 / 0", ""),
    MalformedCase("logarithm of zero", "discipline: 0 to 3", "discipline: ¦log(mood)", ""),
    MalformedCase("unknown function", "troops: 3 * 2", "troops: ¦sqr(4)", "did you mean 'sqrt'?"),
    MalformedCase("too many arguments", "troops: 3 * 2", "troops: ¦sqrt(4, 5)", "1 argument"),
    MalformedCase("open bracket", "troops: 3 * 2", "troops: ¦(3 * 2", "not closed"),
    MalformedCase("power of Python", "troops: 3 * 2", "troops: 3 ¦** 2", "write '^'"),
    MalformedCase(
        "import", "troops: 3 * 2", "troops: ¦__import__('os').system('false')", "program code"
    ),
    MalformedCase("lambda", "troops: 3 * 2", "troops: '(lambda¦: 3)()'", ""),
    MalformedCase("comprehension", "troops: 3 * 2", "troops: '¦[x for x in (1, 2)][0]'", ""),
    MalformedCase("attribute walk", "troops: 3 * 2", "troops: ().¦__class__.__bases__", ""),
    MalformedCase("law outside", "mass: 1 to 3", "mass: ¦normal(3, 1)", "leaves the domain"),
    MalformedCase("law refused", "mass: 1 to 3", "mass: ¦uniform(3, 1)", ""),
    MalformedCase("law of a name", "mass: 1 to 3", "mass: uniform(¦mood, 4)", ""),
    MalformedCase(
        "law misspelt", "mass: 1 to 3", "mass: ¦unifrom(1, 3)", "did you mean 'uniform'?"
    ),
    MalformedCase("word for troops", "troops: 3 * 2", "troops: ¦warm", "a word for a leaning"),
    MalformedCase("misspelt word", "president: cool", "president: ¦hostle", ""),
    MalformedCase("sworn in a sum", "general: warm + mood", "general: ¦sworn + mood", "'sworn'"),
    MalformedCase(
        "sworn to two",
        "{general: warm + mood, president: cool}",
        "{general: sworn, president: ¦sworn}",
        "is sworn to 'general'",
    ),
    MalformedCase(
        "core sworn elsewhere",
        "{value: 2 to 4, quote: three battalions}\n",
        "2\n    leans: {president: ¦sworn}\n",
        "the core of 'general'",
    ),
    MalformedCase("sworn reach", "reach: {army: 0.5}", "reach: {army: ¦sworn}", "sworn"),
    MalformedCase("one option", "{firm: 0.7, sworn: 0.3}", "¦{firm: 1}", "1 option;"),
    MalformedCase("either as a list", "{firm: 0.7, sworn: 0.3}", "¦[firm, sworn]", "weights"),
    MalformedCase("weight of zero", "sworn: 0.3}", "sworn: ¦0}", "above 0"),
    MalformedCase("negative weight", "sworn: 0.3}", "sworn: ¦-1}", "above 0"),
    MalformedCase("weight in words", "sworn: 0.3}", "sworn: ¦often}", "above 0"),
    MalformedCase("weight as a list", "sworn: 0.3}", "sworn: ¦[1]}", "not a number"),
    MalformedCase("bad option", "sworn: 0.3}", "¦swron: 0.3}", ""),
    MalformedCase("value and either", "value: 10 to 30", "value: 1, ¦either: {1: 1, 2: 1}", "both"),
    MalformedCase("neither", "{value: 10 to 30, quote", "¦{quote", "neither 'value' nor 'either'"),
    MalformedCase(
        "unknown rule",
        "    next: {",
        "    strength: ¦wieght\n    next: {",
        "did you mean 'weight'?",
    ),
    MalformedCase("rule as a number", "    next: {", "    strength: ¦3\n    next: {", ""),
    MalformedCase(
        "unknown rule in either",
        "    next: {",
        "    strength: {either: {weight: 1, ¦refusl: 1}}\n    next: {",
        "did you mean 'refusal'?",
    ),
    MalformedCase("outcome in a value", "troops: 3 * 2", "troops: ¦showdown", ""),
    MalformedCase("query in a value", "troops: 3 * 2", "troops: ¦P(showdown = general)", ""),
    MalformedCase(
        "no weight at all",
        "    mass: {value: 10 to 30, quote: twenty thousand people, note: a guess, source: smith}\n"
        "    leans:\n",
        "    leans:\n",
        "changes nothing",
    ),
)
"""Mistakes in values."""

CLAIMS = (
    MalformedCase(
        "no comparison",
        "test: necessity(do(unions aside) for showdown = president) > 0.5",
        "test: ¦P(showdown = president)",
        "comparison",
    ),
    MalformedCase("about nothing", "in [0.3, 0.7]", "in [0.3, 0.7] and¦", ""),
    MalformedCase(
        "no quantity",
        "test: P(showdown = general | army.side = general) in [0.3, 0.7]",
        "test: ¦0.5 > 0.4",
        "",
    ),
    MalformedCase(
        "unknown outcome",
        "for showdown = president)",
        "for showdown = ¦presidnt)",
        "did you mean 'president'?",
    ),
    MalformedCase(
        "unknown stage",
        "for showdown = president)",
        "for ¦shwdown = president)",
        "did you mean 'showdown'?",
    ),
    MalformedCase(
        "unknown force", "do(unions aside)", "do(¦unons aside)", "did you mean 'unions'?"
    ),
    MalformedCase("outside the domain", "do(unions aside)", "do(unions.mass = ¦-3)", ""),
    MalformedCase(
        "Python's equals", "(showdown = general |", "(showdown ¦== general |", "write '='"
    ),
    MalformedCase(
        "always true", "for showdown = president) > 0.5", "for showdown = president) >= 0", "ever"
    ),
    MalformedCase(
        "never true",
        "for showdown = president) > 0.5",
        "for showdown = president) > 1",
        "never true",
    ),
    MalformedCase("code", "test: P(showdown", "test: ¦exec('1') P(showdown", "program code"),
    MalformedCase(
        "quote not in the account",
        "quote: In the end",
        "quote: ¦At the end",
        "the nearest passage is: In the end",
    ),
    MalformedCase(
        "invented quote",
        "quote: three battalions",
        "quote: ¦zebras eating cabbage",
        "does not have the quote",
    ),
    MalformedCase("account elsewhere", "account: account.md", "account: ¦../account.md", "outside"),
    MalformedCase("absolute account", "account: account.md", "account: ¦/etc/passwd", "outside"),
    MalformedCase("missing account", "account: account.md", "account: ¦acount.md", "no file"),
    MalformedCase("folder as account", "account: account.md", "account: ¦.", ""),
)
"""Mistakes in claims and provenance."""


def _effect_case(name: str, text: str, says: str) -> MalformedCase:
    """Return a case in which the only stage has one effect."""
    after = "    next: {general: end}\n"
    return MalformedCase(name, after, f"{after}    effects:\n      - {text}\n", says)


def _attribute_case(name: str, text: str, says: str) -> MalformedCase:
    """Return a case with an attribute declared at the end of the file."""
    return MalformedCase(name, "references:\n", f"attributes:\n  {text}\nreferences:\n", says)


def _omission_case(name: str, text: str, says: str) -> MalformedCase:
    """Return a case that leaves something of the account out."""
    return MalformedCase(name, "references:\n", f"omissions:\n  - {text}\nreferences:\n", says)


TRACES = (
    _effect_case("effect without a change", "¦{when: general}", "changes nothing"),
    _effect_case(
        "effect of an unknown kind", "{¦shft: {army.discipline: 1}}", "did you mean 'shift'?"
    ),
    MalformedCase(
        "effects as a mapping",
        "    next: {general: end}\n",
        "    next: {general: end}\n    effects: ¦{shift: {army.discipline: 1}}\n",
        "a list",
    ),
    _effect_case("effect as a text", "¦shift", "'key: value' lines"),
    _effect_case("shift as a text", "{shift: ¦army.discipline}", "'key: value' lines"),
    _effect_case("change as a mapping", "{shift: {army.discipline: ¦{value: 1}}}", "a mapping"),
    _effect_case(
        "unknown target", "{shift: {¦army.dicipline: 1}}", "did you mean 'army.discipline'?"
    ),
    _effect_case("unknown force moved", "{shift: {¦amry.discipline: 1}}", "did you mean 'army'?"),
    _effect_case("expression as a target", "{shift: {¦army.discipline + 1: 1}}", "not the name"),
    _effect_case("broken target", "{shift: {'army.¦': 1}}", ""),
    _effect_case("unknown moved", "{shift: {¦mood: 1}}", "declare an attribute"),
    _effect_case("constant moved", "{set: {¦decisiveness: 1}}", "stays as the world drew it"),
    _effect_case("rule moved", "{set: {¦showdown.strength: 1}}", "a choice between rules"),
    _effect_case("measure moved", "{set: {¦showdown.margin: 1}}", "what the stage yields"),
    _effect_case("outcome moved", "{set: {¦showdown: 1}}", "what the stage yields"),
    _effect_case("side moved", "{set: {¦army.side: 1}}", "follows from the crisis"),
    _effect_case("group moved", "{set: {¦crowd: 1}}", "is a group, not a number"),
    _effect_case("nobody in the group", "{set: {¦crowd.tropps: 1}}", "nobody in the group 'crowd'"),
    _effect_case("tie that is not stated", "{shift: {¦army.ties.unions: 1}}", "states no"),
    _effect_case("sworn moved", "{shift: {¦unions.leans.president: 1}}", "is sworn"),
    _effect_case("set outside", "{set: {army.breakeven: ¦1.5}}", "write 'clip'"),
    _effect_case("set ever outside", "{set: {army.breakeven: ¦army.breakeven + 2}}", "never is"),
    _effect_case("set in another unit", "{set: {army.troops: ¦unions.mass}}", "thousand people"),
    _effect_case("shift with a unit", "{shift: {army.troops: ¦staff.troops}}", "a plain number"),
    _effect_case(
        "unknown name in a change", "{set: {army.troops: 1 + ¦tropps}}", "no force, group"
    ),
    _effect_case("interval in a change", "{set: {army.troops: ¦1 to 3}}", "only in a value"),
    _effect_case("query in a change", "{set: {army.troops: ¦P(showdown = general)}}", ""),
    _effect_case("code in a change", "{set: {army.troops: ¦__import__('os')}}", "program code"),
    _effect_case(
        "changed twice",
        "{shift: {unions.mass: 1}, clip: {¦crowd.mass: 30}}",
        "'unions.mass' is changed twice",
    ),
    _effect_case(
        "unknown outcome of the stage", "{when: ¦generl, shift: {army.discipline: 1}}", "'general'?"
    ),
    _effect_case(
        "unknown outcome of another stage",
        "{when: shwdown = general, shift: {army.discipline: 1}}",
        "did you mean 'showdown'?",
    ),
    _effect_case("number as a condition", "{when: ¦army.troops, shift: {army.discipline: 1}}", ""),
    _effect_case(
        "unquoted effect", "{shift: {army.discipline: 1}, quote: ¦zebras run}", "the quote"
    ),
    _effect_case(
        "unknown source of an effect", "{shift: {army.discipline: 1}, source: ¦smyth}", "'smith'?"
    ),
    MalformedCase(
        "afterwards nowhere",
        "    next: {general: end}\n",
        "    next: {general: end}\n    afterwards: ¦shutdown\n",
        "write one of: end",
    ),
    MalformedCase(
        "afterwards itself",
        "    next: {general: end}\n",
        "    next: {general: end}\n    afterwards: ¦showdown\n",
        "cannot lead to itself",
    ),
    _attribute_case("unknown domain", "trust: {domain: ¦0 to 2}", "did you mean '0 to 1'?"),
    _attribute_case("domain in words", "trust: {domain: ¦whatever}", "at least 0 or any number"),
    _attribute_case("unknown unit", "trust: {unit: ¦battalion}", "did you mean 'battalions'?"),
    _attribute_case("share in battalions", "trust: {unit: ¦battalions}", "cannot be counted"),
    _attribute_case("toward nobody", "trust: {toward: ¦forces}", "did you mean 'force'?"),
    _attribute_case("default outside", "trust: {default: ¦2}", "between 0 and 1"),
    _attribute_case("default that reads", "trust: {default: ¦mood}", "reads no other number"),
    _attribute_case(
        "default for every pair", "trust: {toward: force, default: ¦0.5}", "state it where it"
    ),
    _attribute_case("widest touching", "trust: {widest: ¦0 to 1}", "touch"),
    _attribute_case(
        "declared built-in", "¦troops: {domain: at least 0}", "without its being declared"
    ),
    _attribute_case("declared word", "¦side: {domain: 0 to 1}", "a word for something else"),
    _attribute_case("declared keyword", "¦sworn: {domain: 0 to 1}", "a word of the language"),
    _attribute_case("declared as a force", "¦army: {domain: 0 to 1}", "already"),
    _attribute_case("declared as a text", "trust: ¦0 to 1", "'key: value' lines"),
    _attribute_case(
        "unknown key of an attribute", "trust: {¦domian: 0 to 1}", "did you mean 'domain'?"
    ),
    MalformedCase(
        "misspelt declared attribute",
        "  council:\n    mass: 1 to 3\n",
        "  council:\n    mass: 1 to 3\n    ¦feer: 0.5\nattributes:\n  fear: {domain: 0 to 1}\n",
        "did you mean 'fear'?",
    ),
    _omission_case("omission without a reason", "¦{quote: In the end}", "no 'why'"),
    _omission_case(
        "omission of nothing", "{quote: ¦zebras run, why: x}", "does not have the quote"
    ),
    _omission_case("omission as a text", "¦In the end", "'key: value' lines"),
)
"""Mistakes in what stages leave behind, in declared attributes and in omissions."""


def _likeness_case(name: str, entry: str, says: str) -> MalformedCase:
    return MalformedCase(name, "  plotters: elite\n", f"  {entry}\n", says)


LIKENESS = (
    _likeness_case(
        "unknown tag", "¦ploters: elite", "did you mean 'plotters'? the tags of the attempts"
    ),
    _likeness_case(
        "tag like no other", "¦weather: fair", "the tags of the attempts are: plotters, "
    ),
    _likeness_case(
        "tag of another table", "¦method: violent", "a tag of the campaigns, not of the att"
    ),
    _likeness_case("unknown option", "plotters: ¦colonels", "write one of: combat, elite"),
    _likeness_case("misspelt option", "plotters: ¦elites", "did you mean 'elite'? write one of"),
    _likeness_case("option as a mapping", "plotters: ¦{elite: 1}", "'plotters' takes one word"),
    _likeness_case("option as a list", "plotters: ¦[elite, combat]", "'plotters' takes one word"),
    _likeness_case("no option", "¦plotters:", "'plotters' is empty"),
    _likeness_case("unknown table", "among: ¦atempts", "did you mean 'attempts'?"),
    _likeness_case("table as a list", "among: ¦[attempts]", "write a text"),
    MalformedCase(
        "unknown case", "Bolivia 1970-10-06", "¦Bolivia 1970-10-05", "Bolivia 1970-10-06"
    ),
    MalformedCase(
        "case like no other", "Bolivia 1970-10-06", "¦zzz", "conjuncture data show attempts"
    ),
    MalformedCase("case as a list", "Bolivia 1970-10-06", "¦[a]", "write a text"),
    MalformedCase(
        "no success", "like:\n  success: showdown = general\n", "¦like:\n", "has no 'success'"
    ),
    MalformedCase(
        "success alone", "success: showdown = general", "success: ¦general", "not an event"
    ),
    MalformedCase(
        "success misspelt", "success: showdown = general", "success: showdown = ¦genral", "general"
    ),
    MalformedCase(
        "success of no stage", "success: showdown = general", "success: ¦duel = general", "duel"
    ),
    MalformedCase(
        "success of a measure",
        "success: showdown = general",
        "success: ¦showdown.margin > 1",
        "'showdown.margin' does not; write the outcome of a stage",
    ),
    MalformedCase(
        "success of a number",
        "success: showdown = general",
        "success: showdown = general and ¦mood > 0",
        "says how a stage ends, and 'mood' does not",
    ),
    MalformedCase(
        "success as a query", "success: showdown = general", "success: ¦P(showdown = general)", ""
    ),
    MalformedCase(
        "success of being reached",
        "success: showdown = general",
        "success: ¦reached(showdown)",
        "says how a stage ends",
    ),
    MalformedCase(
        "like as a text",
        "like:\n  success: showdown = general\n  case: Bolivia 1970-10-06\n  plotters: elite\n"
        "  protest: no\n  note: as the tables have it\n",
        "like: ¦Bolivia\n",
        "'key: value' lines",
    ),
    MalformedCase(
        "like without a source",
        "as the tables have it",
        "x\n  source: ¦jones",
        "no reference 'jones'",
    ),
)
"""Mistakes in what is said of the kind of case."""

WORDS = (
    MalformedCase(
        "words of no outcome",
        "next: {general: end}",
        "says: {¦generals: the general wins}",
        "did you mean 'general'",
    ),
    MalformedCase(
        "outcome without words",
        "next: {general: end}",
        'says: {¦general: ""}',
        "'general' is empty",
    ),
    MalformedCase(
        "words with a full stop",
        "next: {general: end}",
        "says: {general: ¦The general wins.}",
        "ends with '.'; leave the sign out",
    ),
    MalformedCase(
        "words as a list", "next: {general: end}", "says: {general: ¦[won]}", "write a text"
    ),
    MalformedCase(
        "words as one text", "next: {general: end}", "says: ¦he wins", "'key: value' lines"
    ),
    MalformedCase(
        "stage without a short name",
        "next: {general: end}",
        '¦short: " "',
        "'short' is empty",
    ),
    MalformedCase(
        "force without a short name",
        "    kind: army",
        '    ¦short: ""',
        "'short' is empty",
    ),
    MalformedCase("short name as a list", "    kind: army", "    short: ¦[army]", "write a text"),
    MalformedCase(
        "camp without words",
        "president: {core: council}",
        'president: {core: council, ¦says: ""}',
        "'says' is empty",
    ),
    MalformedCase(
        "camp with a full stop",
        "president: {core: council}",
        "president: {core: council, ¦says: the council.}",
        "leave the sign out, as in 'the side of president'",
    ),
    MalformedCase(
        "when twice",
        "mood: -1 to 1",
        "mood: {value: -1 to 1, when_low: ¦when it falls}",
        "write 'it falls'",
    ),
    MalformedCase(
        "words of a number as a list",
        "mood: -1 to 1",
        "mood: {value: -1 to 1, short: ¦[mood]}",
        "'short' is not a text",
    ),
    MalformedCase(
        "words of an attribute",
        "mass: 1 to 3",
        "mass: {value: 1 to 3, ¦short: the people}",
        "only an unknown of the scenario has words of its own",
    ),
)
"""Mistakes in the words for sentences."""
