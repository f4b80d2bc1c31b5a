"""What the interface tests share: the command line in this process and in its own, and results made once."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.interface.browser import Browser, find_browser

LAUNCH = "import sys; sys.argv[0] = 'synaptrace'; from synaptrace.cli import main; main()"


@pytest.fixture
def command(monkeypatch, capsys):
    """Run the command line in this process: command('run', '--json') -> code, out, err."""
    from synaptrace.cli import main

    def run(*arguments):
        monkeypatch.setattr(sys.modules["__main__"], "__package__", None)  # else Typer calls the program 'python -m pytest'
        monkeypatch.setattr(sys, "argv", ["synaptrace", *map(str, arguments)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err)

    return run


@pytest.fixture(scope="session")
def shell():
    """Run the command line in a process of its own."""

    def run(*arguments, cwd=None):
        done = subprocess.run(
            [sys.executable, "-c", LAUNCH, *map(str, arguments)],
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return SimpleNamespace(code=done.returncode, out=done.stdout, err=done.stderr)

    return run


@pytest.fixture(scope="session")
def single():
    """The shipped single infusion on its default times."""
    from tests.exposure import run

    return run("single_infusion")


@pytest.fixture(scope="session")
def saved(single, tmp_path_factory):
    """The same, saved."""
    from synaptrace.results import save

    return save(single, tmp_path_factory.mktemp("saved") / "single.nc")


@pytest.fixture
def refusal():
    """Call something and return the SynaptraceError that it raises."""
    from synaptrace.errors import SynaptraceError

    def run(call, *arguments, **options):
        with pytest.raises(SynaptraceError) as caught:
            call(*arguments, **options)
        return caught.value

    return run


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A headless Chromium for the tests of one file."""
    if find_browser() is None:
        pytest.skip("no Chromium on this machine: the page is not opened (apt-get install chromium)")
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()
