"""Expressions as text: for `explain`, for the model's hash, and for error messages."""

from synaptrace.graph.expression import in_order

FORMS = {
    "add": "({} + {})",
    "subtract": "({} - {})",
    "multiply": "{}*{}",
    "negate": "-{}",
    "reciprocal": "1/{}",
    "exp": "exp({})",
    "log": "log({})",
    "sqrt": "sqrt({})",
    "maximum": "max({}, {})",
    "minimum": "min({}, {})",
    "select": "({2} if {0} > {1} else {3})",
}


def formula(node):
    """One expression as a formula a reader can follow."""
    text = {}
    for x in in_order([node]):
        if x.op == "symbol":
            text[x.number] = x.operands[0]
        elif x.op == "constant":
            text[x.number] = f"{x.operands[0]:g}"
        elif x.op in FORMS:
            text[x.number] = FORMS[x.op].format(*(text[o.number] for o in x.operands))
        else:  # a whole table
            text[x.number] = f"{x.op.partition('|')[2]}({', '.join(_strip(text[o.number]) for o in x.operands)})"
    return _strip(text[node.number])


def _strip(text):
    """Drop one pair of parentheses around the whole."""
    if not text.startswith("(") or not text.endswith(")"):
        return text
    depth = 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if depth == 0 and i < len(text) - 1:
            return text
    return text[1:-1]


def listing(outputs):
    """All expressions as numbered lines, shared parts once: the exact structure, whatever the spelling."""
    place, lines = {}, []
    for x in in_order(outputs):
        given = [repr(x.operands[0])] if x.op in ("symbol", "constant") else [f"#{place[o.number]}" for o in x.operands]
        place[x.number] = len(lines)
        lines.append(f"{x.op} {' '.join(given)}")
    return "\n".join([*lines, *(f"out #{place[o.number]}" for o in outputs)])
