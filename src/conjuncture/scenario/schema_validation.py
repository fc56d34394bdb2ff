"""Hold a part of the tree against a pydantic model, and say in our words what does not fit."""

from __future__ import annotations

from collections.abc import Collection, Set
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from conjuncture.language.names import find_nearest_name
from conjuncture.scenario.source import Diagnostics
from conjuncture.scenario.yaml_tree import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    YamlNode,
    plain_data,
)

Model = TypeVar("Model", bound=BaseModel)
KeyPath = tuple[int | str, ...]

_EXPECTED = {
    "dict_type": "'key: value' lines",
    "model_type": "'key: value' lines",
    "model_attributes_type": "'key: value' lines",
    "list_type": "a list, as in [unions, students]",
    "tuple_type": "a list",
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}

_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def validate(
    model: type[Model],
    node: MappingNode,
    diagnostics: Diagnostics,
    what: str,
    also: tuple[str, ...] = (),
    leave: tuple[str, ...] = (),
    constants: Collection[str] = (),
) -> Model | None:
    """Return what ``node`` says as a ``model``; note everything that does not fit.

    Parameters
    ----------
    model : type of BaseModel
        The model.
    node : MappingNode
        The part of the tree.
    diagnostics : Diagnostics
        Where mistakes go.
    what : str
        What the part is, for the sentences: ``the scenario``, ``stage 'showdown'``.
    also : tuple of str
        Further keys that hints for a misspelt key may name.
    leave : tuple of str
        Keys of ``node`` that this model does not judge.
    constants : collection of str
        The structural constants of all mechanisms, which stand under ``unknowns``.

    Returns
    -------
    BaseModel or None
        Where only superfluous or optional entries are wrong, the model without them, so that
        the rest of the scenario can still be checked; None when nothing can be made of it.
    """
    data = plain_data(node)
    for key in leave:
        data.pop(key, None)
    for _ in range(3):
        try:
            return model.model_validate(data)
        except ValidationError as error:
            details = error.errors(include_url=False)
        superfluous = {str(one["loc"][-1]) for one in details if one["type"] == "extra_forbidden"}
        for detail in details:
            _tell_misfit(model, node, diagnostics, what, also, constants, detail, superfluous)
        if not all(_drop_entry(data, detail) for detail in details):
            return None
    return None


def locate(node: YamlNode, path: KeyPath) -> tuple[YamlNode, ScalarNode | None, bool]:
    """Follow a path of keys and positions as far as it leads.

    Returns
    -------
    tuple
        The last node found, the key under which it stands (None at a list item or at the
        start), and whether the whole path was found.
    """
    key: ScalarNode | None = None
    for step in path:
        if isinstance(node, MappingNode) and isinstance(step, str):
            found = node.get(step)
            if found is None:
                return node, key, False
            key, node = node.key(step), found
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
            node, key = node.items[step], None
        elif isinstance(node, ScalarNode):
            return node, key, False
    return node, key, True


def _tell_misfit(
    model: type[BaseModel],
    root: YamlNode,
    diagnostics: Diagnostics,
    what: str,
    also: tuple[str, ...],
    constants: Collection[str],
    detail: ErrorDetails,
    superfluous: Set[str],
) -> None:
    path, kind = detail["loc"], detail["type"]
    node, key, _ = locate(root, path)
    if node.broken:
        return
    listed = any(isinstance(step, int) for step in path)
    inside = f"'{key.value}'" if key is not None else "this entry of the list" if listed else what
    if kind == "missing":
        name = path[-1]
        if _is_explained(node, str(name), superfluous):
            return
        start = key if key is not None else node
        diagnostics.refuse(start, f"{inside} has no '{name}'", _describe_field(model, path, name))
    elif kind == "extra_forbidden":
        name = str(path[-1])
        owning, parent, _ = locate(root, path[:-1])
        owner = f"'{parent.value}'" if parent is not None else what
        known = (*_field_names(model, path[:-1]), *(also if len(path) == 1 else ()))
        remedy = _remedy_for_unknown(name, known, constants, _keys_of(owning))
        diagnostics.refuse(key or node, f"'{name}' is not known in {owner}", remedy)
    else:
        problem, remedy = _misfit_sentence(detail, node, inside)
        diagnostics.refuse(node, problem, remedy)


