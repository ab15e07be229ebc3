"""``lightkeeper scan`` as a program: rows, exit codes, interruptions, and going on. The scanner is a stand-in."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lightkeeper.cli.output import CSV_COLUMNS
from lightkeeper.cli.tests.commands import FAKE, MD5, make_files, run, start

posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes as on Linux")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    make_files(tmp_path / "in", "match1.jpg", "possible2.jpg", "bad3.jpg", "sub/clear4.jpg")
    (tmp_path / "list.txt").write_text(f"{MD5}\n")
    return tmp_path


def paths(rows: str) -> list[str]:
    return [json.loads(line)["path"] for line in rows.splitlines()]


def test_the_names_of_the_jsonl_contract(work: Path) -> None:
    code, out, err = run(FAKE, "scan", "in", "--list", "list.txt", "--output", "jsonl", cwd=work)
    rows = {row["path"]: row for row in map(json.loads, out.splitlines())}
    assert code == 0
    assert rows["in/match1.jpg"] == {
        "path": "in/match1.jpg", "sha256": "ab" * 32, "outcome": "match", "reason": "close to 2 entries", "quality": 93,
        "matches": [
            {"list": "=list.csv", "id": "id-1", "category": "A", "algorithm": "pdq", "distance": 12,
             "variant": "mirrored", "tier": "match"},
            {"list": "other", "id": None, "category": None, "algorithm": "md5", "distance": 0,
             "variant": None, "tier": "possible"},
        ],
        "ms": 12.35,
    }  # fmt: skip
    assert rows["in/bad3.jpg"]["outcome"] == "unreadable"
    assert rows["in/bad3.jpg"]["sha256"] is rows["in/bad3.jpg"]["quality"] is None
    assert "4 files" in err
    assert [line.split() for line in err.splitlines() if line.startswith("  ")] == [
        ["match", "1"],
        ["possible", "1"],
        ["clear", "1"],
        ["unreadable", "1"],
    ]


def test_csv_has_a_row_a_match_and_no_formulas(work: Path) -> None:
    code, out, _ = run(FAKE, "scan", "in", "--list", "list.txt", "--output", "csv", cwd=work)
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert code == 0
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [row["list"] for row in rows if row["path"] == "in/match1.jpg"] == ["'=list.csv", "other"]
    assert len(rows) == 5


def test_the_table_fits_80_columns_and_names_every_file(work: Path) -> None:
    make_files(work / "in", "sub/" + "long" * 40)
    _, out, _ = run(FAKE, "scan", "in", "--list", "list.txt", cwd=work)
    assert max(map(len, out.splitlines())) <= 80
    assert "in/sub/clear4.jpg" in out
    assert "mirrored" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 0),
        (["--fail-on-match"], 3),
        (["--fail-on-unreadable"], 4),
        (["--fail-on-match", "--fail-on-unreadable"], 3),
    ],
)
def test_exit_codes_by_what_was_found(work: Path, options: list[str], code: int) -> None:
    assert run(FAKE, "scan", "in", "--list", "list.txt", *options, cwd=work)[0] == code
    assert run(FAKE, "scan", "in/sub", "--list", "list.txt", *options, cwd=work)[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["in"], "--list"),
        (["--list", "list.txt"], "PATH"),
        (["in", "--list", "gone.txt"], "the list gone.txt cannot be read: No such file"),
        (["in", "--list", "in/match1.jpg"], "no row that can be used"),
        (["gone", "--list", "list.txt"], "nothing is there"),
        (["in", "--list", "list.txt", "--radius", "64"], "64 is not between 0 and 63"),
        (["in", "--list", "list.txt", "--effort", "huge"], "invalid choice"),
        (["in", "--list", "list.txt", "--workers", "0"], "0 is not between"),
        (["in", "--list", "list.txt", "--max-bytes", "lots"], "not a size"),
        (["in", "--list", "list.txt", "--max-side", "1"], "'side' must be between"),
        (["in", "--list", "list.txt", "--resume", "list.txt"], "is not a state"),
        (["in", "--list", "list.txt", "--resume", "gone/state"], "cannot be used"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(work: Path, words: list[str], said: str) -> None:
    code, out, err = run(FAKE, "scan", *words, cwd=work)
    assert code == 2
    assert said in err
    assert "Traceback" not in err
    assert out == ""
    assert (work / "list.txt").read_text() == f"{MD5}\n"


def test_a_given_path_that_is_not_there_gets_a_row_among_others(work: Path) -> None:
    code, out, _ = run(FAKE, "scan", "gone", "in/sub", "--list", "list.txt", "--output", "jsonl", cwd=work)
    assert code == 0
    assert sorted(paths(out)) == ["gone", "in/sub/clear4.jpg"]


def test_bad_rows_of_a_list_are_named_by_line_and_in_the_summary(work: Path) -> None:
    (work / "list.csv").write_text(f"algorithm,value\nmd5,{MD5}\nmd5,{MD5[:-2]}zz\n")
    code, _, err = run(FAKE, "scan", "in", "--list", "list.csv", cwd=work)
    assert code == 0
    assert "list list.csv, line 3: the value has a character that is not" in err
    assert "1 of 2 rows could not be used" in err
    assert MD5[:8] not in err


def test_its_own_files_are_not_scanned(work: Path) -> None:
    with (work / "in" / "rows.jsonl").open("w") as rows:
        process = start(
            FAKE, "scan", "in", "--list", "list.txt", "--output", "jsonl", "--resume", "in/state",
            cwd=work, stdout=rows.fileno(),
        )  # fmt: skip
        _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert not {"in/rows.jsonl", "in/state"} & set(paths((work / "in" / "rows.jsonl").read_text()))


def test_resuming_scans_only_what_is_new_or_changed(work: Path) -> None:
    words = ["scan", "in", "--list", "list.txt", "--output", "jsonl", "--resume", "state", "--fail-on-match"]
    assert len(paths(run(FAKE, *words, cwd=work)[1])) == 4
    (work / "in" / "match1.jpg").write_bytes(b"another content")
    make_files(work / "in", "new.jpg")
    code, out, err = run(FAKE, *words, cwd=work)
    assert sorted(paths(out)) == ["in/match1.jpg", "in/new.jpg"]
    assert "earlier runs" in err
    assert code == 3
    (work / "list.txt").write_text(f"{MD5}\n{MD5}\n")
    code, out, err = run(FAKE, *words, cwd=work)
    assert (code, out) == (2, "")
    assert "other settings (lists)" in err


@posix
def test_a_scan_that_was_killed_goes_on_without_losing_a_row(work: Path) -> None:
    make_files(work / "in", *(f"clear{number}.jpg" for number in range(60)))
    words = ["scan", "in", "--list", "list.txt", "--output", "jsonl", "--resume", "state"]
    rows = work / "rows.jsonl"
    for _ in range(3):
        with rows.open("a") as file:
            process = start(FAKE, *words, cwd=work, seconds_a_file=0.02, stdout=file.fileno())
            before = rows.stat().st_size
            while rows.stat().st_size < before + 1500:
                assert process.poll() is None
            process.kill()
            process.communicate(timeout=120)
    with rows.open("a") as file:
        process = start(FAKE, *words, cwd=work, stdout=file.fileno())
        process.communicate(timeout=120)
    assert process.returncode == 0
    found = paths(rows.read_text())
    assert len(set(found)) == 64
    # A row that was out when the kill came, but not yet noted, is written again: at most one a kill.
    assert len(found) <= 64 + 3


@posix
@pytest.mark.parametrize("with_state", [True, False])
def test_an_interrupted_scan_says_how_to_go_on(work: Path, *, with_state: bool) -> None:
    make_files(work / "in", *(f"clear{number}.jpg" for number in range(60)))
    words = ["scan", "in", "--list", "list.txt", "--output", "jsonl", *(["--resume", "my state"] if with_state else [])]
    process = start(FAKE, *words, cwd=work, seconds_a_file=0.05)
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    before = paths(first + out)
    assert 0 < len(before) < 64
    said = next(line for line in err.splitlines() if line.startswith("interrupted, resume with: lightkeeper "))
    assert f"{len(before)} files" in err
    state = "my state" if with_state else next(work.glob("lightkeeper-*.state")).name
    assert state in said
    after = paths(run(FAKE, *words[:6], "--resume", state, cwd=work)[1])
    assert sorted(before + after) == sorted({*before, *after})
    assert len(before + after) == 64


@posix
def test_a_state_serves_one_scan_at_a_time(work: Path) -> None:
    words = ["scan", "in", "--list", "list.txt", "--output", "jsonl", "--resume", "state"]
    first = start(FAKE, *words, cwd=work, seconds_a_file=5)
    while not (work / "state").exists() or "start" not in (work / "state").read_text():
        assert first.poll() is None
    code, _, err = run(FAKE, *words, cwd=work)
    first.kill()
    first.communicate(timeout=120)
    assert code == 2
    assert "in use by another scan" in err


@posix
def test_a_reader_that_goes_away_is_no_fault(work: Path) -> None:
    make_files(work / "in", *(f"clear{number}.jpg" for number in range(200)))
    process = start(FAKE, "scan", "in", "--list", "list.txt", "--output", "jsonl", cwd=work, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(120) == 141
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full, as on Linux")
def test_a_full_disk_is_said_and_nothing_is_noted_as_done(work: Path) -> None:
    with Path("/dev/full").open("w") as full:
        words = ["scan", "in", "--list", "list.txt", "--output", "jsonl", "--resume", "state"]
        process = start(FAKE, *words, cwd=work, stdout=full.fileno())
        _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert err == "lightkeeper scan: stopped: No space left on device\n"
    assert len(paths(run(FAKE, *words, cwd=work)[1])) == 4


@posix
def test_nowhere_for_rows_to_go(work: Path) -> None:
    program = f"exec '{sys.executable}' -m {FAKE} scan in --list list.txt >&-"
    done = subprocess.run(["sh", "-c", program], cwd=work, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "lightkeeper scan: standard output is closed\n")
