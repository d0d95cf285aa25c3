"""The command line: results on stdout, the rest on stderr, a line for each error, exit codes."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import planlib
from checkout import LANG, Checkout, code, figure, markdown, shown, without_kernels
from conftest import DATA, DataCopy
from planlib import evidence
from planlib.cli import main

COMMANDS = sorted(main.commands)
LINES = f'{LANG}\nyears: int = 3  # 1..10; assumed\nkind: str = ""  # one of empty, power'


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.fixture
def checkout(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout, the current folder, where builds start no kernel."""
    checkout = Checkout(tmp_path / "checkout")
    draw = code("show()", "figure", outputs=[shown(figure())])
    checkout.add("deals", markdown("# Deals"), draw, parameters=LINES)
    checkout.add("measures", markdown("# Measures"))
    without_kernels(checkout, monkeypatch)
    monkeypatch.chdir(checkout.root)
    return checkout


# Help and usage


def test_help_lists_every_command_in_a_whole_sentence():
    result = call("--help")
    assert result.exit_code == 0
    assert {"build", "check", "diff", "doctor", "list", "why"} <= set(COMMANDS)
    assert "..." not in result.stdout.partition("Commands:")[2]
    for name in COMMANDS:
        assert f"\n  {name} " in result.stdout


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help(name, option):
    result = call(name, option)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: main {name} ")


def test_the_help_of_build_says_what_is_built_and_what_the_exit_codes_mean():
    words = " ".join(call("build", "--help").stdout.split())
    assert "publish it to reports/build" in words
    assert "NAMES are editions as `planlib list` shows them, or patterns such as deals-*" in words
    assert "Exit code 1: a report failed; 2: bad data, parameters or usage" in words
    assert "Notebooks at a time; two a core by default." in words


def test_the_version_is_that_of_the_package():
    assert call("--version").stdout == f"planlib, version {planlib.__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["biuld"], "no command 'biuld'; did you mean 'build'?"),
        (["zzz"], "no command 'zzz'; choose one of: build, check"),
        (["build", "--job", "2"], "No such option '--job'."),
        (["build", "-j", "0"], "0 is not in the range 1<=x<=64"),
        (["check", "deals"], "Got unexpected extra argument (deals)"),
    ],
)
def test_wrong_usage_is_answered_with_a_hint(words, said):
    result = call(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert said in result.stderr


# list


def test_list_shows_notebooks_with_their_editions_and_parameters(checkout):
    result = call("list")
    assert (result.exit_code, result.stderr) == (0, "")
    assert [" ".join(line.split()) for line in result.stdout.splitlines()] == [
        "deals",
        "deals",
        "",
        "lang str 'en' one of en, zh",
        "years int 3 1..10; assumed",
        "kind str '' one of (empty), power",
        "",
        "measures",
        "measures",
        "",
        "lang str 'en' one of en, zh",
    ]


def test_list_of_one_notebook_is_of_that_one(checkout):
    result = call("list", "measures")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "measures")
    assert "deals" not in result.stdout
    assert list(json.loads(call("list", "measures", "--json").stdout)["notebooks"]) == ["measures"]
    unknown = call("list", "measure")
    said = "no notebook 'measure'; did you mean 'measures'?\n"
    assert (unknown.exit_code, unknown.stdout, unknown.stderr) == (2, "", said)


def test_list_is_no_wider_than_a_page(checkout):
    choices = ", ".join(f"choice-{n}" for n in range(60))
    checkout.add("wide", parameters=f'kind: str = "choice-1"  # one of {choices}')
    lines = call("list", "wide").stdout.splitlines()
    assert max(map(len, lines)) <= 100
    assert "choice-59" in lines[-1]


def test_list_as_json_has_types_choices_and_ranges(checkout):
    listed = json.loads(call("list", "--json").stdout)
    assert listed["editions"][0] == {
        "name": "deals",
        "notebook": "deals",
        "parameters": {"lang": "en"},
        "formats": ["html"],
    }
    years, kind = listed["notebooks"]["deals"][1:]
    assert (years["type"], years["minimum"], years["maximum"]) == ("int", 1, 10)
    assert kind["choices"] == ["", "power"]
    assert kind["title"] != "kind"


def test_list_reads_the_choices_of_a_column(checkout):
    checkout.add("land", parameters='country_id: str = ""  # one of empty, deals.country_id')
    assert ", SAU" in call("list").stdout
    (parameter,) = json.loads(call("list", "--json").stdout)["notebooks"]["land"]
    assert {"", "ARE", "SAU"} <= set(parameter["choices"])
    assert parameter["title"] == "Country"


