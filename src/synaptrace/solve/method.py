"""The stages, error norm, dense output and acceptance of Rodas5P as IR loops over the states."""

from synaptrace.solve import rodas5p as method
from synaptrace.solve.emit import Function

STAGE_KERNELS = [f"stage{s}" for s in range(1, method.STAGES)]
FLUSH = 1e-100  # leftovers below become 0: subnormal numbers slow a core down and depend on its mode


def method_kernels(width, states, needed, reads_time):
    """IR text of the model-independent kernels. `needed` are the states whose dense output is wanted."""
    parts = [_stage(s, width, states, reads_time) for s in range(1, method.STAGES)]
    parts += [
        _error(width, states),
        _dense(width, states, needed),
        _accept(width, states),
        _size(width, states),
        _shift(width, states),
    ]
    return "\n".join(parts)


class _Loop:
    """A function that runs its body once per state; `before` runs once, `total` is a running sum over the states."""

    def __init__(self, name, arguments, width, states):
        self.f, self.states = Function(name, arguments, width), states
        self.before, self.total = [], None

    def row(self, argument, plane=0):
        f = self.f
        start = f.new(f"getelementptr double, ptr %{argument}, i64 {plane * self.states * f.width}") if plane else f"%{argument}"
        return f.new(f"getelementptr double, ptr {start}, i64 %offset")

    def load(self, argument, plane=0):
        return self.f.new(f"load {self.f.kind}, ptr {self.row(argument, plane)}, align {self.f.align}")

    def store(self, argument, value):
        self.f.lines.append(f"  store {self.f.kind} {value}, ptr {self.row(argument)}, align {self.f.align}")

    def once(self, argument, row=0):
        """Load a row that does not change from state to state."""
        value = self.f.load(argument, row)
        self.before += self.f.lines
        self.f.lines = []
        return value

    def text(self, after=()):
        f = self.f
        sums = f"  %sum = phi {f.kind} [{f.constant(0.0)}, %entry], [{self.total}, %loop]\n" if self.total else ""
        return (
            f.head + "entry:\n" + "\n".join(self.before) + "\n  br label %loop\nloop:\n"
            "  %i = phi i64 [0, %entry], [%next, %loop]\n"
            + sums
            + f"  %offset = mul i64 %i, {f.width}\n"
            + "\n".join(f.lines)
            + f"\n  %next = add i64 %i, 1\n  %more = icmp slt i64 %next, {self.states}\n"
            "  br i1 %more, label %loop, label %done\ndone:\n" + "\n".join(after) + "\n  ret void\n}\n"
        )


def _stage(s, width, states, reads_time):
    """At = y + sum A u; right = sum C u / h + h GAMMAS df/dt."""
    loop = _Loop(f"stage{s}", ["y", "u", "inverse", "at", "right", "along", "h"], width, states)
    f, inverse = loop.f, loop.once("inverse")
    step = loop.once("h") if reads_time and method.GAMMAS[s] else None
    before = method.A[s - 1]
    continues = s > 1 and method.A[s] == (*before, 1.0)
    at, right = loop.load("at" if continues else "y"), None
    for j in range(s):
        u = loop.load("u", j)
        if continues:
            at = f.add(at, u) if j == s - 1 else at
        elif method.A[s][j]:
            at = f.fused(u, f.constant(method.A[s][j]), at)
        c = f.constant(method.C[s][j])
        right = f.multiply(u, c) if right is None else f.fused(u, c, right)
    loop.store("at", at)
    right = f.multiply(right, inverse)
    if step:
        right = f.fused(loop.load("along"), f.multiply(step, f.constant(method.GAMMAS[s])), right)
    loop.store("right", right)
    return loop.text()


def _error(width, states):
    """At += last u; out = mean square of (last u / tolerance), and the factor for the next step 0.9 e^(-1/5)."""
    loop = _Loop("error", ["y", "u", "at", "atol", "rtol", "out"], width, states)
    f, rtol = loop.f, loop.once("rtol")
    u = loop.load("u", method.STAGES - 1)
    end = f.add(loop.load("at"), u)
    loop.store("at", end)
    e = f.binary("fdiv", u, f.fused(f.maximum(f.absolute(loop.load("y")), f.absolute(end)), rtol, loop.load("atol")))
    loop.total = f.fused(e, e, "%sum")
    body, f.lines = f.lines, []
    square = f.multiply(loop.total, f.constant(1.0 / states))
    f.store("out", 0, square)
    exponent = f.multiply(f.log(f.maximum(square, f.constant(1e-16))), f.constant(-0.5 / method.ORDER))
    f.store("out", 1, f.multiply(f.exp(exponent), f.constant(0.9)))
    after, f.lines = f.lines, body
    return loop.text(after)


def _dense(width, states, needed):
    """The three dense output terms of the needed states, at rows dense_rows(...); a loop over all if most are needed."""
    if dense_rows(states, needed) == [3 * k for k in range(len(needed))] and len(needed) < states:
        f = Function("dense", ["u", "out"], width)
        for place, state in enumerate(needed):
            stages = [f.load("u", j * states + state) for j in range(method.STAGES)]
            for k, row in enumerate(method.H):
                f.store("out", 3 * place + k, _combined(f, stages, row))
        return f.text()
    loop = _Loop("dense", ["u", "out"], width, states)
    f, stages = loop.f, [loop.load("u", j) for j in range(method.STAGES)]
    first = f.new(f"mul i64 %i, {3 * width}")
    for k, row in enumerate(method.H):
        place = f.new(f"add i64 {first}, {k * width}")
        pointer = f.new(f"getelementptr double, ptr %out, i64 {place}")
        f.lines.append(f"  store {f.kind} {_combined(f, stages, row)}, ptr {pointer}, align {f.align}")
    return loop.text()


def dense_rows(states, needed):
    """Row at which the dense output of each needed state begins."""
    few = 4 * len(needed) < states
    return [3 * (place if few else state) for place, state in enumerate(needed)]


def _combined(f, stages, row):
    value = None
    for u, h in zip(stages, row, strict=True):
        value = f.multiply(u, f.constant(h)) if value is None else f.fused(u, f.constant(h), value)
    return value


def _size(width, states):
    """Out = sum over the states of (change / max(|y|, floor)) squared."""
    loop = _Loop("size", ["y", "change", "floor", "out"], width, states)
    f = loop.f
    share = f.binary("fdiv", loop.load("change"), f.maximum(f.absolute(loop.load("y")), loop.load("floor")))
    loop.total = f.fused(share, share, "%sum")
    body, f.lines = f.lines, []
    f.store("out", 0, loop.total)
    after, f.lines = f.lines, body
    return loop.text(after)


def _shift(width, states):
    """Y += change where the mask is 1."""
    loop = _Loop("shift", ["y", "change", "mask"], width, states)
    f = loop.f
    taken = f.greater(loop.once("mask"), f.constant(0.5))
    loop.before += f.lines
    f.lines = []
    y = loop.load("y")
    loop.store("y", f.choose(taken, f.add(y, loop.load("change")), y))
    return loop.text()


def _accept(width, states):
    """Y = accepted ? at : y, with leftovers flushed to zero."""
    loop = _Loop("accept", ["y", "at", "mask"], width, states)
    f = loop.f
    taken = f.greater(loop.once("mask"), f.constant(0.5))
    loop.before += f.lines
    f.lines = []
    value = f.choose(taken, loop.load("at"), loop.load("y"))
    loop.store("y", f.choose(f.greater(f.constant(FLUSH), f.absolute(value)), f.constant(0.0), value))
    return loop.text()
