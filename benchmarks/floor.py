"""What the processor could do at best: floating-point operations of our kernels, and the core's peak rate."""

import ctypes
import re
import time

import llvmlite.binding as llvm

from synaptrace.solve.rodas5p import STAGES

CHAINS = 16  # independent sums, enough to hide the latency of a fused multiply-add
COST = {r" f(?:add|sub|mul|div) ": 1, r"@llvm\.fma\.": 2, r"@llvm\.sqrt\.": 1}


def flops(kernels, name):
    """Operations of one lane in one call of a kernel; the body of a loop counts once per state."""
    body = re.search(rf"define void @{name}\(.*?\n}}", kernels.ir, re.S)[0]
    loop = re.search(r"\nloop:\n(.*?)\ndone:", body, re.S)
    once = body.replace(loop[1], "") if loop else body
    repeated = loop[1] if loop else ""
    states = len(kernels.system.states)
    return sum(cost * (len(re.findall(p, once)) + states * len(re.findall(p, repeated))) for p, cost in COST.items())


def per_lane_step(kernels, output_share):
    """{part: operations per step of one lane}; dense output counts for the share of steps that report."""
    return {
        "slopes, Jacobian, LU": flops(kernels, "factor"),
        "slopes and solve": (STAGES - 1) * flops(kernels, "solve"),
        "stage sums": sum(flops(kernels, f"stage{s}") for s in range(1, STAGES)),
        "error": flops(kernels, "error") + flops(kernels, "accept"),
        "dense output": output_share * flops(kernels, "dense"),
    }


def peak(width, rounds=15, count=1_000_000):
    """Fused multiply-adds in registers: operations per second of this core at this width."""
    kind = f"<{width} x double>"

    def splat(value):
        return "<" + ", ".join([f"double {value}"] * width) + ">"

    chains = range(CHAINS)
    lines = ["define double @peak(i64 %n) {\nentry:\n  br label %loop\nloop:\n  %i = phi i64 [0, %entry], [%next, %loop]"]
    lines += [f"  %a{k} = phi {kind} [{splat(f'1.{k}')}, %entry], [%b{k}, %loop]" for k in chains]
    constants = f"{kind} {splat('0.5')}, {kind} {splat('0.25')}"
    lines += [f"  %b{k} = call {kind} @llvm.fma.v{width}f64({kind} %a{k}, {constants})" for k in chains]
    lines += ["  %next = add i64 %i, 1\n  %more = icmp slt i64 %next, %n\n  br i1 %more, label %loop, label %done\ndone:"]
    lines += [f"  %s{k} = fadd {kind} {f'%s{k - 1}' if k > 1 else '%b0'}, %b{k}" for k in chains[1:]]
    lines += [f"  %r = extractelement {kind} %s{CHAINS - 1}, i32 0\n  ret double %r\n}}"]
    lines += [f"declare {kind} @llvm.fma.v{width}f64({kind}, {kind}, {kind})"]
    target = llvm.Target.from_triple(llvm.get_process_triple())
    host = {"cpu": llvm.get_host_cpu_name(), "features": llvm.get_host_cpu_features().flatten()}
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly("\n".join(lines)), target.create_target_machine(**host, opt=2))
    engine.finalize_object()
    run = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int64)(engine.get_function_address("peak"))
    run(1000)
    best = min(_seconds(run, count) for _ in range(rounds))
    return 2.0 * CHAINS * width * count / best


def _seconds(run, count):
    begin = time.perf_counter()
    run(count)
    return time.perf_counter() - begin
