"""myokit and NEURON on the fast synapse: text written from our declaration, compiled once, kept under build/benchmark.

Every peer is used at its best: myokit (CVODES) integrates the same 15 states, with all that depends on parameters only
named as constants; NEURON advances SHARED parameter sets in one run, with the schemes as KINETIC blocks. Setting
parameters and tolerances is not timed. myokit needs a C compiler and the headers and libraries of SUNDIALS (Debian:
libsundials-dev), NEURON a C++ compiler and make.

A peer has `ready(first, setting)` to take the parameter sets from `first` on, `run()` (what is timed), `values()` of the
last run [sets, moments, 17], `people` (sets per run) and `SETTINGS`.
"""

import hashlib
import os
import shutil
import subprocess
import sys

import numpy as np
import peers
import speed
import synapse_case
from synapse_case import END, FIRST, PERIOD, WIDTH

from synaptrace.graph import Graph

SHARED = 20  # parameter sets in one run of NEURON
REMAINDERS = ("NC0", "AC0")
HOW_LONG = 300  # seconds that a compiler may take


class Myokit:
    """CVODES with a dense Jacobian by differences, pulses by myokit's own pacing."""

    name, people = "myokit", 1
    SETTINGS = (1e-6, 1e-7)

    def __init__(self, case, hoisted):
        import myokit

        self.case = case
        self.log = [f"c.x{i}" for i in range(len(case.system.states))]
        self.times = np.concatenate([[0.0], case.moments])
        model = myokit.parse_model(self._text(case.system, hoisted))
        try:
            self.simulation = myokit.Simulation(model, myokit.pacing.blocktrain(PERIOD, WIDTH, FIRST))
        except myokit.CompilationError as error:
            raise RuntimeError(f"its C code, which needs SUNDIALS, could not be compiled ({telling(str(error))})") from error

    @staticmethod
    def _text(system, hoisted):
        """The model in myokit's language, per ms."""
        names = {n: f"x{i}" for i, n in enumerate(system.states)} | {n: f"p{i}" for i, n in enumerate(system.parameters)}
        texts = peers.write([*system.slopes, *hoisted], peers.ANTIMONY, names | {system.inputs[0]: "u"}, share=False)[1]
        slopes, constants = texts[: len(system.slopes)], texts[len(system.slopes) :]
        lines = ["[[model]]", *(f"c.x{i} = {v!r}" for i, v in enumerate(system.initial)), "[c]"]
        lines += ["time = 0 bind time", "u = 0 bind pace", *(f"p{i} = {v!r}" for i, v in enumerate(system.values))]
        for k, text in sorted(enumerate(constants), key=lambda pair: -len(pair[1])):
            lines.append(f"h{k} = {text}")
            slopes = [slope.replace(text, f"h{k}") for slope in slopes]
        return "\n".join([*lines, *(f"dot(x{i}) = {synapse_case.CLOCK!r} * ({text})" for i, text in enumerate(slopes))])

    def describe(self, setting):
        return f"CVODES, rtol {setting:g}, atol {setting * 1e-3:g}"

    def ready(self, first, setting):
        for i, value in enumerate(self.case.parameters[first]):
            self.simulation.set_constant(f"c.p{i}", value)
        self.simulation.set_tolerance(setting * 1e-3, setting)
        self.simulation.reset()

    def run(self):
        self.found = self.simulation.run(END + 1e-6, log=self.log, log_times=self.times)

    def values(self):
        return synapse_case.complete(np.array([np.array(self.found[x])[1:] for x in self.log]).T)[None]


