"""The state of a scan: what it remembers after a kill, after the machine stopped, and when it is not ours."""

from __future__ import annotations

import json
import os
import stat
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from lightkeeper.cli import resume
from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.resume import Finished, State
from lightkeeper.cli.walk import Item, Stamp

SETTINGS: dict[str, object] = {"effort": "standard", "lists": ["ab"], "radius": 31, "possible radius": None}
ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32


def nothing() -> None:
    pass


def opened(path: Path, sync: Callable[[], None] = nothing) -> State:
    return State.open(path, SETTINGS, sync)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_what_was_noted_is_remembered(path: Path) -> None:
    state = opened(path)
    state.add(ONE, "match")
    state.add(TWO, "clear")
    state.close()
    again = opened(path)
    assert ONE in again
    assert TWO in again
    assert THREE not in again
    assert again.earlier == Counter(match=1, clear=1)
    again.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_after_a_kill_every_whole_line_counts(path: Path) -> None:
    state = opened(path)
    state.add(ONE, "clear")
    os.close(state._fd)  # as the system does when the process is killed
    with path.open("ab") as file:
        file.write(f"{TWO} clear\n{THREE} cl".encode())
    again = opened(path)
    assert (ONE in again, TWO in again, THREE in again) == (True, True, False)
    again.add(THREE, "match")
    again.close()
    final = opened(path)
    assert THREE in final
    final.close()


def test_after_a_power_failure_only_rows_on_the_disk_count(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = opened(path)
    state.add(ONE, "clear")
    state.commit()
    state.add(TWO, "clear")
    os.close(state._fd)
    monkeypatch.setattr(resume, "_boot_id", lambda: "another start of the machine")
    again = opened(path)
    assert ONE in again
    assert TWO not in again
    again.close()


def test_rows_are_made_to_last_before_it_is_noted_that_they_do(path: Path) -> None:
    lengths = []
    state = opened(path, lambda: lengths.append(path.read_text().count("sync")))
    state.add(ONE, "clear")
    state.commit()
    assert lengths == [1]
    assert path.read_text().count("sync") == 2
    state.close()


def test_every_cut_of_a_state_opens_or_is_refused(path: Path) -> None:
    state = opened(path)
    state.add(ONE, "clear")
    state.close()
    whole = path.read_bytes()
    head = whole.index(b"\n") + 1
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        if length < head - 1:
            with pytest.raises(CommandError, match="is not a state"):
                opened(path)
            assert path.read_bytes() == whole[:length]
        else:
            opened(path).close()


@pytest.mark.parametrize("content", [b"", b"my letters\n", b"[]\n", b'{"format": 1}\n', b"\xff\0\n"])
def test_a_foreign_file_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(CommandError, match="is not a state"):
        opened(path)
    assert path.read_bytes() == content


def test_other_settings_are_named(path: Path) -> None:
    opened(path).close()
    with pytest.raises(CommandError, match=r"other settings \(effort, radius\)"):
        State.open(path, SETTINGS | {"radius": 20, "effort": "quick"}, nothing)


def test_no_names_and_no_hashes_are_kept(path: Path) -> None:
    state = opened(path)
    state.add(resume.fingerprint(Item("/in/telling-name.jpg", "/in/telling-name.jpg", Stamp(1, 2, 3))), "match")
    state.close()
    assert "telling" not in path.read_text()


def test_a_file_that_changed_is_another_file() -> None:
    stamps = [Stamp(1, 2, 3), Stamp(9, 2, 3), Stamp(1, 9, 3), Stamp(1, 2, 9)]
    marks = {resume.fingerprint(Item(name, "t", stamp)) for stamp in stamps for name in ("a", "b")}
    assert len(marks) == 8


def test_an_interrupted_scan_without_a_state_can_still_be_kept(path: Path) -> None:
    finished = Finished(SETTINGS)
    finished.add(ONE, "clear")
    finished.keep(path)
    assert json.loads(path.read_text().splitlines()[0])["settings"] == SETTINGS
    state = opened(path)
    assert ONE in state
    state.close()
