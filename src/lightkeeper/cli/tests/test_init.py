"""``init`` makes what is missing, never touches what is there, and asks who answers for keeping."""

from __future__ import annotations

import argparse
import builtins
import re
import stat
from pathlib import Path

import pytest

from lightkeeper.cli import authority, init
from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.tests.installations import Installation

ANSWERS = (
    "--organisation", "Example Ltd", "--authority-person", "Ada Example", "--authority-role", "head of trust",
    "--country", "gb", "--basis", "letter of 1 January",
)  # fmt: skip


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, str]:
    """An installation, and what ``init`` said."""
    installation = Installation(tmp_path_factory.mktemp("init"))
    code, out, err = installation.run("init", "--hash-only", "--admin-email", "ada@lightkeeper.example")
    assert code == 0, err
    return installation, out


def test_a_first_run_says_what_it_made_and_gives_a_link_once(made: tuple[Installation, str]) -> None:
    installation, out = made
    said = re.sub(r"/link/\S+", "/link/…", out.replace(str(installation.data), "DATA"))
    assert said == (
        "Data directory: DATA (made)\n"
        "Web secret:     DATA/keys/secret.key (made)\n"
        "Master key:     DATA/keys/master.key (made)\n"
        "                Copy it to a place apart from this machine now: without it all that is kept is lost,\n"
        "                and whoever has both it and the data can read everything.\n"
        "Database:       DATA/lightkeeper.sqlite3 (made)\n"
        "Authority:      Hash-only: what arrives is compared with the lists and destroyed; cases have no pictures. "
        "`lightkeeper init` records an authority later.\n"
        "Administrator:  ada@lightkeeper.example; this link sets the password and the second factor, once:\n"
        "http://127.0.0.1:8000/link/…\n"
        "Next:           `lightkeeper serve` and `lightkeeper worker`; `lightkeeper check --deploy` says what is still "
        "open\n"
    )


def test_keys_and_folders_are_for_their_owner_alone(made: tuple[Installation, str]) -> None:
    data = made[0].data
    assert [mode(data), mode(data / "keys")] == [0o700, 0o700]
    assert [mode(data / "keys" / name) for name in ("master.key", "secret.key")] == [0o600, 0o600]
    assert mode(data / "lightkeeper.sqlite3") == 0o600


def test_a_second_run_changes_no_key_and_can_record_the_authority(made: tuple[Installation, str]) -> None:
    installation, _ = made
    keys = {file: file.read_bytes() for file in (installation.data / "keys").iterdir()}
    code, out, err = installation.run("init", *ANSWERS, "--admin-email", "eve@lightkeeper.example")
    assert code == 0, err
    assert "Authority:      Example Ltd; Ada Example, head of trust; GB\n" in out
    assert "Administrator:  there is one; people are invited in the console\n" in out
    assert "(made)" not in out
    assert {file: file.read_bytes() for file in (installation.data / "keys").iterdir()} == keys


def test_a_lost_master_key_is_never_replaced(made: tuple[Installation, str]) -> None:
    installation, _ = made
    key = installation.data / "keys" / "master.key"
    kept = key.rename(key.with_name("away"))
    try:
        code, _, err = installation.run("init")
        assert code == 2
        assert "a new one could read nothing of what is kept" in err
        assert not key.exists()
        code, _, err = installation.run("serve")
        assert code == 2
        assert err.endswith(
            f"lightkeeper serve: the master key ({key}) is missing: run `lightkeeper init`, or put the file back\n"
        )
        key.write_text("other:" + "A" * 43 + "=\n")
        key.chmod(0o600)
        code, _, err = installation.run("serve")
        assert code == 2
        assert "lightkeeper serve: the master key cannot be used: " in err
    finally:
        kept.replace(key)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--hash-only", "--country", "GB"],
            "--hash-only keeps nothing, so it goes with none of the options about authority",
        ),
        (
            ["--country", "GB"],
            (
                "the authority needs --organisation and --authority-person and --authority-role and --basis too; "
                "or say --hash-only"
            ),
        ),
    ],
)
def test_options_that_cannot_be_right_are_refused_before_anything_is_made(
    tmp_path: Path, words: list[str], sentence: str
) -> None:
    assert Installation(tmp_path).run("init", *words) == (2, "", f"lightkeeper init: {sentence}\n")
    assert not (tmp_path / "data").exists()


def test_a_place_that_cannot_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    code, _, err = Installation(tmp_path).run("init")
    assert code == 2
    assert err == (
        f"lightkeeper init: {tmp_path}/data cannot be written to: File exists; set LIGHTKEEPER_DATA_DIR to a directory "
        "of the user who runs this\n"
    )


def questions(monkeypatch: pytest.MonkeyPatch, *lines: str) -> dict[str, str] | None:
    parser = argparse.ArgumentParser()
    authority.configure(parser)
    given = iter(lines)
    monkeypatch.setattr(builtins, "input", lambda _: next(given))
    return authority.answers(parser.parse_args([]), ask=True)


def test_each_question_says_why_and_the_answers_are_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = questions(monkeypatch, "Example Ltd", "Ada Example", "head", "GB", "a letter")
    assert answers == {
        "organisation": "Example Ltd", "authority_person": "Ada Example", "authority_role": "head", "country": "GB",
        "basis": "a letter",
    }  # fmt: skip
    said = " ".join(capsys.readouterr().out.split())
    assert all(question.asks in said and question.why in said for question in authority.QUESTIONS)
    assert "no general exemption" in said
    assert "nothing here is legal advice" in said


def test_a_country_that_is_none_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = questions(monkeypatch, "Example Ltd", "Ada", "head", "Great Britain", "UK", "gb", "a letter")
    assert answers is not None
    assert (answers["country"], answers["basis"]) == ("gb", "a letter")
    assert questions(monkeypatch, "Example Ltd", "Ada", "head", "UK", "") is None


def test_an_address_that_is_none_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = iter(["ada", "ada@lightkeeper.example", "bob", ""])
    monkeypatch.setattr(builtins, "input", lambda _: next(given))
    assert init.ask_email() == "ada@lightkeeper.example"
    assert "That is no e-mail address" in capsys.readouterr().out
    assert init.ask_email() == ""


def test_one_empty_answer_leaves_it_hash_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert questions(monkeypatch, "Example Ltd", "") is None


def test_the_end_of_the_input_is_an_empty_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr(builtins, "input", ended)
    assert authority.read_line("> ") == ""


def test_options_answer_some_questions_and_the_rest_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    parser = argparse.ArgumentParser()
    authority.configure(parser)
    args = parser.parse_args(["--organisation", "Example Ltd", "--country", "DE"])
    with pytest.raises(CommandError):
        authority.answers(args, ask=False)
    lines = iter(["Ada", "head", "a law"])
    monkeypatch.setattr(builtins, "input", lambda _: next(lines))
    found = authority.answers(args, ask=True)
    assert found is not None
    assert (found["country"], found["basis"]) == ("DE", "a law")
