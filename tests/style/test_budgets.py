"""Budgets of size, names and layers, as tests."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import synaptrace

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "src").rglob("*.py")) + sorted((ROOT / "benchmarks").rglob("*.py"))
BRITISH = (
    "colour",
    "modelling",
    "behaviour",
    "normalis",
    "organis",
    "optimis",
    "labelled",
    "signalling",
    "analyse ",
    "neighbour",
    "licence",
)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_files_and_functions_are_short(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            documented = ast.get_docstring(node) is not None
            first = node.body[1 if documented and len(node.body) > 1 else 0].lineno
            assert node.end_lineno - first + 1 <= 40, f"{node.name} is {node.end_lineno - first + 1} lines"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_module_imports_the_package_root_and_spelling_is_american(path):
    text = path.read_text("utf-8")
    if path.is_relative_to(ROOT / "src"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                assert "synaptrace" not in [a.name for a in node.names]
            if isinstance(node, ast.ImportFrom) and node.module == "synaptrace" and path.name != "__init__.py":
                assert all(
                    (ROOT / "src/synaptrace" / a.name).is_dir() or (ROOT / f"src/synaptrace/{a.name}.py").exists()
                    for a in node.names
                )
    assert not [w for w in BRITISH if w in text.lower()]


def test_documents_are_in_american_spelling():
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        assert not [w for w in BRITISH if w in path.read_text("utf-8").lower()], path


def test_at_most_twenty_names_at_the_root_and_each_is_there():
    assert len(synaptrace.__all__) <= 20
    for name in synaptrace.__all__:
        assert getattr(synaptrace, name) is not None
    assert set(dir(synaptrace)) >= set(synaptrace.__all__)
    assert (
        next(iter(synaptrace.models())) == "standard"
        and "perez_ruixo" in synaptrace.models()
        and "single_infusion" in synaptrace.protocols()
    )
    with pytest.raises(AttributeError, match="has no attribute 'simulate_everything'"):
        _ = synaptrace.simulate_everything


def test_importing_the_package_loads_nothing_heavy():
    heavy = ("numpy", "numba", "pint", "xarray", "scipy", "pydantic")
    code = f"import sys, synaptrace; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_runtime_dependencies_are_the_decided_ones():
    wanted = "numpy scipy llvmlite numba pint pydantic tomlkit xarray h5netcdf h5py matplotlib typer rich platformdirs".split()
    found = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert [d.split(">")[0] for d in found] == wanted


def test_the_makefile_has_every_target_and_the_readme_its_two_commands():
    make = (ROOT / "Makefile").read_text("utf-8")
    assert all(f"\n{t}:" in make for t in "run test check evidence heldout benchmark figures".split())
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "make run\nmake test\n" in readme and "never for dosing a person" in readme
    assert "make test" in (ROOT / ".ci/run").read_text("utf-8")


def test_the_readme_example_runs():
    readme = (ROOT / "README.md").read_text("utf-8")
    code = readme.split("```python\n")[1].split("```")[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 6
    exec(compile(code, "README.md", "exec"), {})