# build


def test_build_prints_its_result_and_tells_progress_apart(checkout):
    result = call("build")
    assert result.exit_code == 0
    heads, counts, page = result.stdout.splitlines()
    assert heads.split() == ["built", "fresh", "failed", "stale", "time"]
    assert counts.split()[:4] == ["2", "0", "0", "0"]
    assert page == str(checkout.site / "index.html")
    assert result.stderr.splitlines() == [
        "[1/2] deals: built in 0.1 s",
        "[2/2] measures: built in 0.1 s",
    ]


def test_build_takes_the_editions_named(checkout):
    result = call("build", "measures")
    assert result.stderr == "[1/1] measures: built in 0.1 s\n"
    assert list(checkout.manifest()["editions"]) == ["measures"]


def test_a_failed_edition_is_told_with_its_reason(checkout):
    call("build")
    checkout.failing["deals"] = "cell [2] 'x': NameError: x"
    result = call("build", "--force")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1].split()[:4] == ["1", "0", "1", "1"]
    assert result.stderr.splitlines()[-1] == (
        "deals: deals.ipynb: cell [2] 'x': NameError: x; its last good page was kept"
    )


def test_build_as_json(checkout):
    call("build")
    checkout.failing["deals"] = "kernel died"
    checkout.add("debate", markdown("# Debate"))
    result = call("build", "deals", "--force", "--json")
    assert json.loads(result.stdout)["failed"] == {"deals": "deals.ipynb: kernel died"}
    result = call("build", "--json")
    found = json.loads(result.stdout)
    assert found.pop("seconds") > 0
    assert found == {
        "built": ["debate"],
        "fresh": ["measures"],
        "failed": {"deals": "deals.ipynb: kernel died"},
        "stale": ["deals"],
        "index": str(checkout.site / "index.html"),
    }
    assert result.exit_code == 1


def test_why_and_a_dry_run_name_the_cause_and_run_nothing(checkout):
    assert call("why", "deals").stdout == "deals: it was never built\n"
    call("build")
    checkout.ran.clear()
    path = checkout.root / "notebooks" / "deals.ipynb"
    path.write_text(path.read_text().replace("# Deals", "# Other deals"))
    told = "deals: deals.ipynb changed\nmeasures: fresh\n"
    assert call("why").stdout == told
    assert call("build", "--dry-run").stdout == told
    assert json.loads(call("why", "--json").stdout) == {
        "deals": ["deals.ipynb changed"], "measures": []
    }  # fmt: skip
    assert call("build", "--dry-run", "--force", "measures").stdout == (
        "measures: asked for with --force\n"
    )
    assert checkout.ran == []


def test_one_report_off_the_list_goes_to_a_folder_of_its_own(checkout, tmp_path):
    folder = tmp_path / "mine"
    file = tmp_path / "parameters.yaml"
    file.write_text("years: 4\n")
    result = call("build", "deals", "-f", str(file), "-p", "kind", "power", "-o", str(folder))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == str(folder / "deals.html")
    assert "years = 4, kind = power" in (folder / "deals.html").read_text(encoding="utf-8")
    assert (folder / "_static" / "plotly-basic.min.js").is_file()
    assert (folder / "deals" / "chips.csv").is_file()
    assert not checkout.site.exists()


