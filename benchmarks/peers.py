"""libroadrunner, pydiffsol and SciPy on the same equations: text written from our graph, infusions as events or restarts.

Every peer is used at its best: libroadrunner with CVODE and all parameters set at once, pydiffsol with BDF, sparse
matrices and LLVM, restarted at every jump. Both are given the steady start and return all states.
"""

import re

import numpy as np

from synaptrace.graph import in_order
from synaptrace.graph.expression import leaves

ANTIMONY = {
    "add": "({} + {})", "subtract": "({} - {})", "multiply": "({}*{})", "negate": "(-{})", "reciprocal": "(1/{})",
    "exp": "exp({})", "log": "ln({})", "sqrt": "sqrt({})", "maximum": "piecewise({1}, {1} > {0}, {0})",
    "minimum": "piecewise({1}, {0} > {1}, {0})", "select": "piecewise({2}, {0} > {1}, {3})",
}  # fmt: skip
DIFFSL = ANTIMONY | {
    "log": "log({})", "maximum": "max({}, {})", "minimum": "min({}, {})", "reciprocal": "(1.0/{})",
    "select": "(heaviside({0} - {1})*({2} - {3}) + {3})",
}  # fmt: skip
PYTHON = ANTIMONY | {
    "log": "log({})", "maximum": "({1} if {1} > {0} else {0})", "minimum": "({1} if {0} > {1} else {0})",
    "select": "({2} if {0} > {1} else {3})",
}  # fmt: skip
MANY = 3000  # operations above which formulas without shared parts would not fit into memory
SHORT = 60  # characters; shared parts longer than this get a name of their own


def write(outputs, forms, name_of, share=True, part="part{}"):
    """(named parts [(name, text)], texts of the outputs)."""
    uses, text, parts = {}, {}, []
    order = in_order(outputs)
    for node in order:
        for x in () if leaves(node) else node.operands:
            uses[x.number] = uses.get(x.number, 0) + forms[node.op].count("{") - len(node.operands) + 1
    for node in order:
        if node.op == "symbol":
            text[node.number] = name_of[node.operands[0]]
        elif node.op == "constant":
            value = node.operands[0]
            text[node.number] = repr(value) if value >= 0 else f"({value!r})"
        else:
            text[node.number] = forms[node.op].format(*(text[x.number] for x in node.operands))
            if share and uses.get(node.number, 0) > 1 and len(text[node.number]) > SHORT:
                parts.append((part.format(len(parts)), text[node.number]))
                text[node.number] = parts[-1][0]
    return parts, [text[o.number] for o in outputs]


def python_functions(system):
    """Slopes and dense Jacobian as numba functions of (t, y, p, out); p holds parameters, then inputs."""
    import numba

    names = {n: f"y[{i}]" for i, n in enumerate(system.states)} | {"time": "t"}
    names |= {n: f"p[{i}]" for i, n in enumerate([*system.parameters, *system.inputs])}
    jacobian, space = system.jacobian(), {}
    text = "from math import exp, log, sqrt\n"
    for name, outputs, places in (
        ("slopes", system.slopes, range(len(system.slopes))),
        ("jacobian", list(jacobian.values()), [f"{i}, {j}" for i, j in jacobian]),
    ):
        parts, texts = write(outputs, PYTHON, names)
        lines = [f"{n} = {t}" for n, t in parts] + [f"out[{k}] = {t}" for k, t in zip(places, texts, strict=True)]
        text += f"def {name}(t, y, p, out):\n    " + "\n    ".join(lines) + "\n"
    exec(text, space)
    return text, *(numba.njit(space[n], error_model="numpy") for n in ("slopes", "jacobian"))


def segments(schedule, patient, moments):
    """(begin, end, inputs, indices of the moments in it) of every segment that is not empty; at a jump the value after it."""
    times = schedule.times[patient]
    for k, (begin, end) in enumerate(zip(times, times[1:], strict=False)):
        if end > begin:
            inside = (moments >= begin) & ((moments < end) | ((moments == end) & (end == times[-1])))
            yield begin, end, schedule.inputs[patient, k], np.flatnonzero(inside)


def radau(functions, case, patient, clock, rtol=1e-10, atol=1e-13):
    """Reference [moments, states] of one patient by SciPy's Radau, restarted at every jump."""
    from scipy.integrate import solve_ivp

    _, slopes, jacobian = functions
    y, found = case.start[patient].copy(), np.empty((len(case.moments), case.start.shape[1]))
    for begin, end, inputs, inside in segments(case.schedule, patient, case.moments):
        p = np.concatenate([case.parameters[patient], inputs])

        def slope(t, y, p=p):
            out = np.empty(len(y))
            slopes(t, y, p, out)
            return out

        def along(t, y, p=p):
            out = np.zeros((len(y), len(y)))
            jacobian(t, y, p, out)
            return out

        at = np.append(case.moments[inside], end) * clock
        at = at if len(at) < 2 or at[-2] < at[-1] else at[:-1]
        run = solve_ivp(slope, (begin * clock, end * clock), y, method="Radau", jac=along, rtol=rtol, atol=atol, t_eval=at)
        found[inside], y = run.y.T[: len(inside)], run.y[:, -1]
    return found


