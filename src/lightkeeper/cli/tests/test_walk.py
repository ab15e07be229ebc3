"""From given paths to files: everything is an item or a problem, and nothing outside the given path is touched."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from lightkeeper.cli.tests.commands import make_files
from lightkeeper.cli.walk import Item, Problem, walk

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and raw names as on Linux")


def items(*given: str | Path) -> list[str]:
    return [found.path for found in walk([str(path) for path in given]) if isinstance(found, Item)]


def problems(*given: str | Path) -> dict[str, str]:
    return {found.path: found.reason for found in walk([str(path) for path in given]) if isinstance(found, Problem)}


def test_files_come_in_a_stable_order_with_the_path_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_files(tmp_path / "in", "b", "a", "sub/deep/c", ".hidden")
    monkeypatch.chdir(tmp_path)
    assert items("in") == ["in/.hidden", "in/a", "in/b", "in/sub/deep/c"]
    assert items("./in/", "in/a") == ["./in/.hidden", "./in/a", "./in/b", "./in/sub/deep/c", "in/a"]


def test_links_are_not_followed_out_of_the_given_folder(tmp_path: Path) -> None:
    make_files(tmp_path, "outside/secret", "in/a", "in/sub/b", "in-sibling/c")
    (tmp_path / "in" / "file-out").symlink_to("../outside/secret")
    (tmp_path / "in" / "folder-out").symlink_to("../outside")
    (tmp_path / "in" / "sibling").symlink_to("../in-sibling/c")
    assert items(tmp_path / "in") == [str(tmp_path / "in" / "a"), str(tmp_path / "in" / "sub" / "b")]
    assert set(problems(tmp_path / "in").values()) == {"A link that leads out of the given folder; it is not followed."}
    assert len(problems(tmp_path / "in")) == 3


def test_links_inside_the_given_folder(tmp_path: Path) -> None:
    make_files(tmp_path, "in/a", "in/sub/b")
    (tmp_path / "in" / "sub" / "same").symlink_to("../a")
    (tmp_path / "in" / "sub" / "up").symlink_to("..")
    found = [item for item in walk([str(tmp_path / "in")]) if isinstance(item, Item)]
    assert [Path(item.path).name for item in found] == ["a", "b", "same"]
    assert found[-1].target == str((tmp_path / "in" / "a").resolve())
    assert problems(tmp_path / "in") == {}


def test_links_to_nothing_and_in_circles(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("gone")
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    for given in ([tmp_path], [tmp_path / "dangling", tmp_path / "one", tmp_path / "two"]):
        assert problems(*given) == {
            str(tmp_path / "dangling"): "A link to a file that does not exist.",
            str(tmp_path / "one"): "A link that leads back to itself.",
            str(tmp_path / "two"): "A link that leads back to itself.",
        }
        assert items(*given) == []


def test_a_link_that_a_person_names_is_followed(tmp_path: Path) -> None:
    make_files(tmp_path, "real/a")
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "file").symlink_to("real/a")
    assert items(tmp_path / "folder", tmp_path / "file") == [str(tmp_path / "folder" / "a"), str(tmp_path / "file")]


def test_pipes_sockets_and_devices_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        found = problems(tmp_path, "/dev/null")
    assert [reason.split(";")[0] for reason in found.values()] == [
        "Not a file but a named pipe",
        "Not a file but a named pipe",
        "Not a file but a socket",
        "Not a file but a device",
    ]


def test_names_that_are_no_text(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/\xff\xfe"
    os.close(os.open(raw, os.O_CREAT | os.O_WRONLY))
    assert [os.fsencode(path) for path in items(tmp_path)] == [raw]


def test_a_folder_that_cannot_be_listed_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_files(tmp_path, "open/a", "shut/b")
    really = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return really(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert problems(tmp_path) == {str(tmp_path / "shut"): "The folder cannot be listed. Permission denied."}
    assert items(tmp_path) == [str(tmp_path / "open" / "a")]


def test_folders_deeper_than_pythons_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(1200):
        os.mkdir("d")  # noqa: PTH102
        os.chdir("d")
    make_files(Path(), "bottom")
    found = list(walk([str(tmp_path)]))
    # Taken down from below, since removing such a tree from above is just what Python's stack is too small for.
    Path("bottom").unlink()
    for _ in range(1200):
        os.chdir("..")
        os.rmdir("d")  # noqa: PTH106
    # Either the file or, where the system's limit on path lengths is met, a problem that says so; never an error.
    assert len(found) == 1


def test_what_vanishes_on_the_way_is_a_problem(tmp_path: Path) -> None:
    make_files(tmp_path, "a", "b")
    found = walk([str(tmp_path)])
    assert isinstance(next(found), Item)
    (tmp_path / "b").unlink()
    assert next(found) == Problem(str(tmp_path / "b"), "The file does not exist (any more).", None)


def test_own_files_are_passed_over(tmp_path: Path) -> None:
    make_files(tmp_path, "a", "state")
    status = (tmp_path / "state").stat()
    found = walk([str(tmp_path)], skip=[(status.st_dev, status.st_ino)])
    assert [item.path for item in found] == [str(tmp_path / "a")]
