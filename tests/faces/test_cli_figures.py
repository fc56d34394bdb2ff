"""``--figures``: where pictures go, what is said of them, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conjuncture.cli.app import app
from crises import FREE

pytestmark = pytest.mark.usefixtures("without_compiler")

SIZE = ("--worlds", "8")


def invoke(*arguments):
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def free(write_crisis):
    return str(write_crisis(FREE))


@pytest.mark.parametrize(
    ("command", "name"), [("test", "claims"), ("run", "outcomes"), ("posterior", "posterior")]
)
def test_a_command_draws_its_result_into_a_new_folder(command, name, free, tmp_path):
    folder = tmp_path / "new" / "pictures"
    code, _, err = invoke(command, free, *SIZE, "--figures", str(folder))
    assert code == 0, err
    assert sorted(one.name for one in folder.iterdir()) == [f"{name}.png", f"{name}.svg"]
    assert f"2 files in {folder}: {name}.svg" in " ".join(err.split())


def test_json_stays_json_and_pictures_are_the_same_again(free, tmp_path):
    folder = tmp_path / "pictures"
    arguments = ("run", free, *SIZE, "--json", "--figures", str(folder))
    code, out, err = invoke(*arguments)
    assert code == 0, err
    assert json.loads(out)["title"] == "Free to choose"
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    assert invoke(*arguments)[0] == 0
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before


def test_a_folder_that_is_a_file_is_refused_before_anything_runs(free, tmp_path):
    file = tmp_path / "taken"
    file.write_text("mine")
    code, out, err = invoke("run", free, *SIZE, "--figures", str(file))
    assert (code, out) == (2, "")
    assert "is a file; name a folder" in " ".join(err.split())
    code, _, err = invoke("test", free, *SIZE, "--figures", str(file / "below"))
    assert code == 2
    assert "cannot be made" in " ".join(err.split())
    assert file.read_text() == "mine"


def test_a_folder_without_room_is_refused_before_anything_runs(free, tmp_path, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuse)
    code, out, err = invoke("run", free, *SIZE, "--figures", str(tmp_path))
    assert (code, out) == (2, "")
    assert "permission denied" in err


def test_claims_without_tests_leave_no_picture(write_crisis, tmp_path):
    silent = str(write_crisis(FREE[: FREE.index("claims:")]))
    code, _, err = invoke("test", silent, *SIZE, "--figures", str(tmp_path))
    assert code == 0, err
    assert not list(tmp_path.iterdir())


def test_alternatives_have_no_picture(free, tmp_path):
    code, _, err = invoke("test", free, "--alternatives", "--figures", str(tmp_path))
    assert code == 2
    assert "leave out --figures" in err
