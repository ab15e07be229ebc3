"""Reading a file: everything that is no quiet regular file is refused with a reason."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest

from lightkeeper.cli.reading import FileReadError, plain_reason, read_file
from lightkeeper.detect.digesting import digests_of

posix = pytest.mark.skipif(os.name != "posix", reason="links, pipes and permissions as on Linux")


@pytest.mark.parametrize("size", [0, 1, 99, 100, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_bytes_within_the_bound_are_kept(tmp_path: Path, size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    (tmp_path / "file").write_bytes(data[:size])
    content = read_file(tmp_path / "file", limit=size)
    assert (content.data, content.size) == (data[:size], size)
    assert content.digests == digests_of([data[:size]])


def test_a_file_beyond_the_bound_is_hashed_but_not_kept(tmp_path: Path) -> None:
    data = bytes(3 << 20)
    (tmp_path / "file").write_bytes(data)
    content = read_file(tmp_path / "file", limit=len(data) - 1)
    assert content.data is None
    assert content.size == len(data)
    assert content.digests["sha256"] == hashlib.sha256(data).digest()
    assert content.digests["sha1"] == hashlib.sha1(data, usedforsecurity=False).digest()
    assert content.digests["md5"] == hashlib.md5(data, usedforsecurity=False).digest()


@posix
def test_what_is_no_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_bytes(b"x")
    Path("link").symlink_to("file")
    Path("folder").mkdir()
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        for name, reason in {
            "link": "A link; it is not followed.",
            "folder": "A folder, not a file.",
            "pipe": "Not a file but something special; it is not read.",
            "socket": "Not a file but something special; it is not read.",
            "/dev/null": "Not a file but something special; it is not read.",
            "gone": "The file does not exist (any more).",
            "file/below": "The file does not exist (any more).",
            "x" * 300: "The name is too long for the system.",
            "nul\0": "No file can have this name.",
        }.items():
            with pytest.raises(FileReadError) as error:
                read_file(name, limit=10)
            assert str(error.value) == reason


@posix
@pytest.mark.parametrize("change", ["grow", "shrink", "rewrite"])
def test_a_file_that_changes_on_the_way_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(5000))
    really = os.read

    def read_and_change(handle: int, count: int) -> bytes:
        data = really(handle, 1000)
        if change == "grow":
            with path.open("ab") as file:
                file.write(bytes(1000))
        elif change == "shrink":
            os.truncate(path, 1000)
        else:
            os.utime(path, ns=(1, 1))
        return data

    monkeypatch.setattr(os, "read", read_and_change)
    with pytest.raises(FileReadError, match="changed while it was read"):
        read_file(path, limit=10_000)


@posix
def test_permission_denied_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FileReadError, match="^Permission denied.$"):
        read_file(tmp_path, limit=1)


def test_an_unknown_error_has_the_systems_words() -> None:
    assert plain_reason(OSError(28, "x")) == f"{os.strerror(28)}."
    assert plain_reason(OSError()) == "OSError."
