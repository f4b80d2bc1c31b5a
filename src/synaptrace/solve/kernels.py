"""A system compiled for the processor: vector IR, optimized and loaded through llvmlite."""

from functools import cached_property

import llvmlite.binding as llvm

from synaptrace.errors import SolveError
from synaptrace.graph import TIME, formula, gradient, in_order, symbols_of
from synaptrace.graph.expression import leaves
from synaptrace.solve.conserved import conserved_sums
from synaptrace.solve.elimination import Elimination
from synaptrace.solve.emit import Emitter, Function
from synaptrace.solve.method import STAGE_KERNELS, dense_rows, method_kernels

NAMES = ["prepare", "factor", "solve", *STAGE_KERNELS, "error", "dense", "accept", "observe", "rates"]
NAMES += ["enter_mode", "leave_mode", "size", "shift", "jumps"]


class Kernels:
    """Machine code of one system at one vector width.

    Parameters
    ----------
    system : System
    width : int
        Lanes per vector: 1, 2, 4 or 8. Digits do not depend on it.
    optimize : int
        0 compiles fastest, 2 runs fastest. Digits do not depend on it.
    observed : list of str
        Outputs, states or rows of `outside` to report; all outputs by default.
    boluses : list of str
        Inputs that may jump a state; SolveError unless each enters linearly, with a coefficient of parameters, states
        and other inputs. All coefficients of one instant are those just before it.
    cpu, features : str
        Target processor; the host by default.
    """

    def __init__(self, system, width=8, optimize=2, observed=None, boluses=(), cpu="", features=None):
        self.system, self.width, self.optimize = system, width, optimize
        self.observed = list(system.outputs if observed is None else observed)
        self.pieces = _Pieces(system, self.observed, boluses)
        self.needed, self.dense_rows = self.pieces.needed, dense_rows(len(system.states), self.pieces.needed)
        self.ir = self.pieces.text(width)
        self.addresses = self._compile(cpu, features)

    def _compile(self, cpu, features):
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        target = llvm.Target.from_triple(llvm.get_process_triple())
        features = llvm.get_host_cpu_features().flatten() if features is None else features
        machine = target.create_target_machine(
            cpu=cpu or llvm.get_host_cpu_name(), features=features, opt=self.optimize, codemodel="small", reloc="pic"
        )
        module = llvm.parse_assembly(self.ir)
        module.triple = llvm.get_process_triple()
        module.verify()
        if self.optimize:
            builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=self.optimize))
            builder.getModulePassManager().run(module, builder)
        self.engine = llvm.create_mcjit_compiler(module, machine)
        self.engine.finalize_object()
        return [self.engine.get_function_address(name) for name in NAMES]


