"""Whether this machine can run the engine, and how to mend what cannot."""

import importlib.util
import platform
import shutil
import sys
import time
from pathlib import Path

PEERS = {"roadrunner": "pip install libroadrunner antimony", "pydiffsol": "pip install pydiffsol"}
LEAST_DISK = 200e6  # bytes


def examine():
    """[(fine, what, finding, fix)] of everything a run needs."""
    return [_python(), _processor(), _cache(), _compile(), _disk(), *_peers()]


def integrator_is_cached():
    """Whether the integrator has been compiled on this machine before."""
    return any(_cache_folder().glob("integrate.integrate-*.nbi"))


def _cache_folder():
    """Where numba keeps the compiled integrator: beside the source, or in the user's cache folder."""
    import numba

    if numba.config.CACHE_DIR:
        return Path(numba.config.CACHE_DIR)
    import synaptrace.solve.integrate as module

    return Path(module.integrate._cache.cache_path)


def _python():
    version = platform.python_version()
    return sys.version_info >= (3, 11), "Python", version, "install Python 3.11 or newer"


def _processor():
    import llvmlite.binding as llvm

    from synaptrace.solve.engine import best_width

    name = llvm.get_host_cpu_name()
    return (
        True,
        "processor",
        f"{name}, {best_width(1000)} lanes per vector, LLVM {'.'.join(map(str, llvm.llvm_version_info))}",
        "",
    )


def _cache():
    try:
        folder = _cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_text("")
        probe.unlink()
        state = "integrator already compiled" if integrator_is_cached() else "integrator compiles at the first run, some seconds"
        return True, "cache folder", f"{folder}, {state}", ""
    except OSError as error:
        return False, "cache folder", error.strerror or str(error), "set NUMBA_CACHE_DIR to a folder you can write"


def _compile():
    from synaptrace.simulate import run

    try:
        start = time.perf_counter()
        result = run("single_infusion", at=["40 min"])
        seconds = time.perf_counter() - start
        peak = float(result["arterial.ketamine"].values[0, 0])
        return 200 < peak < 350, "a run", f"{seconds:.2f} s, {peak:.1f} ng/mL at 40 min", "reinstall synaptrace"
    except Exception as error:  # whatever fails here is the finding
        return False, "a run", str(error).splitlines()[0], "reinstall llvmlite and numba from wheels"


def _disk():
    free = shutil.disk_usage(Path.home()).free
    return free > LEAST_DISK, "disk", f"{free / 1e9:.1f} GB free", "free some space for caches and results"


def _peers():
    for name, fix in PEERS.items():
        there = importlib.util.find_spec(name) is not None
        yield True, f"peer {name}", "installed" if there else f"not installed; only for make benchmark ({fix})", ""
