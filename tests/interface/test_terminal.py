"""At a terminal: progress is shown there and nowhere else; Ctrl-C leaves nothing half-written."""

import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
LAUNCH = [sys.executable, "-c", "from synaptrace.cli import main; main()"]


def read_to_the_end(handle):
    """All that a terminal shows until the process behind it has closed it."""
    shown = b""
    while True:
        try:
            part = os.read(handle, 65536)
        except OSError:  # how Linux says that the other end is closed
            return shown.decode()
        if not part:
            return shown.decode()
        shown += part


def at_a_terminal(*arguments, cwd):
    """(exit code, stdout, what the terminal on stderr showed)."""
    import pty

    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            [*LAUNCH, *arguments],
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=theirs,
            stdin=theirs,
            text=True,
            env={**os.environ, "TERM": "xterm-256color"},
        ) as process:
            os.close(theirs)
            shown = read_to_the_end(ours)
            out = process.stdout.read()
        return process.returncode, out, shown
    finally:
        os.close(ours)


def wait_until_busy(process, folder):
    """Return once the process has computed for a while: imports and compilation are over."""
    deadline = time.monotonic() + 60
    clock = os.sysconf("SC_CLK_TCK")
    while time.monotonic() < deadline and process.poll() is None:
        with open(f"/proc/{process.pid}/stat") as stat:
            spent = sum(int(x) for x in stat.read().rsplit(")", 1)[1].split()[11:13]) / clock
        if spent > 3:
            return
        time.sleep(0.05)
    pytest.fail(f"the run ended or never began: {process.poll()}, {os.listdir(folder)}")


def test_progress_is_shown_on_a_terminal_and_the_result_stays_on_stdout(tmp_path):
    code, out, shown = at_a_terminal("run", "--at", "1h", cwd=tmp_path)
    assert code == 0 and "running" in shown or "preparing the integrator" in shown
    assert "AUC(0-t)" in out and "\x1b" not in out and "running" not in out


def test_progress_is_never_piped(shell):
    done = shell("run", "--at", "1h")
    assert done.code == 0 and done.err == "" and "running" not in done.out and "\x1b" not in done.out


def test_a_refusal_at_a_terminal_is_the_same_message(tmp_path):
    code, out, shown = at_a_terminal("run", "--model", "standart", "--out", "x.nc", cwd=tmp_path)
    assert code == 2 and out == "" and "'standart' is not a model." in shown and "Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="the time a process has computed is read from /proc")
def test_ctrl_c_in_the_middle_of_a_large_run_leaves_nothing(tmp_path):
    # a shell that runs the tests in its background has its children ignore Ctrl-C
    listening = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {LAUNCH[2]}"
    command = [*LAUNCH[:2], listening, "run", "--people", "200000", "--out", "x.nc"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until_busy(process, tmp_path)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130 and out == ""
    assert err == "\nstopped; nothing was written\n"
    assert list(tmp_path.iterdir()) == []
