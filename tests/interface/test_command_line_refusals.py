"""Bad input at the command line: one message, exit code 2, nothing printed, nothing left behind."""

import os
import sys

import pytest

from tests.exposure import EXPOSURE

RUN = ("run", *EXPOSURE, "single_infusion")

REFUSALS = [
    (("run", "single_infusions"), "'single_infusions' is not a shipped protocol.", "nearest  single_infusion"),
    (("run", "missing.toml"), "'missing.toml' cannot be read.", "reason  No such file or directory"),
    (("run", "./"), "'./' cannot be read.", "reason  Is a directory"),
    (("run", "binary.toml"), "'binary.toml' is not a text file.", "expected  TOML in UTF-8"),
    (("run", "words.toml"), "'words.toml' is not TOML.", "synaptrace protocols NAME --write my.toml"),
    (("run", "missing.nc"), "there is no file 'missing.nc'.", "fix"),
    (("run", "text.nc"), "'text.nc' cannot be opened.", "reason"),
    (("run", "empty.nc"), "'empty.nc' cannot be opened.", "reason"),
    ((*RUN, "six_infusions"), "Got unexpected extra argument", "synaptrace run --help"),
    ((*RUN, "--model", "standart"), "'standart' is not a model.", "nearest  standard"),
    ((*RUN, "--model"), "Option '--model' requires an argument.", "--help"),
    ((*RUN, "--pepole", "3"), "'--pepole' is not an option of synaptrace run.", "nearest  --people"),
    (("rum",), "'rum' is not a command.", "nearest  run"),
    (("explain",), "Missing argument", "synaptrace explain --help"),
    (("where",), "Missing argument", "synaptrace where --help"),
    (("--verson",), "'--verson' is not an option of synaptrace.", "nearest  --version"),
    (
        (*RUN, "--set", "ketamine_distributes[S].V11=3 L"),
        "'ketamine_distributes[S].V11' is not a parameter of this model.",
        "nearest  ketamine_distributes[S].V1",
    ),
    (
        (*RUN, "--set", "ketamine_distributes[S].V1"),
        "'ketamine_distributes[S].V1' does not set a number.",
        'expected  NAME="NUMBER UNIT"',
    ),
    ((*RUN, "--set", "ketamine_distributes[S].V1="), "'ketamine_distributes[S].V1=' does not set a number.", "given     --set"),
    ((*RUN, "--set", "ketamine_distributes[S].V1=3 h"), "'3 h' cannot be read in L.", "expected  a unit like L"),
    ((*RUN, "--set", "ketamine_distributes[S].V1=3"), "'3' has no unit.", "expected  a number with a unit like L"),
    (
        (*RUN, "--set", "ketamine_distributes[S].V1=0.3 L/kg"),
        "'0.3 L/kg' is per kilogram of what?",
        "write L/kgBW for body weight",
    ),
    ((*RUN, "--set", "ketamine_distributes[S].V1=nan L"), "'nan L' is not a finite number.", "given     nan L"),
    ((*RUN, "--patient", "weight=0kg"), "a weight of 0 kg is outside what this model covers.", "expected  2 to 350 kg"),
    ((*RUN, "--patient", "weight=900kg"), "a weight of 900 kg is outside what this model covers.", "expected  2 to 350 kg"),
    (
        (*RUN, "--patient", "weight"),
        "'weight' does not describe a patient.",
        "weight=82kg, age=40, sex=female, CYP2B6=*1/*6 or co_medication=rifampicin",
    ),
    ((*RUN, "--patient", "wait=70kg"), "'wait=70kg' does not describe a patient.", "nearest   weight"),
    ((*RUN, "--patient", "weight=82 mn"), "'mn' is not a unit.", "nearest"),
    ((*RUN, "--patient", "weight=heavy"), "'heavy' does not start with a number.", "expected  a number and a unit"),
    ((*RUN, "--people", "0"), "'0' is not a number of people.", "expected  1 to 1000000"),
    ((*RUN, "--people", "-1"), "'-1' is not a number of people.", "expected  1 to 1000000"),
    ((*RUN, "--people", "1000001"), "'1000001' is not a number of people.", "expected  1 to 1000000"),
    ((*RUN, "--people", "x"), "Invalid value for '--people': ", "synaptrace run --help"),
    ((*RUN, "--people", "2.5"), "Invalid value for '--people': ", "synaptrace run --help"),
    ((*RUN, "--seed", "-1"), "'-1' is not a seed.", "expected  a whole number from 0"),
    ((*RUN, "--threads", "0"), "'0' is not a number of threads.", "expected  1 or more"),
    ((*RUN, "--accept-failures", "x"), "Invalid value for '--accept-failures': ", "synaptrace run --help"),
    ((*RUN, "--accept-failures", "-1"), "'-1'", "expected"),
    ((*RUN, "--at", "673h"), "673 h lies outside the protocol.", "expected  0 to 672 h"),
    ((*RUN, "--at", "-1min"), "-0.0166667 h lies outside the protocol.", "expected  0 to 672 h"),
    ((*RUN, "--at", "40 mn"), "'40 mn' is not a time.", "nearest   min"),
    ((*RUN, "--every", "0 h"), "'0 h' is not a usable step.", "expected  a positive time, at most a million steps"),
    ((*RUN, "--every", "-1 h"), "'-1 h' is not a usable step.", "given     every -1 h"),
    ((*RUN, "--every", "1 ns"), "'1 ns' is not a usable step.", "at most a million steps"),
    ((*RUN, "--at", "1h", "--every", "1h"), "'at' and 'every' both choose the output times.", "fix    leave one out"),
    ((*RUN, "--out", "x.txt"), "'x.txt' is not a kind of file this writes.", "expected  .nc or .csv"),
    ((*RUN, "--out", "x"), "'x' is not a kind of file this writes.", "expected  .nc or .csv"),
    ((*RUN, "--figure", "x.jpg"), "'x.jpg' is not a kind of file this writes.", "expected  .png or .svg"),
    ((*RUN, "--out", "none/x.nc"), "'none/x.nc' cannot be written.", "reason  its folder does not exist"),
    ((*RUN, "--out", "words.toml/x.nc"), "'words.toml/x.nc' cannot be written.", "reason  its folder does not exist"),
    ((*RUN, "--out", "folder.nc"), "'folder.nc' cannot be written.", "reason  it is a folder"),
    ((*RUN, "--figure", "none/x.svg"), "'none/x.svg' cannot be written.", "reason  its folder does not exist"),
    (("protocols", "none"), "'none' is not a shipped protocol.", "nearest"),
    (("protocols", "words.toml"), "'words.toml' is not a shipped protocol.", "find  synaptrace protocols"),
    (
        ("protocols", "--write", "my.toml"),
        "--write needs the name of a protocol.",
        "expected  synaptrace protocols NAME --write my.toml",
    ),
    (
        ("protocols", "single_infusion", "--write", "my.txt"),
        "'my.txt' does not end in .toml.",
        "expected  a file name such as my.toml",
    ),
    (("protocols", "single_infusion", "--write", "words.toml"), "'words.toml' exists.", "fix  choose another name"),
    (("protocols", "single_infusion", "--write", "none/my.toml"), "'none/my.toml' cannot be written.", "reason"),
    (
        ("explain", "ketamine_distributes[S].V11"),
        "'ketamine_distributes[S].V11' is no name of the model 'standard'.",
        "nearest  ketamine_distributes[S].V1",
    ),
    (
        ("explain", "V1"),
        "'V1' could be several names of the model 'standard'.",
        "choices  ketamine_distributes[S].V1, ketamine_distributes[R].V1",
    ),
    (("explain", "V1", "--model", "x"), "'x' is not a model.", "find     synaptrace models"),
    (("where", "zebra", "fish"), "nothing is called or means 'zebra fish'.", "nearest"),
    (("cite", "none"), "'none' is not a shipped protocol.", "nearest"),
    (("cite", "--model", "standart"), "'standart' is not a model.", "nearest  standard"),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with some files that are not what their names say."""
    (tmp_path / "binary.toml").write_bytes(bytes(range(256)))
    (tmp_path / "words.toml").write_text("drug: racemic ketamine")
    (tmp_path / "text.nc").write_text("this is no NetCDF file")
    (tmp_path / "empty.nc").write_text("")
    (tmp_path / "folder.nc").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(done, sentence, more):
    assert done.code == 2, (done.code, done.err)
    assert done.out == "" and "Traceback" not in done.err
    first, *rest = done.err.splitlines()
    assert first.startswith(sentence), done.err
    assert more in done.err
    assert all(line.startswith("  ") for line in rest), done.err


@pytest.mark.parametrize(("arguments", "sentence", "more"), REFUSALS)
def test_bad_input_gives_one_message_and_leaves_nothing(command, folder, arguments, sentence, more):
    before = sorted(p.name for p in folder.iterdir())
    refused(command(*arguments), sentence, more)
    assert sorted(p.name for p in folder.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "sentence", "more"),
    [
        row
        for row in REFUSALS
        if row[0][1:] in (("single_infusions",), ("words.toml",))
        or "--people" in row[0][:3]
        and "x" in row[0]
        or "none/x.nc" in row[0]
        or "weight=0kg" in row[0]
        or row[0] == ("rum",)
    ],
)
def test_bad_input_reads_the_same_in_a_process_of_its_own(shell, folder, arguments, sentence, more):
    before = sorted(p.name for p in folder.iterdir())
    refused(
        shell(*arguments, "--out", "x.nc", cwd=folder)
        if arguments[0] == "run" and "--out" not in arguments
        else shell(*arguments, cwd=folder),
        sentence,
        more,
    )
    assert sorted(p.name for p in folder.iterdir()) == before


@pytest.mark.parametrize("options", [("--people", "0"), ("--at", "999h"), ("--set", "V1=3 L"), ("--patient", "weight=0kg")])
def test_a_refused_run_writes_neither_result_nor_figure(command, folder, options):
    before = sorted(p.name for p in folder.iterdir())
    assert command("run", *EXPOSURE, "--out", "x.nc", "--figure", "x.svg", *options).code == 2
    assert sorted(p.name for p in folder.iterdir()) == before


@pytest.mark.parametrize(
    ("options", "given"),
    [
        (("--set", "a=1 L"), "--set"),
        (("--people", "3"), "--people"),
        (("--seed", "4"), "--seed"),
        (("--at", "1h"), "--at"),
        (("--every", "1h", "--patient", "weight=80kg"), "--patient, --every"),
        (("--model", "other"), "--model"),
    ],
)
def test_a_saved_result_takes_no_options_that_would_change_it(command, saved, options, given):
    refused(command("run", saved, *options), "a saved result is repeated as it was.", f"given  {given}")


def test_a_foreign_result_is_refused(command, folder):
    import xarray

    xarray.Dataset({"a": ("time", [1.0])}).to_netcdf(folder / "other.nc", engine="h5netcdf")
    refused(command("run", "other.nc"), "'other.nc' was not written by synaptrace.", "synaptrace run --out")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_may_not_be_written_is_refused(command, tmp_path):
    tmp_path.chmod(0o555)
    refused(
        command("run", *EXPOSURE, "--out", tmp_path / "x.nc"),
        f"'{tmp_path / 'x.nc'}' cannot be written.",
        "its folder does not allow it",
    )
    tmp_path.chmod(0o755)


def test_a_folder_that_does_not_allow_it_is_refused_before_the_run(command, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    refused(
        command("run", *EXPOSURE, "--out", tmp_path / "x.nc"),
        f"'{tmp_path / 'x.nc'}' cannot be written.",
        "reason  its folder does not allow it",
    )


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="needs a folder where nobody can make files")
def test_a_folder_where_nobody_can_make_files_is_refused(command):
    refused(command("run", *EXPOSURE, "--out", "/proc/x.nc"), "'/proc/x.nc' cannot be written.", "reason")


def test_a_full_disk_is_refused_and_leaves_nothing(command, tmp_path, monkeypatch):
    import errno

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    refused(
        command("run", *EXPOSURE, "--out", tmp_path / "x.csv"),
        f"'{tmp_path / 'x.csv'}' cannot be written.",
        "No space left on device",
    )
    refused(
        command("protocols", "single_infusion", "--write", tmp_path / "my.toml"),
        f"'{tmp_path / 'my.toml'}' cannot be written.",
        "No space left on device",
    )
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_says_that_nothing_was_written(command, tmp_path, monkeypatch):
    from synaptrace import simulate

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(simulate, "run", interrupted)
    done = command("run", *EXPOSURE, "--out", tmp_path / "x.nc")
    assert done.code == 130 and done.err == "\nstopped; nothing was written\n" and list(tmp_path.iterdir()) == []
