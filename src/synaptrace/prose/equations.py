"""Equations of a mechanism as readable mathematics, from the source of its function."""

import ast
import inspect
import re
import textwrap

from synaptrace.errors import ResultError
from synaptrace.page.words import number

WIDTH, INDENT = 110, 8
SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4  # how tightly a text binds
SIGNS = {ast.Add: "+", ast.Sub: "\u2212", ast.Gt: ">", ast.Lt: "<", ast.GtE: "\u2265", ast.LtE: "\u2264"}
RENAMED = {"log": "ln", "maximum": "max", "minimum": "min", "sqrt": "\u221a", "relative_hill": "hill\u2081"}
DOT, QUOTIENT = " \u00b7 ", " / "
RAISED = ("\u00b2", "\u00b3")  # to the second and third
OWN_LINES = ("ddt", "out", "transport", "markov")  # calls that stand for lines, not for a value


def equations_of(mechanism):
    """Lines of mathematics: helpers and steps in between first, then slopes (d x / dt) and what is given to others.

    Raises ResultError for a form that has no mathematics here, such as a kinetic scheme.
    """
    function = mechanism.function
    lines = [line for helper in _helpers(function) for line in _definition(_tree(helper), _Writer(helper.__globals__))]
    return [wrapped for line in lines + _lines(function) for wrapped in _wrapped(line)]


def _lines(function):
    writer, tree = _Writer(function.__globals__), _tree(function)
    lines = []
    for step in tree.body:
        lines += writer.statement(step)
    return lines


def _tree(function):
    whole = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return next(node for node in ast.walk(whole) if isinstance(node, ast.FunctionDef))


def _helpers(function):
    """Functions of the same file that the equations call, in order of their definition."""
    called = {n.id for n in ast.walk(_tree(function)) if isinstance(n, ast.Name)}
    own = [f for n, f in function.__globals__.items() if n in called and inspect.isfunction(f)]
    return sorted((f for f in own if f.__module__ == function.__module__), key=lambda f: f.__code__.co_firstlineno)


def _definition(tree, writer):
    """`name(a, b) = ...`, and below it what is computed on the way."""
    steps = [line for step in tree.body[:-1] for line in writer.statement(step)]
    value = writer.text(tree.body[-1].value)
    where = [f"    where {line}" if k == 0 else f"          {line}" for k, line in enumerate(steps)]
    return [f"{tree.name}({', '.join(a.arg for a in tree.args.args)}) = {value}", *where]


def _wrapped(line):
    """The line, broken between terms where it is long, and between factors only where a term alone is too long."""
    lead = len(line) - len(line.lstrip())
    own, following, found = " " * lead, " " * (lead + INDENT), []
    for signs in (QUOTIENT + DOT, QUOTIENT):
        held = re.sub(f" ([{signs.replace(' ', '')}]) ", "\u00a0\\1\u00a0", line.strip())
        found = textwrap.wrap(held, WIDTH, initial_indent=own, subsequent_indent=following, break_long_words=False)
        if max(map(len, found)) <= WIDTH:
            break
    return [text.replace("\u00a0", " ") for text in found]


