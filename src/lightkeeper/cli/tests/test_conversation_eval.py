"""``lightkeeper conversations eval``: each format gives its figures, no fault gives a traceback, no word gets out."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lightkeeper.cli import evaluation_packs
from lightkeeper.cli.main import main
from lightkeeper.detect.conversations.tests.played import reading
from lightkeeper.detect.text import signal_packs

TEXT, AUTHOR, NAME = "zibbelwort", "quaxauthor", "vornameid"
"""Words that stand in texts, as authors, and as names of conversations and files: none may get out."""
ASKED = f"don't tell your mum about {TEXT}"
CALM = f"see you at practice {TEXT}"


def _ran(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    try:
        code = main(["conversations", "eval", *map(str, words)])
    except SystemExit as error:  # argparse
        code = int(error.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def _measured(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, folder: Path, *words: object
) -> dict[str, Any]:
    """The report of a run that went well; searches all that came out for what stood in the data."""
    out = folder / "out"
    code, said, err = _ran(capsys, *words, "--out", out)
    assert (code, err) == (0, "")
    files = [path.read_text() for path in sorted(out.iterdir())]
    for one in (said, err, caplog.text, *files):
        for marker in (TEXT, AUTHOR, NAME):
            assert marker not in one.lower()
    report: dict[str, Any] = json.loads((out / "report.json").read_text())
    return report


def _pan(folder: Path, *, risky: int = 3, benign: int = 4) -> Sequence[object]:
    rows = []
    for number in range(risky + benign):
        bad = number < risky
        texts = [
            (0, "hello"),
            (1, "hi"),
            (0, ASKED if bad else CALM),
            (0, "are you home alone" if bad else "all right"),
        ]
        messages = "".join(
            f'<message line="{line}"><author>{AUTHOR}{side}{number if side else bad}</author><time>10:0{line}</time>'
            f"<text>{text}</text></message>"
            for line, (side, text) in enumerate(texts, 1)
        )
        rows.append(f'<conversation id="{NAME}{number}">{messages}</conversation>')
    file = folder / f"{NAME}.xml"
    file.write_text(f"<conversations>{''.join(rows)}</conversations>")
    (folder / "predators.txt").write_text(f"{AUTHOR}0True\n")
    (folder / "lines.txt").write_text("".join(f"{NAME}{number} 3\n" for number in range(risky)))
    return "--format", "pan", file, "--predators", folder / "predators.txt", "--lines", folder / "lines.txt"


def test_pan_gives_authors_once_lines_and_all_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    report = _measured(capsys, caplog, tmp_path, *_pan(tmp_path), "--threshold", "1", "--prevalence", "0.01")
    found = report["figures"]
    assert (found["data"]["conversations"], found["data"]["risky"]) == (7, 3)
    assert (found["authors"]["authors"], found["authors"]["offenders"]) == (9, 1)  # one offender wrote in three
    assert found["authors"]["recall"]["n"] == 1
    assert found["conversations"]["auc"] == 1
    assert [row["rate"] for row in found["conversations"]["at_rates"]] == [0.001, 0.01, 0.05]
    assert found["lines"]["recall"]["n"] == 3
    assert found["lines"]["f3"] > 0.5
    assert [row["messages"] for row in found["early"]] == [5, 10, 20, 50]
    assert [row["consecutive"] for row in found["latency"]["rows"]] == [1, 2, 3, 5, 10]
    assert [row["band"] for row in found["bands"]["rows"]] == ["watch", "review", "urgent"]
    assert found["bands"]["rows"][1]["risky"]["hits"] == 0  # what nobody has reviewed stays at watch
    assert found["alerts"]["rows"][0]["right"] == pytest.approx(100)
    assert "no mapping to chances" in found["calibration"]["not_measurable"]
    assert {one["taken_as"] for one in report["versions"]["packs"]} == {"unreviewed"}
    assert report["gates"] is None
    assert report["options"]["files"] == 1


def test_espd_csv_and_folders_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    entries = [
        {"author": f"{AUTHOR}{n % 2}", "time": t, "body": ASKED} for n, t in enumerate((9, 1e300, "nan", -5, None))
    ]
    chats = {
        f"{NAME}{n}": {"className": name, "content": entries} for n, name in enumerate(("predator", "non-predator"))
    }
    pack = tmp_path / f"{NAME}.json"
    pack.write_text(json.dumps({"chats": chats}))
    report = _measured(capsys, caplog, tmp_path, "--format", "espd", pack, "--language", "en", "--rate", "0.01")
    assert report["figures"]["conversations"]["auc"] == 0.5
    assert report["figures"]["threshold"]["score"] is None  # both score the same: none keeps the rate
    assert "not_measurable" in report["figures"]["authors"]

    file = tmp_path / f"{NAME}.csv"
    rows = [f"{NAME}{n},{AUTHOR}{side},{ASKED if n % 2 else CALM},{n % 2},en" for n in range(4) for side in "ab"]
    file.write_text("\n".join(["conversation,author,segment,label,language", *rows]))
    report = _measured(capsys, caplog, tmp_path, "--format", "csv", file)
    assert report["figures"]["data"]["messages"] == 8
    assert report["figures"]["conversations"]["auc"] == 1

    for side, text in ((f"{AUTHOR}x", ASKED), (f"{AUTHOR}y", CALM)):
        (tmp_path / "sides" / side).mkdir(parents=True)
        (tmp_path / "sides" / side / f"{NAME}.txt").write_text(f"hello\n{text}\n")
    words = ("--format", "folders", tmp_path / "sides", "--offender-side", f"{AUTHOR}x", "--child-side", f"{AUTHOR}y")
    report = _measured(capsys, caplog, tmp_path, *words)
    assert report["figures"]["authors"]["authors"] == 2
    assert "not_measurable" in report["figures"]["alerts"]  # there is nothing benign
    assert report["figures"]["conversations"]["auc"] is None


FAULTS: dict[str, list[str]] = {
    "pan": [
        f"<conversations><conversation id='{NAME}'><message line='1'><author>{AUTHOR}</author><text>{TEXT}",
        f"<!DOCTYPE x [<!ENTITY {NAME} '{TEXT}'>]><conversations/>",
        f"<?xml version='1.0' encoding='{NAME}'?><conversations/>",
        f"<conversations><conversation id='{NAME}'><message line='{TEXT}'/></conversation></conversations>",
        f"<conversations><conversation id='{NAME}'><message line='{'9' * 5000}'/></conversation></conversations>",
        f"<conversations><conversation><message line='1'>{TEXT}</message></conversation></conversations>",
        f"<conversations><conversation id='{NAME}'><message line='1'><text>{TEXT}</text></message></conversation>",
        "",
    ],
    "espd": [
        f'{{"chats": {{"{NAME}": {{"{TEXT}',
        f'["{TEXT}"]',
        f'{{"chats": {{"{NAME}": "{TEXT}"}}}}',
        f'{{"chats": {{"{NAME}": {{"content": ["{TEXT}"]}}}}}}',
        f'{{"chats": {{"{NAME}": {{"content": [{{"author": "{AUTHOR}", "body": ["{TEXT}"]}}]}}}}}}',
        f'{{"chats": {{"{NAME}": {{"className": "{TEXT}", "content": []}}}}}}',
        "[" * 5000 + TEXT,
        "",
    ],
    "csv": [
        f"{NAME},{TEXT}\n",
        f"conversation,segment,label\n{NAME},{TEXT},{TEXT}\n",
        f"conversation,segment,label\n{NAME},{TEXT}\n",
        f"conversation,segment,label\n{NAME},{TEXT},1\n{NAME},{TEXT},0\n",
        f"segment,label\n{TEXT},{'x' * 200_000}\n",
        "",
    ],
}


@pytest.mark.parametrize("form", sorted(FAULTS))
def test_a_faulty_file_is_told_in_one_sentence_without_a_word_of_it(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation_packs, "used", lambda _: evaluation_packs.Used(reading(), [], None))
    file = tmp_path / "given.file"
    (tmp_path / "predators.txt").write_text(f"{AUTHOR}\n")
    words = ["--predators", tmp_path / "predators.txt"] if form == "pan" else []
    for content in (*map(str.encode, FAULTS[form]), b"\xff\xfe" + TEXT.encode()):
        file.write_bytes(content)
        code, out, err = _ran(capsys, "--format", form, file, *words)
        assert (code, out) == (2, ""), content[:60]
        assert err.startswith("lightkeeper conversations: ")
        assert err.count("\n") == 1
        assert not {TEXT, AUTHOR, NAME} & set(err.lower().replace("'", " ").split())
        assert TEXT not in err
        assert NAME not in err


def test_texts_that_no_encoding_has_are_read_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = [{"author": "\ud800a\0", "body": "\udfff don't tell your mum \0 \u202e"}, {"author": "", "body": ""}]
    file = tmp_path / "x.json"
    file.write_text(json.dumps({"chats": {"\ud800": {"className": 1, "content": entries}}}))
    assert _ran(capsys, "--format", "espd", file, "--gates")[0] == 0


def test_what_does_not_go_together_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal_packs, "shipped_packs", tuple)
    file = tmp_path / "some.csv"
    file.write_text("segment,label\nhello,1\n")
    faulty = tmp_path / "pack.yaml"
    faulty.write_text(f"format: {TEXT}\n")
    (tmp_path / "sides").mkdir()
    for words, told in [
        (("--format", "csv"), "needs a path"),
        (("--format", "pan", file), "--predators"),
        (("--format", "folders", tmp_path), "--offender-side"),
        (("--format", "folders", tmp_path, "--offender-side", "a", "--child-side", "b"), "no folder"),
        (("--format", "scenarios", file), "takes no path"),
        (("--format", "csv", file, "--lines", file), "--format pan only"),
        (("--format", "csv", file, "--known", "messages"), "--format scenarios only"),
        (("--format", "csv", tmp_path / "absent.csv"), "absent.csv cannot be read"),
        (("--format", "csv", tmp_path), "cannot be read"),
        (("--format", "csv", file, "--packs", faulty), "pack.yaml: Line 1"),
        (("--format", "csv", file, "--packs", tmp_path / "no.yaml"), "no.yaml cannot be read"),
        (("--format", "csv", file, "--out", file), "cannot be made"),
        (("--format", "csv", file, "--prevalence", "0"), "between 0 and 1"),
        (("--format", "csv", file, "--threshold", "nan"), "not a score"),
        (("--format", "csv", file, "--rate", "x"), "not a number"),
    ]:
        code, out, err = _ran(capsys, *words)
        assert (code, out) == (2, "")
        assert told in err
        assert "Traceback" not in err


def test_exemplars_that_are_not_installed_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from lightkeeper.detect.text import affinity
    from lightkeeper.detect.text.embedding import ScorerUnavailable

    def unavailable() -> None:
        raise ScorerUnavailable("it is not installed")

    monkeypatch.setattr(affinity.ExemplarScorer, "open", unavailable)
    code, _, err = _ran(capsys, "--format", "scenarios", "--scorer", "exemplars")
    assert code == 2
    assert "it is not installed" in err


def test_packs_are_named_by_digest_and_by_what_they_are_taken_as(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    from lightkeeper.detect.text.signal_packs import shipped_file

    own = tmp_path / f"{NAME}.yaml"
    own.write_bytes(shipped_file("en"))
    file = tmp_path / "some.csv"
    file.write_text(f"segment,label\n{ASKED},1\n{CALM},0\n")
    report = _measured(capsys, caplog, tmp_path, "--format", "csv", file, "--reviewed-packs", own)
    packs = [(one["source"], one["language"], one["taken_as"]) for one in report["versions"]["packs"]]
    assert packs == [("shipped", "de", "unreviewed"), ("own", "en", "reviewed")]  # the same pack counts once
    assert all(len(one["digest"]) == 64 for one in report["versions"]["packs"])


def test_a_gate_that_fails_is_told_by_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "some.csv"
    rows = [f"{ASKED} and are you home alone,0" for _ in range(40)]
    file.write_text("\n".join(["segment,label", "hello,1", *rows]))
    code, out, _ = _ran(capsys, "--format", "csv", file, "--gates", "--threshold", "0.5")
    assert code == 3
    assert "fail             benign: file 1: flagged 100.0 % of 40" in out
    assert _ran(capsys, "--format", "csv", file, "--threshold", "0.5")[0] == 0


def test_the_page_is_one_file_and_tells_every_plot_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    _measured(capsys, caplog, tmp_path, *_pan(tmp_path), "--gates")
    page = (tmp_path / "out" / "report.html").read_text()
    for from_elsewhere in ("<script", "<link", "src=", "href=", "url(", "@import"):
        assert from_elsewhere not in page
    plots = re.findall(r'<svg(?! class="key")[^>]*>', page)
    assert len(plots) >= 5
    assert all('role="img"' in one and re.search(r'aria-label="[^"]{20,}"', one) for one in plots)
    assert page.count("<table") > len(plots)
    assert "not measurable" in page.lower()  # a gate that seven conversations cannot tell