def _misfit_sentence(detail: ErrorDetails, node: YamlNode, inside: str) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _EXPECTED:
        return f"{inside} is {_show(node)}", f"write {_EXPECTED[kind]}"
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"{inside} is {_show(node)}", f"write a number that is {words} {context[name]}"
    if kind in ("literal_error", "enum"):
        expected = str(context["expected"]).replace(" or ", ", ").replace("'", "")
        known = [word.strip() for word in expected.split(",")]
        guess = find_nearest_name(node.value, known) if isinstance(node, ScalarNode) else None
        remedy = f"did you mean '{guess}'?" if guess else f"write {' or '.join(known)}"
        return f"{inside} is {_show(node)}", remedy
    if kind == "too_short":
        return f"{inside} has too few entries", f"write at least {context['min_length']}"
    if kind == "too_long":
        return f"{inside} has too many entries", f"write at most {context['max_length']}"
    if kind == "value_error":
        return f"{inside} does not fit: {context['error']}", ""
    return f"{inside} is {_show(node)}, which does not fit here", "see 'conjuncture schema'"


def _remedy_for_unknown(
    name: str, known: tuple[str, ...], constants: Collection[str], present: Set[str]
) -> str:
    belongs = "is a constant of the whole scenario: write it under 'unknowns'"
    if name in constants:
        return f"it {belongs}"
    guess = find_nearest_name(name, known)
    if guess is not None:
        return f"did you mean '{guess}'?"
    guess = find_nearest_name(name, constants)
    if guess is not None:
        return f"did you mean '{guess}'? That {belongs}"
    known = tuple(key for key in known if key not in present)
    return f"write one of: {', '.join(known)}" if known else "delete it"


def _keys_of(node: YamlNode | None) -> frozenset[str]:
    """Return the keys that a mapping has."""
    return (
        frozenset(key.value for key, _ in node.pairs)
        if isinstance(node, MappingNode)
        else frozenset()
    )


def _is_explained(node: YamlNode, name: str, unknown: Set[str]) -> bool:
    """Return whether what is missing is there, wrong in itself, or misspelt as something else."""
    present = _keys_of(node)
    return name in present or any(find_nearest_name(key, [name]) for key in present & unknown)


def _show(node: YamlNode) -> str:
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    text = " ".join(node.value.split())
    return f"'{text}'" if len(text) <= 40 else f"'{text[:37]}...'"


def _field_names(model: type[BaseModel], path: KeyPath) -> tuple[str, ...]:
    owner = _model_at(model, path)
    return () if owner is None else tuple(owner.model_fields)


def _describe_field(model: type[BaseModel], path: KeyPath, name: int | str) -> str:
    owner = _model_at(model, path[:-1])
    field = owner.model_fields.get(str(name)) if owner is not None else None
    if field is None or not field.description:
        return f"add '{name}: ...'"
    return f"add '{name}: ...', {field.description}"


def _model_at(model: type[BaseModel], path: KeyPath) -> type[BaseModel] | None:
    """Return the model that stands at a path inside ``model``."""
    annotation: Any = model
    for step in path:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            field = annotation.model_fields.get(str(step))
            if field is None:
                return None
            annotation = field.annotation
        else:
            annotation = _item_type(annotation)
        annotation = _without_none(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return None


def _item_type(annotation: Any) -> Any:
    arguments = get_args(annotation)
    return arguments[-1] if arguments else None


def _without_none(annotation: Any) -> Any:
    arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
    return arguments[0] if type(None) in get_args(annotation) and arguments else annotation


def _drop_entry(data: Any, detail: ErrorDetails) -> bool:
    """Take what a mistake is about out of the data; False when that cannot help."""
    if detail["type"] in ("missing", "too_short"):
        return False
    for step in detail["loc"][:-1]:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return False
    if isinstance(data, dict):
        data.pop(detail["loc"][-1], None)
        return True
    return False