class _Pieces:
    """What the kernels of a system consist of: Jacobian, elimination, parts that depend on parameters only."""

    def __init__(self, system, observed, boluses):
        self.system = system
        self.jacobian, self.along = system.jacobian(), system.along_time()
        self.elimination = Elimination(len(system.states), list(self.jacobian))
        states = {name: i for i, name in enumerate(system.states)}
        graph = next(iter([*system.slopes, *system.outputs.values()])).graph
        self.symbol = graph.symbol
        known = {**system.outputs, **system.outside}
        self.watched = [known[q] if q in known else graph.symbol(q) for q in observed]
        wanted = set(symbols_of(self.watched))
        self.needed = [states[s] for s in system.states if s in wanted]
        self.jumps = _bolus_coefficients(system, boluses)
        self.hoisted = self._hoist()
        self.first_hoisted = len(system.parameters) + len(system.inputs)

    @cached_property
    def linear(self):
        """Whether no entry of the Jacobian depends on a state."""
        states = set(self.system.states)
        return not states & set(symbols_of(list(self.jacobian.values())))

    @cached_property
    def moving_jumps(self):
        """Indices of the boluses whose coefficient depends on states or inputs."""
        moving = {*self.system.states, *self.system.inputs}
        return [k for k, (_, _, c) in enumerate(self.jumps) if moving & set(symbols_of([c]))]

    @cached_property
    def conserved(self):
        """Orthonormal vectors c [states, sums] with c . slope = 0: totals that no run can change."""
        return conserved_sums(self.system, self.jacobian)

    @property
    def rows(self):
        """Number of parameter rows: parameters, inputs, hoisted values, bolus coefficients."""
        return self.first_hoisted + len(self.hoisted) + len(self.jumps)

    def _everything(self):
        return [*self.system.slopes, *self.jacobian.values(), *self.along.values(), *self.watched]

    def _hoist(self):
        """Largest expressions of parameters alone, evaluated once per patient."""
        moving = {*self.system.states, *self.system.inputs, TIME}
        depends, hoisted, seen = set(), [], set()
        order = in_order(self._everything())
        for node in order:
            if (
                node.op == "symbol"
                and node.operands[0] in moving
                or not leaves(node)
                and any(x.number in depends for x in node.operands)
            ):
                depends.add(node.number)
        tops = [x for node in order if node.number in depends and not leaves(node) for x in node.operands]
        for x in [*tops, *self._everything()]:
            if x.number not in depends and not leaves(x) and x.number not in seen:
                seen.add(x.number)
                hoisted.append(x)
        return hoisted

    def _leaf(self, hoisted):
        system, found = self.system, {}
        for names, argument, first in (
            (system.states, "y", 0),
            (system.parameters, "p", 0),
            (system.inputs, "p", len(system.parameters)),
        ):
            found |= {self.symbol(n).number: (argument, first + i) for i, n in enumerate(names)}
        found[self.symbol(TIME).number] = ("t", 0)
        if hoisted:
            found |= {e.number: ("p", self.first_hoisted + i) for i, e in enumerate(self.hoisted)}
        return found

    def text(self, width):
        """The whole module as IR."""
        kind = f"<{width} x double>"
        declared = (("fma", 3), ("sqrt", 1), ("fabs", 1))
        head = "".join(f"declare {kind} @llvm.{k}.v{width}f64({', '.join([kind] * n)})\n" for k, n in declared)
        parts = [
            rounding_mode(),
            self._prepare(width),
            self._factor(width),
            self._solve(width),
            self._observe(width),
            self._rates(width),
            self._jumps(width),
        ]
        return head + "\n".join(parts) + method_kernels(width, len(self.system.states), self.needed, bool(self.along))

    def _prepare(self, width):
        f = Function("prepare", ["p"], width)
        wanted = dict(enumerate(self.hoisted))
        wanted |= {len(self.hoisted) + k: c for k, (_, _, c) in enumerate(self.jumps) if k not in self.moving_jumps}
        get = Emitter(f, list(wanted.values()), self._leaf(False))
        for i, e in wanted.items():
            f.store("p", self.first_hoisted + i, get(e))
        return f.text()

    def _jumps(self, width):
        """Coefficients of boluses that depend on states or inputs, into their parameter rows."""
        f = Function("jumps", ["y", "p"], width)
        wanted = {k: self.jumps[k][2] for k in self.moving_jumps}
        get = Emitter(f, list(wanted.values()), self._leaf(True))
        for k, e in wanted.items():
            f.store("p", self.first_hoisted + len(self.hoisted) + k, get(e))
        return f.text()

    def _factor(self, width):
        """W = LU of diag(d) - J; out = (diag(d) - J)^-1 (f + df/dt / d); along = df/dt."""
        f = Function("factor", ["y", "p", "t", "d", "w", "out", "along"], width)
        get = Emitter(f, [*self.system.slopes, *self.jacobian.values(), *self.along.values()], self._leaf(True))
        d, diagonal = f.load("d", 0), {self.elimination.entries[i, i] for i in range(len(self.system.states))}
        place = {k: ij for ij, k in self.elimination.entries.items()}

        def entry(k):
            value = f.negate(get(self.jacobian[place[k]])) if place[k] in self.jacobian else f.constant(0.0)
            return f.add(value, d) if k in diagonal else value

        w = _Lazily(entry)
        for step, k, *rest in self.elimination.factor:
            if step == "invert":
                w[k] = f.reciprocal(w[k])
            elif step == "scale":
                w[k] = f.multiply(w[k], w[rest[0]])
            else:
                w[k] = f.fused(f.negate(w[rest[0]]), w[rest[1]], w[k])
        for k in range(len(place)):
            f.store("w", k, w[k])
        half_step = f.reciprocal(d) if self.along else None

        def first(i):
            if i not in self.along:
                return get(self.system.slopes[i])
            along = get(self.along[i])
            f.store("along", i, along)
            return f.fused(along, half_step, get(self.system.slopes[i]))

        self._substitute(f, _Lazily(first), w.__getitem__)
        return f.text()

    def _solve(self, width):
        """Out = w^-1 (right + f)."""
        f = Function("solve", ["y", "p", "t", "right", "w", "out"], width)
        get = Emitter(f, self.system.slopes, self._leaf(True))
        b = _Lazily(lambda i: f.add(get(self.system.slopes[i]), f.load("right", i)))
        self._substitute(f, b, lambda k: f.load("w", k))
        return f.text()

    def _substitute(self, f, b, entry):
        for step, i, k, *rest in self.elimination.solve:
            b[i] = f.multiply(b[i], entry(k)) if step == "scale" else f.fused(f.negate(entry(k)), b[rest[0]], b[i])
        for i in range(len(self.system.states)):
            f.store("out", i, b[i])

    def _observe(self, width):
        f = Function("observe", ["y", "p", "t", "out"], width)
        get = Emitter(f, self.watched, self._leaf(True))
        for i, e in enumerate(self.watched):
            f.store("out", i, get(e))
        return f.text()

    def _rates(self, width):
        """Out = slopes; own = each state's own rate, |df_i/dy_i|."""
        f = Function("rates", ["y", "p", "t", "out", "own"], width)
        own = [self.jacobian.get((i, i)) for i in range(len(self.system.states))]
        get = Emitter(f, [*self.system.slopes, *(e for e in own if e is not None)], self._leaf(True))
        for i, e in enumerate(self.system.slopes):
            f.store("out", i, get(e))
            f.store("own", i, f.constant(0.0) if own[i] is None else f.absolute(get(own[i])))
        return f.text()