class Roadrunner:
    """CVODE on SBML made by antimony; every jump of the inputs is an event at a time that is a parameter."""

    name = "libroadrunner"

    def __init__(self, system, case, clock=1.0, share=None):
        import roadrunner

        share = len(in_order(system.slopes)) > MANY if share is None else share
        self.system, self.case, self.share, self.clock = system, case, share, clock
        self.jumps = case.schedule.inputs.shape[1]
        self.runner = roadrunner.RoadRunner(self._sbml())
        names = [f"x{i}" for i in range(len(system.states))]
        self.runner.timeCourseSelections = ["time", *names]
        self.runner.integrator.setValue("maximum_num_steps", 1_000_000)
        known = list(self.runner.model.getGlobalParameterIds())
        self.order = [known.index(n) for n in self._names()]

    def _names(self):
        s, inputs = self.system, range(len(self.system.inputs))
        names = [f"x{i}" for i in range(len(s.states))] + [f"p{i}" for i in range(len(s.parameters))] + [f"u{i}" for i in inputs]
        return names + [f"at{k}" for k in range(1, self.jumps)] + [f"to{k}_{i}" for k in range(1, self.jumps) for i in inputs]

    def _sbml(self):
        import antimony

        s = self.system
        kinds = (("x", s.states), ("p", s.parameters), ("u", s.inputs))
        names = {n: f"{kind}{i}" for kind, of in kinds for i, n in enumerate(of)}
        parts, slopes = write(s.slopes, ANTIMONY, names | {"time": "time"}, self.share)
        lines = [f"{n} = 1.0" for n in self._names()] + [f"{n} := {t}" for n, t in parts]
        lines += [f"x{i}' = {t}" for i, t in enumerate(slopes)] + [f"var u{i}" for i in range(len(s.inputs))]
        for k in range(1, self.jumps):
            what = ", ".join(f"u{i} = to{k}_{i}" for i in range(len(s.inputs)))
            lines.append(f"E{k}: at (time >= at{k}), t0=false: {what}")
        if antimony.loadAntimonyString("model m()\n" + ";\n".join(lines) + ";\nend") < 0:
            raise RuntimeError(antimony.getLastError())
        return antimony.getSBMLString("m")

    def settings(self, rtol):
        shared = "shared parts as rules" if self.share else "no rules"
        return f"CVODE, rtol {rtol:g}, atol {rtol * 1e-3:g}, {shared}, infusions as events"

    def run(self, patient, rtol):
        case, runner, jumps = self.case, self.runner, self.case.schedule
        runner.integrator.setValue("relative_tolerance", rtol)
        runner.integrator.setValue("absolute_tolerance", rtol * 1e-3)
        runner.resetAll()
        inputs, times = jumps.inputs[patient], jumps.times[patient] * self.clock
        parts = [case.start[patient], case.parameters[patient], inputs[0], times[1:-1], inputs[1:].ravel()]
        runner.model.setGlobalParameterValues(self.order, np.concatenate(parts))
        end, count = times[-1], len(case.moments)
        first = case.moments[0] * self.clock
        if np.isclose(case.moments[1] - case.moments[0], case.moments[0]):  # evenly spaced from 0 on
            return np.asarray(runner.simulate(0, end, count + 1))[1:, 1:]
        return np.asarray(runner.simulate(times=[0.0, first, *(case.moments[1:] * self.clock)]))[1:, 1:]


class Diffsol:
    """BDF of pydiffsol with sparse LU and LLVM, restarted at every jump of the inputs."""

    name = "pydiffsol"

    def __init__(self, system, case, clock=1.0, share=None):
        import pydiffsol

        share = len(in_order(system.slopes)) > MANY if share is None else share
        self.system, self.case, self.clock = system, case, clock
        kinds = (("y", system.states), ("p", [*system.parameters, *system.inputs]))
        names = {n: f"{kind}{i}" for kind, of in kinds for i, n in enumerate(of)}
        parts, slopes = write(system.slopes, DIFFSL, names | {"time": "t"}, share, "part{}")
        given = [*(f"p{i} = 1.0" for i in range(len(names) - len(system.states)))]
        given += [f"s{i} = 1.0" for i in range(len(system.states))]
        code = "in_i { " + ", ".join(given) + " }\n"
        code += "u_i {\n" + "".join(f"  y{i} = s{i},\n" for i in range(len(system.states))) + "}\n"
        letters = {n: re.sub(r"\d", lambda d: chr(97 + int(d[0])), n) for n, _ in parts}  # DiffSL names of parts without digits
        body = "".join(f"{n} {{ {t} }}\n" for n, t in parts) + "F_i {\n" + "".join(f"  {t},\n" for t in slopes) + "}\n"
        code += re.sub(r"\bpart\d+\b", lambda found: letters[found[0]], body)
        self.ode = pydiffsol.Ode(code, jit_backend=pydiffsol.llvm, scalar_type=pydiffsol.f64, matrix_type=pydiffsol.faer_sparse,
                                 linear_solver=pydiffsol.lu, ode_solver=pydiffsol.bdf)  # fmt: skip

    def settings(self, rtol):
        return f"BDF, faer sparse LU, LLVM, rtol {rtol:g}, atol {rtol * 1e-3:g}, restart at every jump"

    def run(self, patient, rtol):
        case, ode = self.case, self.ode
        ode.rtol, ode.atol = rtol, rtol * 1e-3
        y, found = case.start[patient].copy(), np.empty((len(case.moments), case.start.shape[1]))
        for begin, end, inputs, inside in segments(case.schedule, patient, case.moments):
            at = list((case.moments[inside] - begin) * self.clock)
            length = (end - begin) * self.clock
            if not at or at[-1] < length * (1 - 1e-12):
                at.append(length)
            given = np.concatenate([case.parameters[patient], inputs, y])
            got = np.asarray(ode.solve_dense(given, np.array(at)).ys)
            found[inside], y = got.T[: len(inside)], got[:, -1].copy()
        return found
