"""What a command says when it fails: a sentence, an exit code, an object, never a traceback."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conjuncture.cli import outputs
from conjuncture.cli.app import app
from conjuncture.cli.failures import without_secrets
from conjuncture.scenario import scenario_file
from crises import FREE

PROGRAM = (sys.executable, "-m", "conjuncture.cli")


def invoke(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def broken(monkeypatch, tmp_path):
    """A program in which reading a scenario fails as nobody foresaw."""

    def fail(*_: object) -> None:
        error = ValueError("no\nsuch \x1b[31mluck")
        error.add_note("----\nFor simplicity, frames were left out of the traceback.")
        raise error

    monkeypatch.setattr(scenario_file, "read_crisis", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_unforeseen_error_is_a_sentence_and_a_report(broken, tmp_path):
    code, out, err = invoke("check", "bolivia-1970")
    assert (code, out) == (70, "")
    assert err.count("\n") == 1
    assert err.rstrip("\n").isprintable()
    [report] = tmp_path.iterdir()
    assert (
        f"ValueError: no such [31mluck); a full report to send to the authors is in '{report}'"
        in err
    )
    assert report.stat().st_mode & 0o077 == 0
    text = report.read_text("utf-8")
    for part in (
        "command line: conjuncture check bolivia-1970\n", "conjuncture: ", "numpy: ", "python: ",
        "sha256 ", "Traceback (most recent call last)", "raise error",
    ):  # fmt: skip
        assert part in text


def test_unforeseen_error_with_json(broken, tmp_path):
    code, out, err = invoke("check", "bolivia-1970", "--json")
    assert code == 70
    told = json.loads(out)
    assert told["conjuncture_json"] == 2
    assert told["error"]["kind"] == "unforeseen"
    assert told["error"]["exit_code"] == 70
    assert told["error"]["message"] == err.rstrip("\n")
    assert told["error"]["report"] == str(next(tmp_path.iterdir()))


def test_report_that_cannot_be_written_is_said(broken, monkeypatch):
    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    code, _, err = invoke("check", "bolivia-1970")
    assert code == 70
    assert err.endswith("no report of it could be written: no space left on device\n")


def test_reports_keep_secrets():
    line = without_secrets(f"--cluster tls://me:secret@host:1 '{Path.home()}/a'")
    assert line == "--cluster tls://host:1 '~/a'"


@pytest.mark.parametrize(
    ("arguments", "code", "kind"),
    [
        (("check", "nowhere"), 2, "usage"),
        (("query", "bolivia-1970", "P("), 1, "query"),
        (("list", "--nonsense"), 2, "usage"),
        (("run", "bolivia-1970", "--worlds", "many"), 2, "usage"),
    ],
)
def test_every_error_is_an_object_with_json(arguments, code, kind):
    found, out, err = invoke(*arguments, "--json")
    assert found == code
    error = json.loads(out)["error"]
    assert (error["kind"], error["exit_code"], error["report"]) == (kind, code, None)
    assert error["message"]
    assert err


def test_mistakes_of_a_query_have_places_in_json():
    _, out, _ = invoke("query", "bolivia-1970", "P(showdown = torrez)", "--json")
    [mistake] = json.loads(out)["error"]["mistakes"]
    assert (mistake["line"], mistake["column"]) == (1, 14)
    assert mistake["remedy"] == "did you mean 'torres'?"


@pytest.mark.parametrize("name", ["a\nb", "a\r\x1b[31mb", "a\u2028b", "a\x85b"])
def test_what_the_user_wrote_breaks_no_line(name):
    for arguments in (
        ("check", name),
        ("query", "bolivia-1970", f"P({name} = 1)"),
        ("export", "bolivia-1970", name),
    ):
        code, _, err = invoke(*arguments)
        assert code in (1, 2)
        assert all(line.isprintable() for line in err.split("\n"))
        if arguments[0] != "query":
            assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "bolivia-1970", "-P(nothing = 1) + 1"),
        ("query", "-q", "bolivia-1970", "-P(nothing = 1) + 1"),
        ("query", "bolivia-1970", "--", "-P(nothing = 1) + 1"),
        ("query", "bolivia-1970", "--worlds", "20", "-P(nothing = 1) + 1", "--json"),
    ],
)
def test_query_that_begins_with_a_minus_sign(arguments):
    code, _, err = invoke(*arguments)
    assert code == 1
    assert err.startswith("query:1:4: ")


def test_misspelt_option_is_no_query():
    code, _, err = invoke("query", "bolivia-1970", "P(showdown = torres)", "-x")
    assert code == 2
    assert "No such option: -x" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "bolivia-1970", "P(showdown = torres)", "-o", "a" * 300 + ".json"),
        ("report", "bolivia-1970", "-o", "a" * 300 + ".html"),
        ("run", "bolivia-1970", "-o", "a" * 300 + ".parquet"),
        ("run", "bolivia-1970", "--figures", "a" * 300),
        ("new", "a" * 300),
        ("check", "a" * 300),
    ],
    ids=" ".join,
)
def test_name_that_no_disk_takes_is_a_sentence(arguments):
    code, _, err = invoke(*arguments)
    assert code == 2
    assert err.count("\n") == 1


BAD = {
    "binary": bytes(range(256)) * 20, "empty": b"", "latin-1": "título: é".encode("latin-1"),
    "huge": b"a: " + b"x" * 2_000_000, "no yaml": b"a: [",
}  # fmt: skip


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_every_command_refuses_what_is_no_scenario(content, tmp_path):
    (tmp_path / "scenario.yaml").write_bytes(content)
    rest = {
        "query": ("P(a = b)",), "rival": ("bolivia-1970",), "export": ("a",),
        "explain": ("--outcome", "a = b"),
    }  # fmt: skip
    for command in (
        "check", "run", "test", "compare", "query", "explain", "posterior", "rival", "chronicle",
        "report", "export", "cite",
    ):  # fmt: skip
        code, out, err = invoke(command, str(tmp_path), *rest.get(command, ()))
        assert (code, out) == (1, ""), command
        assert err.startswith(str(tmp_path / "scenario.yaml")), command


@pytest.mark.parametrize("value", ["0", "-1", "100001", "9" * 40])
@pytest.mark.parametrize("option", ["--worlds", "--histories"])
def test_absurd_sizes_are_refused_before_anything_is_run(option, value):
    if option == "--histories" and value == "100001":
        value = str(10**13)
    code, _, err = invoke("run", "bolivia-1970", option, value)
    assert code == 2
    assert f"{option[2:]} must be 1 to " in err


@pytest.mark.parametrize("command", ["test", "compare", "posterior", "chronicle", "report"])
def test_every_command_refuses_an_absurd_size(command):
    code, _, err = invoke(command, "bolivia-1970", "--worlds", "0", "--histories", "1")
    assert code == 2
    assert "worlds must be 1 to " in err
    code, _, err = invoke(command, "bolivia-1970", "--histories", "-1")
    assert code == 2
    assert "histories must be 1 to " in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("arguments", [("list",), ("list", "--json"), ("--help",), ("--version",)])
def test_full_output_is_a_sentence(arguments):
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [*PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert ended.returncode == 2
    assert ended.stderr == (
        "the results cannot be written to standard output: no space left on device\n"
    )


@pytest.mark.parametrize("arguments", [("list",), ("--help",), ("check", "--help")])
def test_output_that_nobody_reads_ends_quietly(arguments):
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run([*PROGRAM, *arguments], stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (ended.returncode, ended.stderr) == (141, "")


@pytest.mark.parametrize(
    ("streams", "arguments", "code"),
    [
        (">&-", "list", 0), ("2>&-", "list", 0), (">&- 2>&-", "check nowhere", 2),
        (">/dev/full 2>&1", "check nowhere", 2), ("2>/dev/full", "check bolivia-1970 -q", 0),
    ],
)  # fmt: skip
def test_streams_that_are_not_there(streams, arguments, code):
    line = f"'{sys.executable}' -m conjuncture.cli {arguments} {streams}"
    ended = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
    assert ended.returncode == code
    assert "Traceback" not in ended.stdout + ended.stderr


def test_warnings_of_libraries_stay_off_the_terminal():
    code = (
        "import sys, warnings\n"
        "from conjuncture.scenario import scenario_file\n"
        "read = scenario_file.read_crisis\n"
        "def warn(*told):\n"
        "    warnings.warn('overflow encountered in exp', RuntimeWarning)\n"
        "    return read(*told)\n"
        "scenario_file.read_crisis = warn\n"
        "from conjuncture.cli import main\n"
        "sys.argv = ['conjuncture', 'check', 'bolivia-1970', '-q']\n"
        "main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_result_whose_file_fails_is_printed_all_the_same(write_crisis, monkeypatch, tmp_path):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(outputs, "format_json", full)
    target = tmp_path / "a.json"
    asked = ("query", str(write_crisis(FREE)), "P(showdown = a)", "--worlds", "4")
    code, out, err = invoke(*asked, "-o", str(target))
    assert code == 2
    assert out.startswith("P(showdown = a) = ")
    assert err == f"'{target}' cannot be written: no space left on device\n"
    assert list(tmp_path.iterdir()) == []
    code, out, _ = invoke(*asked, "-o", str(target), "--json")
    assert code == 2
    assert json.loads(out)["query"] == "P(showdown = a)"


RING = """
conjuncture: 1
title: A ring
account: account.md
forces: {red: {troops: 1 to 3}, blue: {troops: 1 to 3}}
stages:
""" + "".join(
    f"  s{one}: {{mechanism: showdown, visits: 4, camps: {{a{one}: {{core: red}}, b{one}: "
    f"{{core: blue}}}}, next: {{a{one}: s{(one + 1) % 4}, b{one}: s{one}}}}}\n"
    for one in range(4)
)


IN_A_COLLECTION = """
import gc, signal, sys
from conjuncture.cli import main