def rounding_mode():
    """IR that puts a thread's arithmetic into the IEEE default (subnormals kept) and back; other libraries change it.

    On x86 the control register is saved at the pointer; other processors start in the default and are left alone.
    """
    if "86" not in llvm.get_process_triple().split("-")[0]:
        return "define void @enter_mode(ptr %save) {\n  ret void\n}\ndefine void @leave_mode(ptr %save) {\n  ret void\n}\n"
    return (
        "declare void @llvm.x86.sse.stmxcsr(ptr)\ndeclare void @llvm.x86.sse.ldmxcsr(ptr)\n"
        "define void @enter_mode(ptr %save) {\n  call void @llvm.x86.sse.stmxcsr(ptr %save)\n"
        "  %next = getelementptr i32, ptr %save, i64 1\n  store i32 8064, ptr %next\n"
        "  call void @llvm.x86.sse.ldmxcsr(ptr %next)\n  ret void\n}\n"
        "define void @leave_mode(ptr %save) {\n  call void @llvm.x86.sse.ldmxcsr(ptr %save)\n  ret void\n}\n"
    )


class _Lazily(dict):
    """Values made at first use: the order of use decides how many registers spill, never the digits."""

    def __init__(self, make):
        super().__init__()
        self.make = make

    def __missing__(self, key):
        self[key] = value = self.make(key)
        return value


def _bolus_coefficients(system, boluses):
    """[(input, state index, coefficient)]: by how much one unit of an input's integral moves a state."""
    found, moving = [], {*boluses, TIME}
    for name in boluses:
        for i, slope in enumerate(system.slopes):
            coefficient = gradient(slope, {name: 0}).get(name)
            if coefficient is None:
                continue
            depends = [s for s in symbols_of([coefficient]) if s in moving]
            if depends:
                raise SolveError(
                    f"a bolus into '{name}' does not enter linearly into '{system.states[i]}'.",
                    depends=", ".join(depends),
                    got=formula(coefficient),
                    fix="let the input appear linearly in the slope, or give an infusion",
                )
            found.append((name, i, coefficient))
    return found
