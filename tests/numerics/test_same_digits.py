"""The same bits for any width, optimization, processor, hash seed, thread count, batch and order (D4)."""

import hashlib
import os
import subprocess
import sys

import llvmlite.binding as llvm
import numpy as np
import pytest

from synaptrace.flatten import flatten
from synaptrace.graph import Graph, System
from synaptrace.population import draw_people
from synaptrace.protocol import Protocol
from synaptrace.simulate.prepare import CLOCK, prepare
from synaptrace.solve.engine import Engine, Kernels, Schedule, best_width
from synaptrace.solve.schedule import Pulse, build_schedule
from tests.exposure import run
from tests.numerics import nonlinear

PEOPLE = 100
MOMENTS = np.linspace(0, 24, 40)
X86 = llvm.get_process_triple().startswith("x86_64")


class Case:
    """A nonlinear model with kinks, powers and a run of time, for many patients with boluses and infusions."""

    def __init__(self):
        self.model = nonlinear.model()
        self.system = flatten(self.model)
        self.parameters = np.tile(self.system.values, (PEOPLE, 1))
        for name, draw in draw_people(self.model, PEOPLE, 7).items():
            self.parameters[:, self.system.parameters.index(f"draw:{name}")] = draw
        lengths = 0.5 + 0.01 * np.arange(PEOPLE)
        pulses = [Pulse("dose.iv.S_ketamine", 1.0, lengths, 10.0), Pulse("dose.iv.S_ketamine", 5.0, 0.0, 4.0)]
        self.schedule = build_schedule(PEOPLE, 0.0, 24.0, pulses, [], self.system.inputs, ["dose.iv.S_ketamine"], CLOCK)

    def run(self, chosen=None, width=8, optimize=2, threads=1, failing=None, **target):
        chosen = np.arange(PEOPLE) if chosen is None else np.array(chosen)
        kernels = Kernels(self.system, width, optimize, boluses=["dose.iv.S_ketamine"], **target)
        parameters = self.parameters[chosen]
        if failing is not None:
            parameters[failing] = np.nan
        schedule = Schedule(*(x[chosen] for x in (self.schedule.times, self.schedule.inputs, self.schedule.jumps)))
        start = np.tile(self.system.initial, (len(chosen), 1))
        found = Engine(kernels, CLOCK).run(start, parameters, schedule, MOMENTS, threads)
        return found.values, found.end, found.steps


CASE = Case()
BASE = CASE.run(width=best_width(PEOPLE))


def same(found, chosen=None):
    chosen = np.arange(PEOPLE) if chosen is None else np.array(chosen)
    return all(np.array_equal(a, b[chosen]) for a, b in zip(found, BASE, strict=True))


def test_the_base_case_is_worth_comparing():
    assert np.isfinite(BASE[0]).all() and BASE[2].min() > 50 and len({a.tobytes() for a in BASE[0]}) == PEOPLE


@pytest.mark.parametrize("width", [1, 2, 4, 8])
@pytest.mark.parametrize("optimize", [0, 2])
def test_width_and_optimization_do_not_matter(width, optimize):
    assert same(CASE.run(width=width, optimize=optimize))


@pytest.mark.parametrize("threads", [2, 8])
def test_threads_do_not_matter(threads):
    assert same(CASE.run(threads=threads))


@pytest.mark.parametrize(
    "chosen", [[0], [57], list(range(PEOPLE))[::-1], list(range(3, 20))], ids=["first", "alone", "reversed", "some"]
)
def test_company_and_order_do_not_matter(chosen):
    assert same(CASE.run(chosen), chosen)


def test_a_failing_neighbor_does_not_matter():
    values, end, steps = CASE.run(failing=3)
    others = [q for q in range(PEOPLE) if q != 3]
    assert same((values[others], end[others], steps[others]), others) and np.isnan(values[3]).all()


@pytest.mark.skipif(not X86, reason="the other targets are x86")
@pytest.mark.parametrize(("cpu", "features", "width"), [("x86-64-v3", "", 4), ("haswell", "", 8), ("x86-64-v3", "", 1)])
def test_the_processor_does_not_matter(cpu, features, width):
    assert same(CASE.run(cpu=cpu, features=features, width=width))


