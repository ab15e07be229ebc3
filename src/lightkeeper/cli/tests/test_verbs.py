"""The other verbs as programs, with the real scanner: hash, index, doctor, demo, and a scan against what they made."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest

from lightkeeper.cli import doctor
from lightkeeper.cli.demo import hash_drawing
from lightkeeper.cli.tests.commands import REAL, make_files, run
from lightkeeper.demo import drawings, edits
from lightkeeper.detect.media.pdq import HASHER
from lightkeeper.detect.text import embedding

pytestmark = pytest.mark.long


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.png").write_bytes(edits.as_png(drawings.drawing(number)))
    (folder / "flat.png").write_bytes(edits.as_png(drawings.flat(2)))
    (folder / "text.txt").write_text("no picture")
    (folder / "gone.png").symlink_to("nothing")
    return tmp_path


def test_hash_gives_all_hashes_in_order(work: Path) -> None:
    code, out, err = run(REAL, "hash", "in", "--output", "jsonl", "--workers", "2", cwd=work)
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [row["path"] for row in rows] == [
        f"in/{name}" for name in ("0.png", "1.png", "2.png", "flat.png", "gone.png", "text.txt")
    ]
    data = (work / "in" / "1.png").read_bytes()
    assert rows[1]["sha256"] == hashlib.sha256(data).hexdigest()
    assert rows[1]["sha1"] == hashlib.sha1(data, usedforsecurity=False).hexdigest()
    assert rows[1]["md5"] == hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert rows[1]["pdq"] == hash_drawing(drawings.drawing(1)).hex()
    assert (rows[1]["quality"], rows[1]["hasher"]) == (100, HASHER)
    assert rows[4]["sha256"] is None
    assert rows[5]["pdq"] is None
    assert rows[5]["sha256"] is not None
    code, out, _ = run(REAL, "hash", "in", cwd=work)
    assert [row["pdq"] or None for row in csv.DictReader(io.StringIO(out))] == [row["pdq"] for row in rows]


def test_hash_of_a_large_file_is_its_digests(work: Path) -> None:
    _, out, _ = run(REAL, "hash", "in/1.png", "--output", "jsonl", "--max-bytes", "1K", cwd=work)
    row = json.loads(out)
    assert row["pdq"] is None
    assert row["sha256"] is not None
    assert "larger than 1,024 bytes" in row["reason"]


@pytest.mark.parametrize("verb", ["hash", "scan"])
def test_nothing_at_the_given_path(work: Path, verb: str) -> None:
    (work / "list.csv").write_text("algorithm,value\n")
    words = [] if verb == "hash" else ["--list", "list.csv"]
    assert run(REAL, verb, "elsewhere", *words, cwd=work)[:2] == (2, "")


def test_from_a_folder_to_a_list_to_an_index_to_a_match(work: Path) -> None:
    code, out, err = run(REAL, "hash", "in", "--output", "list", "--category", "drawing", cwd=work)
    assert code == 0
    assert "in/flat.png: too little structure for PDQ (quality 0); SHA-256 only" in err
    (work / "list.csv").write_text(out)
    code, out, _ = run(REAL, "index", "build", "list.csv", "--output", "lists.index", cwd=work)
    assert (code, out) == (0, "lists.index: 8 entries of 1 lists, tested\n")
    assert (work / "lists.index").stat().st_mode & 0o777 == 0o600
    code, out, _ = run(REAL, "index", "check", "lists.index", cwd=work)
    assert (code, out) == (0, "lists.index: sound; 8 entries of 1 lists (list.csv)\n")
    make_files(work / "uploads", "empty")
    (work / "uploads" / "empty").write_bytes(b"")
    (work / "uploads" / "mirrored.jpg").write_bytes(edits.as_jpeg(edits.EDITS["mirrored"](drawings.drawing(1))))
    (work / "uploads" / "same.txt").write_text("no picture")
    (work / "uploads" / "stranger.jpg").write_bytes(edits.as_jpeg(drawings.drawing(9)))
    found = {}
    for name in ("list.csv", "lists.index"):
        code, out, err = run(REAL, "scan", "uploads", "--list", name, "--output", "jsonl", "--fail-on-match", cwd=work)
        assert code == 3, err
        rows = {row["path"]: row for row in map(json.loads, out.splitlines())}
        assert [rows[path]["outcome"] for path in sorted(rows)] == ["unreadable", "match", "match", "clear"]
        match = rows["uploads/mirrored.jpg"]["matches"][0]
        assert (match["id"], match["category"], match["variant"], match["tier"]) == (
            "in/1.png", "drawing", "mirrored", "match",
        )  # fmt: skip
        assert rows["uploads/same.txt"]["matches"][0]["algorithm"] == "sha256"
        found[name] = [rows[path]["matches"] for path in sorted(rows)]
    assert found["list.csv"] == found["lists.index"]


def test_later_crops_of_what_we_hold_are_found_by_listed_crops(work: Path) -> None:
    code, out, _ = run(REAL, "hash", "in/1.png", "--output", "list", "--crops", cwd=work)
    assert code == 0
    rows = out.splitlines()
    assert len({row for row in rows if row.startswith("pdq,")}) == 81  # the picture, and nine cuts of either axis
    assert {row.split(",")[2] for row in rows[1:]} == {"in/1.png"}
    (work / "list.csv").write_text(out)
    (work / "uploads").mkdir()
    picture = drawings.drawing(1)
    width, height = picture.size
    crop = picture.crop((width // 5, height // 10, round(width * 0.9), round(height * 0.8)))
    (work / "uploads" / "crop.jpg").write_bytes(edits.as_jpeg(crop))
    code, out, _ = run(REAL, "scan", "uploads", "--list", "list.csv", "--output", "jsonl", cwd=work)
    assert code == 0
    assert json.loads(out)["matches"][0]["id"] == "in/1.png"
    assert run(REAL, "hash", "in", "--crops", cwd=work)[:2] == (2, "")


def test_index_files_are_kept_apart_from_others(work: Path) -> None:
    (work / "list.csv").write_text("algorithm,value,id\nmd5," + "ab" * 16 + ",1\nmd5," + "ab" * 16 + ",2\nmd5,x,3\n")
    code, out, err = run(REAL, "index", "build", "list.csv", "--output", "list.csv", cwd=work)
    assert (code, out) == (2, "")
    assert "is not an index file; it is not replaced" in err
    code, _, err = run(REAL, "index", "build", "list.csv", "--output", "lists.index", cwd=work)
    assert code == 0
    assert "line 4" in err
    assert "1 of 3 rows could not be used" in err
    assert "1 entries repeat" in err
    assert run(REAL, "index", "build", "lists.index", "--output", "other", cwd=work)[0] == 2
    assert run(REAL, "index", "build", "list.csv", "--output", "no/where", cwd=work)[0] == 2
    whole = (work / "lists.index").read_bytes()
    (work / "lists.index").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    code, out, _ = run(REAL, "index", "check", "lists.index", cwd=work)
    assert code == 1
    assert "lists.index" in out
    code, out, err = run(REAL, "scan", "in", "--list", "lists.index", cwd=work)
    assert (code, out) == (2, "")
    assert "lists.index" in err


def test_the_doctor_finds_this_installation_well(tmp_path: Path) -> None:
    code, out, _ = run(REAL, "doctor", cwd=tmp_path)
    assert code == 0
    for words in (
        "a drawing was decoded",
        "planted entries were found",
        "seccomp",
        "landlock",
        "rlimits",
        "extra heic",
        "extra text",
        "exemplar scorer",
    ):
        assert words in out


def test_the_doctor_says_what_is_broken(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> None:
        raise RuntimeError("no such luck")

    monkeypatch.setattr(doctor, "_decoding", broken)
    assert doctor.run(None) == 1  # type: ignore[arg-type]
    assert "NO  decoding        RuntimeError: no such luck" in capsys.readouterr().out


def test_the_doctor_says_that_conversations_are_judged_without_the_scorer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "missing", lambda: "onnxruntime not installed: so and so")
    [told] = doctor._exemplars()
    assert (told.works, told.essential) == (False, False)
    assert told.text == "conversations are judged without it: onnxruntime not installed: so and so"


def test_the_demo_finds_every_copy_and_no_stranger(tmp_path: Path) -> None:
    for _ in range(2):
        code, out, err = run(REAL, "demo", "here", cwd=tmp_path)
        assert code == 0
    outcomes = {}
    outcome = ""
    for line in out.splitlines():
        if "here/uploads/" in line:
            outcomes[line.split("here/uploads/")[1]] = outcome = line.split()[0]
    assert outcome
    assert {kind for name, kind in outcomes.items() if name.startswith("drawing")} == {"match"}
    assert {kind for name, kind in outcomes.items() if name.startswith("stranger")} == {"clear"}
    assert str(tmp_path / "here") in err


def test_the_demo_leaves_the_folders_of_others_alone(tmp_path: Path) -> None:
    make_files(tmp_path, "mine/listed/a")
    code, out, err = run(REAL, "demo", "mine", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert "has other files in it" in err
    assert (tmp_path / "mine" / "listed" / "a").exists()