class Neuron:
    """KINETIC blocks, implicit Euler with sparse elimination at a fixed step, or CVODES shared by all sets of a run."""

    name, people = "NEURON", SHARED
    SETTINGS = (("dt", 0.025), ("dt", 0.005), ("rtol", 1e-6), ("rtol", 1e-7))

    def __init__(self, case, _hoisted):
        os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
        import neuron

        self.case, self.h = case, neuron.h
        neuron.load_mechanisms(str(compiled(neuron_text(), neuron.__version__)))
        self.section, self.parallel, self.variable = self.h.Section(), self.h.ParallelContext(), self.h.CVode()
        self.parallel.set_maxstep(10)
        times, levels = (self.h.Vector(x) for x in zip(*synapse_case.pulses(1.0), strict=True))
        moments, names = self.h.Vector(case.moments), [*synapse_case.mechanism.states, *REMAINDERS]
        self.synapses, self.records, self.kept = [], [], [times, moments]
        for _ in range(SHARED):
            synapse, drive = self.h.FastSynapse(self.section(0.5)), levels.c()
            drive.play(synapse._ref_u, times, 0)
            self.synapses.append(synapse)
            self.kept.append(drive)
            self.records.append([self.h.Vector().record(getattr(synapse, f"_ref_x_{n}"), moments) for n in names])

    def describe(self, setting):
        kind, value = setting
        together = f"{SHARED} sets in one run"
        return f"sparse, dt {value:g} ms, {together}" if kind == "dt" else f"CVODES, rtol {value:g}, {together}"

    def ready(self, first, setting):
        kind, value = setting
        for synapse, numbers in zip(self.synapses, self.case.parameters[first:], strict=False):
            for name, number in zip(self.case.system.parameters, numbers, strict=True):
                setattr(synapse, f"p_{name.rsplit('.', 1)[-1]}", number)
        self.variable.active(kind == "rtol")
        if kind == "rtol":
            self.variable.rtol(value)
            self.variable.atol(value * 1e-3)
        else:
            self.h.dt = value
        self.past = END + (value if kind == "dt" else 1e-3)  # a vector takes its last value just after the end
        self.h.finitialize()

    def run(self):
        self.parallel.psolve(self.past)

    def values(self):
        return np.array([[np.array(x) for x in records] for records in self.records]).transpose(0, 2, 1)


def neuron_text():
    """The synapse in NEURON's language, per ms, with the steps of our schemes."""
    made, graph = synapse_case.mechanism, Graph()
    slopes = made.function(**{n: graph.symbol(n) for n in (*made.reads, *made.states, *made.params)})[0]
    names = {n: f"x_{n}" for n in made.states} | {n: f"p_{n}" for n in made.params} | {"releasing": "u"}

    def text(expression):
        return f"{synapse_case.CLOCK!r}*({peers.write([graph.lift(expression)], peers.ANTIMONY, names, share=False)[1][0]})"

    steps = [step for scheme in slopes.schemes for step in scheme.steps]
    initial = {n: row.initial for n, row in made.states.items()} | dict.fromkeys(REMAINDERS, 1.0)
    lines = ["NEURON {", "POINT_PROCESS FastSynapse", f"RANGE u, {', '.join(f'p_{n}' for n in made.params)}", "}"]
    lines += ["PARAMETER {", "u = 0", *(f"p_{n} = {row.number()!r}" for n, row in made.params.items()), "}"]
    lines += [f"STATE {{ {' '.join(f'x_{n}' for n in initial)} }}"]
    lines += ["INITIAL {", *(f"x_{n} = {value!r}" for n, value in initial.items()), "}"]
    lines += ["BREAKPOINT { SOLVE synapse METHOD sparse }", "KINETIC synapse {"]
    lines += [f"~ x_{a} <-> x_{b} ({text(forward)}, {text(backward)})" for a, b, forward, backward in steps]
    lines += [f"~ x_{n} << ({text(slopes[f'd/dt {n}'])})" for n in ("Glu", "Ca")]
    return "\n".join([*lines, "}"]) + "\n"


def compiled(text, version):
    """The folder in which nrnivmodl has compiled the text. Raises RuntimeError with the compiler's last words."""
    key = hashlib.sha256(f"{text}{version}{sys.version}".encode()).hexdigest()
    folder = speed.FOLDER / f"neuron-{key[:16]}"
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    program = shutil.which("nrnivmodl", path=path)
    if program is None:
        raise RuntimeError("its compiler nrnivmodl is not there")
    if not list(folder.glob("*/*nrnmech*")):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "fast_synapse.mod").write_text(text)
        surroundings = os.environ | {"PATH": path}
        made = subprocess.run([program], cwd=folder, env=surroundings, capture_output=True, text=True, timeout=HOW_LONG)
        if made.returncode or not list(folder.glob("*/*nrnmech*")):
            raise RuntimeError(f"nrnivmodl could not compile ({telling(made.stderr + made.stdout)})")
    return folder


def telling(text):
    """The line of a compiler's output that says most."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [line for word in ("fatal error:", "error: ", "Error ") for line in lines if word in line]
    return (found or lines[-1:] or ["it said nothing"])[0][:200]
