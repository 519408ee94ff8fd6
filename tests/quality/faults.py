"""The faults that are planted in a module, one at a time: typical mistakes, and a change of each entry of each table.

Sentences are not changed, because no program depends on their wording. Single words are, because programs depend on
them. Annotations, decorators and docstrings are not changed either: the type checker and the linter check those.
"""

import ast
import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

Enums = Mapping[str, Sequence[str]]
"""The members of each enumeration, by its name; a member is replaced by its neighbor."""
Replacement = tuple[ast.AST, str]
"""What is planted, and the name of the fault."""

_COMPARISONS: Mapping[type[ast.cmpop], Sequence[type[ast.cmpop]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_TWINS = {"any": "all", "all": "any", "min": "max", "max": "min"}
_CLEANERS = {"strip", "rstrip", "casefold", "title", "removeprefix", "replace"}
_LEFT_ALONE = {"annotation", "returns", "decorator_list", "bases"}
_WORD = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True)
class Fault:
    """One module with one fault in it."""

    module: str
    line: int
    name: str
    """Where it is and what it does, without the line, such as `judge_orders.judge_order: a not in b → a in b`."""
    code: CodeType


def enumerations(files: Sequence[Path]) -> dict[str, list[str]]:
    """Find the members of every enumeration in these files."""
    classes = [node for file in files for node in ast.parse(file.read_text()).body if isinstance(node, ast.ClassDef)]
    return {
        node.name: [to.id for one in node.body if isinstance(one, ast.Assign) for to in _names(one.targets)]
        for node in classes
        if {ast.unparse(base) for base in node.bases} & {"Enum", "StrEnum"}
    }


def faults(file: Path, enums: Enums) -> Iterator[Fault]:
    """Give every fault that can be planted in a file, in the order of its lines."""
    tree = ast.parse(file.read_text())
    known = {**enums, **_aliases(tree, enums)}
    named: dict[str, int] = {}
    for parent, field, index, node, inside in _places(tree, file.stem):
        for planted, said in replacements(node, known):
            _put(parent, field, index, planted)
            code = compile(ast.fix_missing_locations(tree), str(file), "exec")
            _put(parent, field, index, node)
            name = f"{inside}: {said}"
            named[name] = named.get(name, 0) + 1
            again = f" #{named[name]}" if named[name] > 1 else ""
            yield Fault(f"{file.parent.name}.{file.stem}", getattr(node, "lineno", 0), name + again, code)


def replacements(node: ast.AST, enums: Enums) -> Iterator[Replacement]:
    """Give what may be planted in place of a node."""
    yield from _other_decisions(node)
    yield from _other_values(node, enums)


def _other_decisions(node: ast.AST) -> Iterator[Replacement]:
    match node:
        case ast.Compare(ops=[op]):
            yield from (_changed(node, ops=[other()]) for other in _COMPARISONS[type(op)])
        case ast.BoolOp():
            yield _changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
            yield from _without_one(node, "values")
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand, f"{ast.unparse(node)} → {ast.unparse(node.operand)}"
        case ast.If() | ast.IfExp():
            yield from (_decided(node, value=value) for value in (True, False))
        case ast.While():  # a loop that never ends is not a typical mistake
            yield _decided(node, value=False)
        case ast.comprehension() if node.ifs:
            yield from _without_one(node, "ifs")
        case ast.Name() if node.id in _TWINS:
            yield _changed(node, id=_TWINS[node.id])


def _other_values(node: ast.AST, enums: Enums) -> Iterator[Replacement]:
    match node:
        case ast.BinOp() | ast.AugAssign() if type(node.op) in _ARITHMETIC:
            yield _changed(node, op=_ARITHMETIC[type(node.op)]())
        case ast.Constant():
            yield from ((ast.Constant(value), f"{node.value!r} → {value!r}") for value in _other_constants(node.value))
        case ast.Attribute(value=ast.Name(id=name)) if node.attr in enums.get(name, ()):
            yield from (_changed(node, attr=other) for other in _neighbours(enums[name], node.attr))
        case ast.Dict() | ast.Set() | ast.List() | ast.Tuple() if isinstance(
            getattr(node, "ctx", ast.Load()), ast.Load
        ):
            yield from _without_one(node, "keys" if isinstance(node, ast.Dict) else "elts")
        case ast.Call():
            yield from _other_calls(node)
        case ast.Expr() | ast.Raise():
            yield ast.Pass(), f"{ast.unparse(node)} → pass"


def _other_calls(node: ast.Call) -> Iterator[Replacement]:
    if isinstance(node.func, ast.Attribute) and node.func.attr in _CLEANERS:
        yield node.func.value, f"{ast.unparse(node)} → {ast.unparse(node.func.value)}"
    yield from _without_one(node, "keywords")


def _other_constants(value: object) -> list[bool] | list[int] | list[str]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    return [f"{value}_"] if isinstance(value, str) and _WORD.fullmatch(value) else []


def _neighbours(members: Sequence[str], member: str) -> list[str]:
    at = members.index(member)
    return sorted({members[at - 1], members[(at + 1) % len(members)]} - {member})


def _decided(node: ast.If | ast.IfExp | ast.While, *, value: bool) -> Replacement:
    changed = copy.copy(node)
    changed.test = ast.Constant(value)
    return changed, f"if {ast.unparse(node.test)} → if {value}"


def _changed(node: ast.AST, **fields: object) -> Replacement:
    changed = copy.copy(node)
    for field, value in fields.items():
        setattr(changed, field, value)
    return changed, f"{ast.unparse(node)} → {ast.unparse(changed)}"


def _without_one(node: ast.AST, field: str) -> Iterator[Replacement]:
    """Give the node without one of its operands, conditions, entries or named arguments."""
    for at, left_out in enumerate(getattr(node, field)):
        changed = copy.copy(node)
        for name in ("keys", "values") if isinstance(node, ast.Dict) else (field,):
            setattr(changed, name, [one for place, one in enumerate(getattr(node, name)) if place != at])
        single = isinstance(changed, ast.BoolOp) and len(changed.values) == 1
        said = ast.unparse(left_out) if left_out is not None else "**"
        yield (changed.values[0] if single else changed), f"{_short(node)} without {said}"  # type: ignore[attr-defined] # a BoolOp


def _short(node: ast.AST) -> str:
    written = " ".join(ast.unparse(node).split())
    most = 70
    return written if len(written) <= most else f"{written[:most]}…"


def _places(node: ast.AST, inside: str) -> Iterator[tuple[ast.AST, str, int | None, ast.AST, str]]:
    """Give every node that may be replaced, with its parent, the field and index there, and its function or class."""
    for field, value in ast.iter_fields(node):
        if field in _LEFT_ALONE:
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _is_left_alone(child, node):
                continue
            within = f"{inside}.{child.name}" if isinstance(child, ast.FunctionDef | ast.ClassDef) else inside
            yield node, field, index if isinstance(value, list) else None, child, within
            yield from _places(child, within)


def _is_left_alone(node: ast.AST, parent: ast.AST) -> bool:
    """True for docstrings, the arguments of a type, and code that runs only when the file is a program."""
    if isinstance(parent, ast.Subscript) and isinstance(node, ast.Tuple):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.If) and ast.unparse(node.test).startswith("__name__")


def _put(parent: ast.AST, field: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _aliases(tree: ast.Module, enums: Enums) -> dict[str, Sequence[str]]:
    """Find the short names of enumerations, such as `K = NumberKind`."""
    assigned = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)]
    return {
        to.id: enums[ast.unparse(node.value)]
        for node in assigned
        for to in _names(node.targets)
        if ast.unparse(node.value) in enums
    }


def _names(targets: Sequence[ast.expr]) -> list[ast.Name]:
    return [to for to in targets if isinstance(to, ast.Name)]
