"""The ways in which a module can be broken, one change each: cosmic-ray's, and statements left out."""

import ast
import difflib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

OPERATORS = (
    *("AddNot", "ReplaceUnaryOperator_Delete_Not", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "NumberReplacer", "ExceptionReplacer"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop"),
    *("ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add", "ReplaceBinaryOperator_Mul_Div"),
    *(
        "ReplaceBinaryOperator_Div_Mul",
        "ReplaceBinaryOperator_BitOr_BitAnd",
        "ReplaceBinaryOperator_BitAnd_BitOr",
    ),
    *("ReplaceComparisonOperator_Eq_NotEq", "ReplaceComparisonOperator_NotEq_Eq"),
    *("ReplaceComparisonOperator_Is_IsNot", "ReplaceComparisonOperator_IsNot_Is"),
    *("ReplaceComparisonOperator_Lt_LtE", "ReplaceComparisonOperator_Lt_GtE"),
    *("ReplaceComparisonOperator_LtE_Lt", "ReplaceComparisonOperator_LtE_Gt"),
    *("ReplaceComparisonOperator_Gt_GtE", "ReplaceComparisonOperator_Gt_LtE"),
    *("ReplaceComparisonOperator_GtE_Gt", "ReplaceComparisonOperator_GtE_Lt"),
)
"""Those that a person could have mistyped. ``is`` for ``==`` changes nothing here, and the order of two states, or
a shift of two texts, fails at the first line that runs: such mutants would only flatter the figure."""


@dataclass(frozen=True)
class Mutant:
    """``source`` is the module with one change: ``old`` became ``new`` from line ``number`` on."""

    number: int
    old: str
    new: str
    source: str

    def __str__(self) -> str:
        return f"{self.old or '(nothing)'}  →  {self.new or '(nothing)'}"


def mutants(source: str) -> list[Mutant]:
    """Every mutant of a module's text, each change once, in the order of its lines."""
    changed = {
        text: mutant
        for text in (*_replaced(source), *_left_out(source))
        if (mutant := _compared(source, text))
    }
    return sorted(changed.values(), key=lambda mutant: mutant.number)


def _replaced(source: str) -> Iterator[str]:
    nodes = list(ast_nodes(get_ast(source)))
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        places = sum(1 for node in nodes for _ in operator.mutation_positions(node))
        for place in range(places):
            with suppress(AttributeError):  # an exception with a dotted name, which it cannot replace
                if text := mutate_code(source, operator, place):
                    yield text


def _left_out(source: str) -> Iterator[str]:
    """A call for its effect, an error raised, a value stored on an object or added up: each replaced by ``pass``."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign():
                pass
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
                pass
            case _:
                continue
        assert node.end_lineno is not None
        indent = " " * node.col_offset
        yield "".join((*lines[: node.lineno - 1], f"{indent}pass\n", *lines[node.end_lineno :]))


def _compared(source: str, text: str) -> Mutant | None:
    """The mutant with what differs, or nothing when it is a comment or no Python at all."""
    try:
        if ast.dump(ast.parse(text)) == ast.dump(ast.parse(source)):
            return None
    except SyntaxError:
        return None
    before, after = source.splitlines(), text.splitlines()
    changes = [
        change
        for change in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if change[0] != "equal"
    ]
    (_, first, _, first_after, _), (_, _, last, _, last_after) = changes[0], changes[-1]
    old, new = (
        " ".join(map(str.strip, part)) for part in (before[first:last], after[first_after:last_after])
    )
    return None if old == "*," else Mutant(first + 1, old, new, text)  # what it marks is no product
