"""A search that cannot find is worth nothing: what is planted is found in every form and in every kind of place."""

from __future__ import annotations

import base64
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soak.database import Database
from soak.leaks import Needles, Watch, files_below, unlinked

WORD = b"Qz0123456789abcdef"
NEEDLES = Needles({"a word": WORD, "a value": bytes(range(200, 232))})


@given(st.binary(max_size=40), st.binary(max_size=40), st.sampled_from(["plain", "hex", "HEX", "base64"]))
def test_a_word_is_found_in_every_form_whatever_stands_around_it(before: bytes, after: bytes, form: str) -> None:
    if form == "base64":
        content = base64.b64encode(before + WORD + after)
    else:
        shown = {"plain": WORD, "hex": WORD.hex().encode(), "HEX": WORD.hex().upper().encode()}[form]
        content = before + shown + after
    assert NEEDLES.found(content) == {"a word"}
    assert not NEEDLES.found(before + after)


def test_files_are_searched_wherever_they_lie(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.bin").write_bytes(b"\0" * 5000 + bytes(range(200, 232)))
    (tmp_path / "d").write_bytes(b"nothing")
    assert list(NEEDLES.in_files(files_below(tmp_path))) == [f"a value in {tmp_path}/a/b/c.bin"]


def test_columns_of_every_type_are_searched(tmp_path: Path) -> None:
    file = tmp_path / "some.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE one (id int, words text, bytes blob, none text)")
        connection.execute(
            "INSERT INTO one VALUES (7, ?, ?, NULL)", [f"x{WORD.decode()}y", b"\xff" + bytes(range(200, 232))]
        )
    connection.close()
    found = {column: NEEDLES.found(value) for column, value in Database(file).texts()}
    assert found == {"one.words": {"a word"}, "one.bytes": {"a value"}}


def test_a_nameless_file_of_a_process_below_is_found() -> None:
    code = (
        "import os, sys, tempfile, time\n"
        f"file = tempfile.TemporaryFile(dir={tempfile.gettempdir()!r})\n"
        f"file.write({WORD!r}); file.flush(); print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = list(NEEDLES.in_files(unlinked(process.pid)))
        process.communicate(b"")
    assert found == [f"a word in /proc/{process.pid}/fd/3"]


def test_the_watch_sees_what_is_there_only_for_a_while(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "master.key").write_bytes(WORD)
    watch = Watch(NEEDLES, lambda: [tmp_path], lambda: [os.getpid()], skip=keys)
    watch.look()
    assert not watch.found
    (tmp_path / "spooled").write_bytes(WORD)
    watch.look()
    (tmp_path / "spooled").unlink()
    watch.look()
    assert watch.found == {f"a word in {tmp_path}/spooled while it ran"}


@pytest.mark.parametrize("content", [b"", b"Qz0123", WORD[:-1]])
def test_what_was_not_planted_is_not_found(content: bytes) -> None:
    assert not NEEDLES.found(content)
