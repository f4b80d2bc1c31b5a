"""A mechanism file is short, imports only `core`, and holds no number outside its tables."""

import ast

from synaptrace.errors import WiringError

LITERALS = (0, 1, 2)
LINES, BODY = 80, 15


def check_text(name, source):
    """Raise WiringError for a forbidden import, a literal, or a file over its budget."""
    tree = ast.parse(source)
    if len(source.splitlines()) > LINES:
        raise WiringError(f"{name} is too long.", got=f"{len(source.splitlines())} lines", expected=f"at most {LINES}")
    if not ast.get_docstring(tree):
        raise WiringError(f"{name} has no docstring.", fix="write the sentence of its name as the first line")
    for node in ast.walk(tree):
        module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name if isinstance(node, ast.Import) else None
        if module and module != "synaptrace.core":
            raise WiringError(f"{name} imports '{module}'.", expected="synaptrace.core and nothing else")
        if isinstance(node, ast.FunctionDef):
            _check_equations(name, node)


def _check_equations(name, function):
    lines = function.end_lineno - function.body[0].lineno + 1
    if lines > BODY:
        raise WiringError(f"{name}: the equations are too long.", got=f"{lines} lines", expected=f"at most {BODY}")
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and node.value not in LITERALS:
            raise WiringError(
                f"{name}: the equations hold the number {node.value}.",
                expected="0, 1 or 2",
                fix="write it as a parameter with a unit and a source",
            )
        if isinstance(node, ast.If):
            raise WiringError(f"{name}: the equations branch on a value.", fix="use where(condition, then, otherwise)")