def test_a_report_off_the_list_replaces_the_one_before_it(checkout, tmp_path):
    folder = tmp_path / "mine"
    for years in ("4", "6"):
        result = call("build", "deals", "-p", "years", years, "-o", str(folder))
        assert (result.exit_code, result.stderr) == (0, "")
    assert "years = 6" in (folder / "deals.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["deals", "-p", "years", "4"], "give -o FOLDER"),
        (["deals", "-p", "years=4", "-o", "x"], "write name and value apart: -p years 4"),
        (["deals", "-o", "reports/build"], "reports/build: is the published site; name another"),
        (["deals", "-o", "notebooks"], "notebooks: holds other files; name a new or an empty"),
        (["deals", "-o", "."], ".: holds other files; name a new or an empty"),
        (["-o", "x"], "name one notebook or edition"),
        (["deels", "-o", "x"], "no notebook or edition 'deels'; did you mean 'deals'?"),
        (["deals", "-p", "yeers", "4", "-o", "x"], "deals: no parameter 'yeers'; did you mean"),
        (["deals", "-p", "years", "40", "-o", "x"], "deals: years: 40 is out of range"),
        (["deals", "-p", "years", "four", "-o", "x"], "years: 'four' is not of type int"),
        (["deals", "-f", "none.yaml", "-o", "x"], "none.yaml: cannot be read (No such file"),
        (["deals", "-f", "numbers.yaml", "-o", "x"], "numbers.yaml: holds no parameters; write"),
        (["deals", "-o", "x", "--dry-run"], "-o makes a report: leave out --dry-run"),
        (["deals", "-o", "x", "--check-reproducible"], "-o makes a report: leave out --dry-run"),
    ],
)
def test_a_faulty_report_off_the_list_is_refused(checkout, words, said):
    Path("numbers.yaml").write_text("1: 2\nyes: 3\n")
    result = call("build", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert not Path("x").exists()


def test_a_failed_report_off_the_list_leaves_its_folder_alone(checkout, tmp_path):
    checkout.failing["deals"] = "kernel died"
    result = call("build", "deals", "-o", str(tmp_path / "mine"))
    assert (result.exit_code, result.stderr) == (1, "deals: deals.ipynb: kernel died\n")
    assert "deals.html" not in result.stdout
    assert not (tmp_path / "mine").exists()
    as_json = json.loads(call("build", "deals", "-o", str(tmp_path / "mine"), "--json").stdout)
    assert as_json["index"] is None


def test_an_export_of_what_changed_since_it_was_built_says_so(checkout, tmp_path):
    call("build")
    to = ["--to", "csv", "-o", str(tmp_path / "out"), "--force"]
    assert "exported as last built" not in call("export", "deals", *to).stderr
    path = checkout.root / "notebooks" / "deals.ipynb"
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert "exported as last built" not in call("export", "measures", *to).stderr
    result = call("export", "deals", *to)
    assert result.exit_code == 0
    assert result.stderr.splitlines()[-1].startswith("deals: exported as last built, but something")


# diff


def test_diff_shows_rows_by_key(data_copy: DataCopy):
    data_copy.set("chips", "h20", name="H20 renamed")
    data_copy.drop("events", event_id=data_copy.rows("events")[0]["event_id"])
    gone = planlib.load("events", directory=DATA)["event_id"].iloc[0]
    result = call("diff", str(DATA))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "chips h20: changed (name: 'H20' -> 'H20 renamed')",
        f"events {gone}: removed",
    ]
    compared = f"({DATA} -> {data_copy.directory})"
    assert result.stderr == f"0 added, 1 removed, 1 changed {compared}\n"
    back = json.loads(call("diff", str(data_copy.directory), str(DATA), "--json").stdout)
    assert [(c["key"], c["kind"]) for c in back] == [("h20", "changed"), (gone, "added")]


def test_diff_takes_git_revisions_and_a_column_that_came_blank_changes_no_row(
    tmp_path, data_copy: DataCopy
):
    def git(*words: str) -> None:
        command = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@y", *words]
        subprocess.run(command, check=True, capture_output=True)

    git("init")
    git("add", "data")
    git("commit", "-m", "first")
    rows = data_copy.rows("chips")
    data_copy.write("chips", [{**row, "new_column": ""} for row in rows])
    result = call("diff", "HEAD")
    assert (result.exit_code, result.stdout) == (0, "")
    data_copy.write("chips", [{**row, "new_column": ""} for row in rows[1:]])
    assert call("diff", "HEAD").stdout == f"chips {rows[0]['chip_id']}: removed\n"


def test_diff_of_what_is_no_data_is_one_line(tmp_path, monkeypatch):
    result = call("diff", "no-such-revision")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(
        "'no-such-revision' is neither a folder with datapackage.json nor a git revision"
    )
    (tmp_path / "datapackage.json").write_text("{}")
    result = call("diff", str(tmp_path))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_an_unknown_edition_is_answered_with_the_nearest(checkout):
    result = call("build", "deels")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "no edition 'deels'; did you mean 'deals'?\n"


