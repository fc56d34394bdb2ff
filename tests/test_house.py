"""What holds of every module of the package: how long it is, and how it and what is in it are called."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

import conjuncture

PACKAGE = Path(conjuncture.__file__).parent
MODULES = {path.relative_to(PACKAGE): path for path in sorted(PACKAGE.rglob("*.py"))}
LONGEST = 600

FACES = {"cli", "figures", "presentation", "report"}
"""Folders whose modules may be called after what they show: ``figures/tipping`` draws that of
``explain/tipping``, and ``cli/chronicle`` is the command of that name."""

OF_EVERY_MECHANISM = {"inputs", "model", "narrative"}
"""Modules that every mechanism has, each for the same."""

REGULAR = re.compile("[a-z]+(ed|ing)")
VERBS_AND_NOUNS = {"bring", "embed", "exceed", "feed", "need", "proceed", "seed", "speed", "string"}
"""What ends like a participle or a gerund and is none."""

IRREGULAR = re.compile(
    "beaten|become|been|begun|bent|borne|born|bought|bound|broken|brought|built|caught|"
    "chosen|dealt|done|drawn|driven|dug|eaten|fallen|fed|felt|fled|flown|forbidden|"
    "forgotten|found|frozen|given|gone|grown|had|heard|held|hidden|hung|kept|known|laid|"
    "led|left|lent|lost|made|meant|met|paid|ridden|risen|said|seen|sent|shaken|shot|shown|"
    "shrunk|sold|sought|spent|spoken|stolen|stood|struck|stuck|sunk|swept|sworn|taken|"
    "taught|thought|thrown|told|torn|understood|won|worn|woven|written"
)
"""Past participles that do not end in -ed; those that are called like the verb (cut, read, set) or
like a noun (cast, spread) are left out."""


def is_participle(name):
    """Whether a name of one word is a past participle or a gerund, and says what was done to what?"""
    word = name.strip("_")
    regular = REGULAR.fullmatch(word) and word not in VERBS_AND_NOUNS
    return bool(regular or IRREGULAR.fullmatch(word))


def defined_in(path, kind):
    """Return all that a module defines of a kind, within classes and functions, too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, kind)]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("told", True),
        ("_weighed", True),
        ("sharing", True),
        ("seed", False),
        ("string", False),
        ("read", False),
        ("share_of", False),
        ("moved_by_effects", False),
        ("measure", False),
    ],
)
def test_a_participle_is_told_from_a_verb_and_a_noun(name, is_one):
    assert is_participle(name) is is_one


def test_no_module_is_long():
    lengths = {
        str(name): len(path.read_text(encoding="utf-8").splitlines())
        for name, path in MODULES.items()
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_function_is_called_by_a_bare_participle_or_gerund():
    """A function is a verb phrase or a noun with ``of``: ``tell_claim``, ``share_of``.

    ``given`` is a word of the language: the condition of a quantity.
    """
    wrong = [
        f"{name}:{node.lineno} {node.name}"
        for name, path in MODULES.items()
        for node in defined_in(path, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_participle(node.name) and node.name != "given"
    ]
    assert wrong == []


def test_no_two_modules_have_one_name_and_two_meanings():
    found = defaultdict(list)
    for name in MODULES:
        by_rule = name.parts[0] in FACES or (
            name.parts[0] == "mechanisms" and name.stem in OF_EVERY_MECHANISM
        )
        if name.stem != "__init__" and not by_rule:
            found[name.stem].append(str(name))
    assert {stem: names for stem, names in found.items() if len(names) > 1} == {}


def test_no_two_classes_have_one_name():
    """All but ``Stage``: as the crisis has it, and as the inputs of a mechanism describe it."""
    found = defaultdict(list)
    for name, path in MODULES.items():
        for node in defined_in(path, ast.ClassDef):
            if not node.name.startswith("_"):
                found[node.name].append(str(name))
    several = {one: names for one, names in found.items() if len(names) > 1}
    stages = several.pop("Stage")
    assert several == {}
    assert all(one in {"inputs.py", "crisis.py"} for one in (Path(name).name for name in stages))