class _Writer:
    """Python as mathematics. `known` are the global names of the function: constants are written as numbers."""

    def __init__(self, known):
        self.known, self.bound, self.steps = known, {}, set()

    def statement(self, step):
        """Lines of one statement; what is kept for the end, such as `slopes = ddt(...)`, gives none."""
        if isinstance(step, ast.FunctionDef):
            return _definition(step, self)
        if isinstance(step, ast.Return):
            return [line for part in _parts(step.value) for line in self.result(part)]
        if isinstance(step, ast.Assign):
            pairs = zip(_parts(step.targets[0]), _parts(step.value), strict=False)
            return [line for name, value in pairs for line in self.assign(name, value)]
        return [] if isinstance(step, ast.Expr) else self.refused(step)

    def assign(self, name, value):
        if _called(value) in OWN_LINES and isinstance(name, ast.Name):
            self.bound[name.id] = value
            return []
        self.steps.add(self.text(name))
        return [f"{self.text(name)} = {self.text(value)}"]

    def result(self, value):
        """Lines of what the equations return: slopes, schemes and values given."""
        value = self.bound.get(value.id, value) if isinstance(value, ast.Name) else value
        kind = _called(value)
        if kind == "ddt":
            lines = [line for scheme in value.args for line in self.result(scheme)]
            return lines + [f"d {k.arg} / dt = {self.text(k.value)}" for k in value.keywords]
        if kind == "out":
            named = [(k.arg, self.text(k.value)) for k in value.keywords]
            return [f"{n} (given) = {t}" if n in self.steps else f"{n} = {t}" for n, t in named if t != n]
        if kind == "transport":
            return [f"d {place} / dt = {self.text(slope)}" for place, slope in _slopes_of(value).items()]
        return self.refused(value)

    def text(self, node, least=0):
        """The expression as text, in parentheses where it binds less tightly than `least`."""
        text, binds = self.expression(node)
        return f"({text})" if binds < least else text

    def expression(self, node):
        """(text, how tightly it binds)."""
        if isinstance(node, ast.Constant):
            return self.constant(node.value)
        if isinstance(node, ast.Name):
            value = self.known.get(node.id)
            return self.constant(value) if isinstance(value, int | float) else (node.id, ATOM)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return f"\u2212{self.text(node.operand, PRODUCT)}", SUM
        if isinstance(node, ast.BinOp):
            return self.binary(node)
        if isinstance(node, ast.Compare):
            signs = "".join(f" {SIGNS[type(o)]} {self.text(c, SUM)}" for o, c in zip(node.ops, node.comparators, strict=True))
            return self.text(node.left, SUM) + signs, 0
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, ast.Tuple):
            return ", ".join(map(self.text, node.elts)), 0
        return self.refused(node)

    def constant(self, value):
        """A number binds as a sum where it is negative, and as a product where it has a power of ten."""
        if not isinstance(value, int | float):
            return repr(value), ATOM
        text = f"{value:.15g}"
        text = number(value) if "e" in text else text.replace("-", "\u2212")
        return text, SUM if value < 0 else PRODUCT if "\u00d7" in text else ATOM

    def refused(self, node):
        """Raise ResultError rather than print Python among mathematics."""
        file = self.known["__name__"].rpartition(".")[2]
        raise ResultError(
            f"the equations of '{file}' cannot be printed as mathematics.",
            given=textwrap.shorten(ast.unparse(node), 80, placeholder=" ..."),
            reason="kinetic schemes, lists and loops are not printed",
        )

    def binary(self, node):
        if isinstance(node.op, ast.Pow):
            return self.raised(node.left, node.right)
        if isinstance(node.op, ast.Mult | ast.Div):
            return self.product(*_factors(node))
        right = self.text(node.right, PRODUCT if isinstance(node.op, ast.Sub) else SUM)
        if right.startswith("\u2212"):
            right = f"({right})"
        return f"{self.text(node.left, SUM)} {SIGNS[type(node.op)]} {right}", SUM

    def product(self, over, under):
        """Factors above the line first, then all below it, so that nothing stands between two slashes."""
        if isinstance(over[0], ast.UnaryOp) and isinstance(over[0].op, ast.USub):
            return "\u2212" + self.product([over[0].operand, *over[1:]], under)[0], SUM
        texts = [self.text(n, PRODUCT) for n in over]
        if "0" in texts:
            return "0", ATOM
        texts = [t for t in texts if t != "1"] or ["1"]
        top = DOT.join(f"({t})" if " / " in t and len(texts) > 1 and not _closed(t) else t for t in texts)
        if not under:
            return top, PRODUCT if len(texts) > 1 else ATOM if _closed(top) else PRODUCT
        below = [self.text(n, POWER) for n in under]
        return f"{top} / {below[0]}" if len(below) == 1 else f"{top} / ({DOT.join(below)})", PRODUCT

    def raised(self, base, exponent):
        text = self.text(base, ATOM)
        if isinstance(exponent, ast.Constant) and exponent.value in (2, 3):
            return text + RAISED[exponent.value == 3], POWER
        return f"{text}^{self.text(exponent, ATOM)}", POWER

    def call(self, node):
        name, given = ast.unparse(node.func), [*node.args, *(k.value for k in node.keywords)]
        if name == "power":
            return self.raised(*given)
        if name == "warmed":
            T, T_0, Q10 = map(self.text, given, (SUM, PRODUCT, ATOM))
            return f"{Q10}^(({T} \u2212 {T_0}) / 10 K)", POWER
        if name == "where":
            return self.choice(node)
        if _plain_hill(node):
            return self.product(*_factors(node))
        return f"{RENAMED.get(name, name)}({', '.join(map(self.text, given))})", ATOM

    def choice(self, node):
        """`a if x > y, else b`, in parentheses."""
        condition, then, otherwise = node.args
        rest = self.choice(otherwise)[0][1:-1] if _called(otherwise) == "where" else self.text(otherwise)
        return f"({self.text(then)} if {self.text(condition)}, else {rest})", ATOM


def _called(node):
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _parts(node):
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _closed(text):
    """Whether one pair of parentheses, or a single word, holds the whole text."""
    if " " not in text:
        return True
    depth = 0
    for k, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and k < len(text) - 1 and sign == " ":
            return False
    return text.endswith(")")


def _plain_hill(node):
    """Whether this is hill(x, half, 1), written x / (half + x)."""
    return _called(node) == "hill" and isinstance(node.args[2], ast.Constant) and node.args[2].value == 1


def _times(a, b):
    return ast.BinOp(a, ast.Mult(), b)


def _factors(node):
    """(nodes above the line, nodes below it) of a chain of products and quotients."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        (over, under), (more, less) = _factors(node.left), _factors(node.right)
        return (over + more, under + less) if isinstance(node.op, ast.Mult) else (over + less, under + more)
    if isinstance(node, ast.Call) and _plain_hill(node):
        x, half, _ = node.args
        return [x], [ast.BinOp(half, ast.Add(), x)]
    return [node], []


def _slopes_of(call):
    """{place: slope} of a `transport(...)`: what comes in, what comes from and goes to neighbors, what is lost."""
    named = {k.arg: k.value for k in call.keywords}
    places = {k: v for k, v in named.items() if k not in ("gains", "losses")}
    gains, losses = (_table(named.get(k)) for k in ("gains", "losses"))
    found = {}
    for place in places:
        plus, minus = ([gains[place]] if place in gains else []), []
        for a, b, out, back in (step.elts for step in call.args[0].elts):
            if place in (a.value, b.value):
                other, leaving, coming = (b.value, out, back) if place == a.value else (a.value, back, out)
                plus.append(_times(coming, places[other]))
                minus.append(_times(leaving, places[place]))
        minus += [_times(losses[place], places[place])] if place in losses else []
        slope = plus[0]
        for term in plus[1:]:
            slope = ast.BinOp(slope, ast.Add(), term)
        for term in minus:
            slope = ast.BinOp(slope, ast.Sub(), term)
        found[place] = slope
    return found


def _table(node):
    return {} if node is None else {k.value: v for k, v in zip(node.keys, node.values, strict=True)}