def some_gc_callback(phase, _):
    spent = getattr(sys.modules.get("conjuncture.engine.compiler"), "SPENT", None)
    if spent and spent.under_way and phase == "stop":
        gc.callbacks.remove(some_gc_callback)
        signal.raise_signal(signal.SIGINT)

gc.callbacks.append(some_gc_callback)
main()
"""
"""The program, interrupted by itself in a collection while it traces, where Python drops it."""


@pytest.mark.parametrize(
    "program",
    [PROGRAM, pytest.param((sys.executable, "-c", IN_A_COLLECTION), marks=pytest.mark.slow)],
)
def test_long_compilation_is_announced_and_can_be_left(write_crisis, tmp_path, program):
    environment = {**os.environ, "CONJUNCTURE_CACHE": str(tmp_path)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = subprocess.Popen(
        [*program, "run", str(write_crisis(RING)), "--worlds", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert started.stderr is not None
    try:
        announced = started.stderr.readline()
        if program is PROGRAM:
            time.sleep(1.0)
            started.send_signal(signal.SIGINT)
        _, err = started.communicate(timeout=300)
    finally:
        started.kill()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert announced == "compiling takes about 40 seconds; it is done once for each scenario\n"
    assert err == "stopped before the end\n"
    assert started.returncode == 130
    # The processor's time, which does not grow where others keep it busy; all takes about 33.
    assert after.ru_utime - before.ru_utime < 15.0