def test_output_times_and_what_is_observed_do_not_matter():
    kernels = Kernels(CASE.system, 4, 0, observed=["level"], boluses=["dose.iv.S_ketamine"])
    start = np.tile(CASE.system.initial, (PEOPLE, 1))
    found = Engine(kernels, CLOCK).run(start, CASE.parameters, CASE.schedule, MOMENTS[::7])
    assert np.array_equal(found.end, BASE[1]) and np.array_equal(found.steps, BASE[2])
    k = list(CASE.system.outputs).index("level")
    assert np.array_equal(found.values[:, :, 0], BASE[0][:, ::7, k])


def digest(dataset):
    return hashlib.sha256(b"".join(dataset[n].values.tobytes() for n in sorted(dataset.data_vars))).hexdigest()


SCRIPT = """
import hashlib
from tests.exposure import run
d = run("single_infusion", people=30, seed=3, every="30 min")
print(hashlib.sha256(b"".join(d[n].values.tobytes() for n in sorted(d.data_vars))).hexdigest())
"""


def test_fresh_processes_with_other_hash_seeds_give_the_same_bits():
    here = digest(run("single_infusion", people=30, seed=3, every="30 min"))
    for seed in ("0", "1"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        there = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=env, check=True)
        assert there.stdout.strip() == here


def test_threads_do_not_matter_for_a_whole_run():
    one, two, eight = (digest(run("single_infusion", people=700, seed=1, every="4 h", threads=t)) for t in (1, 2, 8))
    assert one == two == eight


def test_a_patient_is_the_same_alone_in_a_thousand_and_in_reverse():
    from synaptrace.models import load_model

    model, protocol = load_model(), Protocol("p", end="6 h").infuse("racemic ketamine", "0.5 mg/kg", over="40 min")
    draws = draw_people(model, 1000, 5)
    moments = np.array([0.5, 1.0, 6.0])
    many = prepare(model, protocol, draws, 1000, 2, 1e-6).run(moments).values
    backward = prepare(model, protocol, {k: v[::-1] for k, v in draws.items()}, 1000, 1, 1e-6).run(moments).values[::-1]
    alone = prepare(model, protocol, {k: v[417:418] for k, v in draws.items()}, 1, 1, 1e-6).run(moments).values
    assert np.array_equal(many, backward) and np.array_equal(alone[0], many[417])
    assert (
        draw_people(model, 10, 5)["blood_flows_through_the_liver.Qh"].tolist()
        == draws["blood_flows_through_the_liver.Qh"][:10].tolist()
    )


FLUSHING = """
declare void @llvm.x86.sse.ldmxcsr(ptr)
define void @flush(ptr %mode) {
  call void @llvm.x86.sse.ldmxcsr(ptr %mode)
  ret void
}
"""


@pytest.mark.skipif(not X86, reason="the register is x86's")
def test_a_thread_that_flushes_subnormals_does_not_matter():
    """Another library may leave the processor flushing subnormal numbers to zero; the kernels set the mode themselves."""
    import ctypes

    target = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(FLUSHING), target)
    engine.finalize_object()
    set_mode = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(engine.get_function_address("flush"))
    flushing, usual = ctypes.c_uint32(0x9FC0), ctypes.c_uint32(0x1F80)

    def tiny():
        g = Graph()
        system = System(["x"], [0.0], [1.0], [], [], [], [g.symbol("x") * 0.0 + 0.0], {"f": g.symbol("x") * 1e-220})
        nothing = np.zeros((1, 1, 0))
        schedule = Schedule(np.array([[0.0, 1.0]]), nothing, nothing)
        return (
            Engine(Kernels(system, 1, 0), 1.0)
            .run(np.array([[1e-95]]), np.zeros((1, 0)), schedule, np.array([0.0]))
            .values.tobytes()
        )

    expected = tiny()
    assert expected != np.zeros(1).tobytes()
    set_mode(ctypes.addressof(flushing))
    try:
        found = tiny()
    finally:
        set_mode(ctypes.addressof(usual))
    assert found == expected
