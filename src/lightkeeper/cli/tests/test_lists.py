"""``lightkeeper lists``: imports, shows and changes lists, and says what is wrong in a sentence."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from lightkeeper.cli.main import main
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.record.models import AuditEvent

pytestmark = pytest.mark.django_db
ROWS = "algorithm,value,id,category\nmd5,{},a,A1\npdq,zz,planted,\nurl,https://example.test/x,c,\n".format("0" * 32)


def test_a_list_is_imported_shown_and_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "partner.csv"
    file.write_text(ROWS)
    assert main(["lists", "import", str(file), "--status", "vetted", "--source", "a partner"]) == 0
    out, err = capsys.readouterr()
    assert out == "partner.csv: 2 rows; 2 entries new, 0 changed, 0 there already, 0 withdrawn; 1 rows set aside\n"
    assert err.startswith("line 3: the value has")
    assert "planted" not in out + err
    assert main(["lists", "show"]) == 0
    shown = capsys.readouterr().out
    assert "vetted" in shown
    assert "2 entries" in shown
    assert main(["lists", "radius", "partner.csv", "20", "--reason", "few wrong ones wanted"]) == 0
    assert main(["lists", "status", "partner.csv", "quarantined", "--reason", "it floods"]) == 0
    known = HashList.objects.get()
    assert (known.status, known.radius) == ("quarantined", 20)
    assert set(AuditEvent.objects.values_list("actor_kind", flat=True)) == {"operator"}


def test_a_list_comes_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ROWS.encode())))
    assert main(["lists", "import", "-", "--name", "piped"]) == 0
    assert Entry.objects.count() == 2
    assert main(["lists", "import", "-"]) == 2
    assert "--name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["import", "/nonexistent/list.csv"], "cannot be read"),
        (["status", "none", "vetted", "--reason", "x"], "no list named none"),
        (["radius", "none", "3", "--reason", "x"], "no list named none"),
    ],
)
def test_what_cannot_be_done_is_said(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lists", *words]) == 2
    assert says in capsys.readouterr().err


def test_a_file_that_is_no_list_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "no.csv"
    file.write_text("hello\n")
    assert main(["lists", "import", str(file)]) == 2
    assert "cannot be imported" in capsys.readouterr().err
    assert not HashList.objects.exists()