@pytest.mark.parametrize("command", ["build", "list"])
def test_outside_of_a_checkout_there_is_one_line(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    result = call(command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"{tmp_path}: no reports/reports.toml here or above; "
        "reports need a checkout of planlib: clone it and run this inside\n"
    )


def test_a_build_that_cannot_write_says_so_in_one_line(checkout, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", full)
    result = call("build")
    builds = checkout.root / "reports" / ".builds"
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"{builds}: cannot be written (Read-only file system); free space or mend access\n"
    )


def test_a_folder_for_temporary_files_that_is_full_is_one_line_too(checkout, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/tmp/planlib-x")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    result = call("build")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith(
        ": cannot be written (No space left on device); free space or mend access\n"
    )
    assert result.stderr.count("\n") == 1
    assert not checkout.site.exists()


def test_an_interruption_is_one_line(checkout, monkeypatch):
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(evidence, "check", interrupted)
    result = call("build")
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == "interrupted; what was published before is unchanged\n"


@pytest.mark.slow
def test_a_build_in_its_own_process_speaks_only_for_itself(tmp_path):
    checkout = Checkout(tmp_path)
    checkout.add("noisy", "import os; os.write(2, b'from the kernel'); os.system('echo shell >&2')")
    checkout.add("fails", markdown("# Fails"), "1 / 0")
    ran = subprocess.run(
        [sys.executable, "-m", "planlib.cli", "build"],
        cwd=checkout.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[1].split()[:4] == ["1", "0", "1", "0"]
    *progress, failure = ran.stderr.splitlines()
    assert sorted(line.split()[1] for line in progress) == ["fails:", "noisy:"]
    assert failure == "fails: fails.ipynb: cell [2] '1 / 0': ZeroDivisionError: division by zero"
    assert list(checkout.manifest()["editions"]) == ["noisy"]
    executed = (checkout.site / "noisy.ipynb").read_text(encoding="utf-8")
    assert '"papermill"' in executed
    assert str(checkout.root) not in executed


# check


def test_check_prints_the_coverage_of_each_table():
    result = call("check")
    assert result.exit_code == 0
    head, *rows = result.stdout.splitlines()
    assert head.split() == ["table", "rows", "verified", "reported", "counted"]
    assert len(rows) == len(evidence.coverage())
    assert result.stderr.startswith("verified: printed in a text that was read")


def test_check_as_json():
    result = call("check", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    deals = next(row for row in found if row["table"] == "deals")
    assert deals["rows"] == len(planlib.load("deals"))


def test_check_tells_every_problem_and_nothing_else(data_copy: DataCopy):
    line = data_copy.set("deals", "sa-humain-nvidia", announced_date="soon")
    data_copy.path("chips").unlink()
    result = call("check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        f"chips.csv: is missing; restore it in {data_copy.directory}",
        f"deals.csv:{line}: announced_date: 'soon' is not a date; "
        "write it as YYYY-MM-DD, a real day",
    ]


def test_check_mends_byte_order_marks_and_line_ends(data_copy: DataCopy):
    path = data_copy.path("deals")
    clean = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + clean.replace(b"\n", b"\r\n"))
    assert call("check").exit_code == 2
    result = call("check", "--fix")
    assert result.exit_code == 0
    assert result.stderr.startswith("deals.csv: byte-order mark or line ends mended\n")
    assert path.read_bytes() == clean
    assert "mended" not in call("check", "--fix").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check"], "deals.csv: cannot be read (Is a directory); mend access\n"),
        (["check", "--fix"], "deals.csv: cannot be mended (Is a directory); mend access\n"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_line(data_copy: DataCopy, words, said):
    data_copy.path("deals").unlink()
    data_copy.path("deals").mkdir()
    result = call(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(said)
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["check", "build"])
def test_data_that_are_nowhere_are_one_line(checkout, monkeypatch, command):
    monkeypatch.undo()
    monkeypatch.chdir(checkout.root)
    monkeypatch.setenv("PLANLIB_DATA", "/nowhere")
    result = call(command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "/nowhere/datapackage.json: the descriptor is missing; restore it or correct PLANLIB_DATA\n"
    )


# As installed


@pytest.fixture
def installed(tmp_path) -> Path:
    """The package as a wheel lays it down: the data inside, no checkout around."""
    packages = tmp_path / "site-packages"
    source = Path(planlib.__file__).parent
    shutil.copytree(source, packages / "planlib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(DATA, packages / "planlib" / "data")
    return packages


@pytest.mark.slow
def test_an_installed_planlib_checks_its_data_and_says_what_build_needs(installed, tmp_path):
    def ran(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "planlib.cli", command],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(installed)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert ran("check").returncode == 0
    built = ran("build")
    assert (built.returncode, built.stdout) == (2, "")
    assert built.stderr == (
        f"{tmp_path}: no reports/reports.toml here or above; "
        "reports need a checkout of planlib: clone it and run this inside\n"
    )
