"""Straight-line vector functions as LLVM IR text: arithmetic, exp, log, and whole expressions.

Rules that keep a lane's digits independent of its neighbors, the width and the optimizer: a fused multiply-add
only where it is written here, no fast-math flag, no library function, IEEE division and square root.
"""

import struct

from synaptrace.graph.expression import in_order, leaves

# exp(x) on [-ln2/2, ln2/2], degree 11: Chebyshev fit in extended precision
EXP = tuple(
    map(
        float.fromhex,
        (
            "0x1.0000000000000p+0",
            "0x1.0000000000000p+0",
            "0x1.0000000000011p-1",
            "0x1.555555555555ap-3",
            "0x1.555555554f048p-5",
            "0x1.111111110f1fbp-7",
            "0x1.6c16c18817edep-10",
            "0x1.a01a01b154bb1p-13",
            "0x1.a019916180910p-16",
            "0x1.71ddf546757bbp-19",
            "0x1.28b44adb21798p-22",
            "0x1.af63725682995p-26",
        ),
    )
)
# log(1 + f) through z = (f / (2 + f)) squared: the minimax coefficients of FreeBSD's e_log.c
LOG = (
    2.0,
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
LN2_HIGH, LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10
HALF_ROOT = 0x3FF0000000000000 - 0x3FE6A09E00000000  # 1.0 minus sqrt(1/2), as bit patterns


class Function:
    """One IR function over pointers to rows of `width` lanes; methods return names of values."""

    def __init__(self, name, arguments, width):
        self.width, self.count, self.lines, self.loaded = width, 0, [], {}
        self.kind, self.whole = f"<{width} x double>", f"<{width} x i64>"
        self.align = min(64, 8 * width)
        self.head = f"define void @{name}(" + ", ".join(f"ptr noalias %{a}" for a in arguments) + ") {\n"

    def new(self, text):
        self.count += 1
        self.lines.append(f"  %v{self.count} = {text}")
        return f"%v{self.count}"

    def constant(self, value):
        bits = f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
        return "<" + ", ".join([f"double {bits}"] * self.width) + ">"

    def integer(self, value):
        return "<" + ", ".join([f"i64 {value}"] * self.width) + ">"

    def pointer(self, argument, row):
        return self.new(f"getelementptr double, ptr %{argument}, i64 {row * self.width}") if row else f"%{argument}"

    def load(self, argument, row):
        if (argument, row) not in self.loaded:
            self.loaded[argument, row] = self.new(f"load {self.kind}, ptr {self.pointer(argument, row)}, align {self.align}")
        return self.loaded[argument, row]

    def store(self, argument, row, value):
        self.lines.append(f"  store {self.kind} {value}, ptr {self.pointer(argument, row)}, align {self.align}")

    def binary(self, operation, a, b):
        return self.new(f"{operation} {self.kind} {a}, {b}")

    def bitwise(self, operation, a, b):
        return self.new(f"{operation} {self.whole} {a}, {b}")

    def add(self, a, b):
        return self.binary("fadd", a, b)

    def subtract(self, a, b):
        return self.binary("fsub", a, b)

    def multiply(self, a, b):
        return self.binary("fmul", a, b)

    def negate(self, a):
        return self.new(f"fneg {self.kind} {a}")

    def reciprocal(self, a):
        return self.binary("fdiv", self.constant(1.0), a)

    def call(self, name, *values):
        given = ", ".join(f"{self.kind} {v}" for v in values)
        return self.new(f"call {self.kind} @llvm.{name}.v{self.width}f64({given})")

    def fused(self, a, b, c):
        return self.call("fma", a, b, c)

    def sqrt(self, a):
        return self.call("sqrt", a)

    def absolute(self, a):
        return self.call("fabs", a)

    def greater(self, a, b):
        return self.new(f"fcmp ogt {self.kind} {a}, {b}")

    def choose(self, condition, then, otherwise):
        return self.new(f"select <{self.width} x i1> {condition}, {self.kind} {then}, {self.kind} {otherwise}")

    def maximum(self, a, b):
        return self.choose(self.greater(b, a), b, a)

    def minimum(self, a, b):
        return self.choose(self.greater(a, b), b, a)

    def select(self, a, b, then, otherwise):
        return self.choose(self.greater(a, b), then, otherwise)

    def bits(self, a):
        return self.new(f"bitcast {self.kind} {a} to {self.whole}")

    def real(self, a):
        return self.new(f"bitcast {self.whole} {a} to {self.kind}")

    def polynomial(self, coefficients, x):
        value = self.constant(coefficients[-1])
        for c in coefficients[-2::-1]:
            value = self.fused(value, x, self.constant(c))
        return value

    def exp(self, x):
        """E to the x for x in [-708, 708], clamped outside; error below 1 unit in the last place."""
        c = self.constant
        x = self.minimum(self.maximum(x, c(-708.0)), c(708.0))
        shifted = self.fused(x, c(1.4426950408889634), c(6755399441055744.0))
        n = self.subtract(shifted, c(6755399441055744.0))
        rest = self.fused(n, c(-LN2_LOW), self.fused(n, c(-LN2_HIGH), x))
        scaled = self.bitwise("shl", self.bits(shifted), self.integer(52))
        return self.real(self.bitwise("add", self.bits(self.polynomial(EXP, rest)), scaled))

    def log(self, x):
        """Natural logarithm of a positive normal number; NaN of a negative one."""
        c = self.constant
        raised = self.bitwise("add", self.bits(x), self.integer(HALF_ROOT))
        power = self.bitwise("or", self.bitwise("lshr", raised, self.integer(52)), self.integer(0x4330000000000000))
        k = self.subtract(self.real(power), c(4503599627370496.0 + 1023))
        m = self.bitwise("add", self.bitwise("and", raised, self.integer(0xFFFFFFFFFFFFF)), self.integer(0x3FE6A09E00000000))
        m = self.real(m)
        f = self.multiply(self.subtract(m, c(1.0)), self.reciprocal(self.add(m, c(1.0))))
        series = self.multiply(f, self.polynomial(LOG, self.multiply(f, f)))
        value = self.fused(k, c(LN2_HIGH), self.fused(k, c(LN2_LOW), series))
        return self.choose(self.greater(c(0.0), x), c(float("nan")), value)

    def text(self):
        return self.head + "\n".join(self.lines) + "\n  ret void\n}\n"


class Emitter:
    """Writes expressions into a function when they are first asked for; `leaf` is {node number: (argument, row)}."""

    def __init__(self, function, outputs, leaf):
        self.function, self.leaf, self.done, self.uses = function, leaf, {}, {}
        for node in in_order(outputs, leaf):
            if not leaves(node) and node.number not in leaf:
                for x in node.operands:
                    self.uses[x.number] = self.uses.get(x.number, 0) + 1
        for node in outputs:
            self.uses[node.number] = self.uses.get(node.number, 0) + 1

    def __call__(self, wanted):
        stack = [wanted]
        while stack:
            node = stack[-1]
            if node.number in self.done:
                stack.pop()
                continue
            if node.number in self.leaf or node.op == "constant":
                self.done[node.number] = self._leaf(node)
                continue
            fused = self._fused(node)
            needs = [*fused[0].operands, fused[1]] if fused else node.operands
            missing = [x for x in needs if x.number not in self.done]
            if missing:
                stack.extend(reversed(missing))
                continue
            values = [self.done[x.number] for x in needs]
            self.done[node.number] = self._write_fused(fused[2], *values) if fused else getattr(self.function, node.op)(*values)
        return self.done[wanted.number]

    def _leaf(self, node):
        return (
            self.function.load(*self.leaf[node.number]) if node.number in self.leaf else self.function.constant(node.operands[0])
        )

    def _fused(self, node):
        """(product, other operand, which sign) where a sum holds a product that nothing else uses."""
        if node.op not in ("add", "subtract"):
            return None
        for k, x in enumerate(node.operands):
            if x.op == "multiply" and self.uses.get(x.number) == 1 and x.number not in self.leaf:
                return x, node.operands[1 - k], "plain" if node.op == "add" else "product" if k else "other"
        return None

    def _write_fused(self, negated, a, b, c):
        f = self.function
        if negated == "product":
            return f.fused(f.negate(a), b, c)
        return f.fused(a, b, f.negate(c) if negated == "other" else c)
