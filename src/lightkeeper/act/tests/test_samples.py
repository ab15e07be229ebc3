"""The samples of docs/callbacks.md accept what we sign and refuse everything else, in each language that is here."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from lightkeeper.runtime.services import sign

DOCUMENT = Path(__file__).parents[4] / "docs" / "callbacks.md"
KEYS = {"sk-1": "lks_" + "1f" * 32, "sk-2": "lks_" + "2e" * 32}
BODY = '{"event": "submission.finished", "id": "ünï\\u0000", "state": "accepted"}'.encode()

Case = tuple[dict[str, str], bytes, bool]


def sample(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def cases() -> list[Case]:
    """Header fields, body, and whether that is to be accepted."""
    now = timezone.now()
    good = sign(BODY, key=KEYS["sk-1"].encode(), key_id="sk-1", at=now)
    signature = good["Lightkeeper-Signature"]
    return [
        (good, BODY, True),
        (sign(BODY, key=KEYS["sk-2"].encode(), key_id="sk-2", at=now), BODY, True),
        (sign(b"", key=KEYS["sk-2"].encode(), key_id="sk-2", at=now), b"", True),
        ({**good, "Lightkeeper-Signature": f"v1={'0' * 64}, {signature}"}, BODY, True),
        (good, BODY + b" ", False),
        ({**good, "Lightkeeper-Key-Id": "sk-2"}, BODY, False),
        ({**good, "Lightkeeper-Key-Id": "sk-3"}, BODY, False),
        ({**good, "Lightkeeper-Key-Id": "constructor"}, BODY, False),
        ({**good, "Lightkeeper-Timestamp": str(int(good["Lightkeeper-Timestamp"]) + 1)}, BODY, False),
        ({**good, "Lightkeeper-Timestamp": "soon"}, BODY, False),
        ({**good, "Lightkeeper-Signature": signature.removeprefix("v1=")}, BODY, False),
        ({**good, "Lightkeeper-Signature": ""}, BODY, False),
        ({**good, "Lightkeeper-Signature": "ä"}, BODY, False),
        ({}, BODY, False),
        (sign(BODY, key=KEYS["sk-1"].encode(), key_id="sk-1", at=now - timedelta(minutes=6)), BODY, False),
        (sign(BODY, key=KEYS["sk-1"].encode(), key_id="sk-1", at=now + timedelta(minutes=6)), BODY, False),
    ]


def as_json(lower: bool) -> str:
    rows = [
        [{name.lower() if lower else name: value for name, value in headers.items()}, body.decode(), wanted]
        for headers, body, wanted in cases()
    ]
    return json.dumps({"keys": KEYS, "cases": rows})


def test_python() -> None:
    namespace: dict[str, Any] = {}
    exec(compile(sample("python"), "callbacks.md", "exec"), namespace)  # noqa: S102  # our own document
    verified: Callable[..., bool] = namespace["verified"]
    assert [verified(headers, body, KEYS) for headers, body, _ in cases()] == [wanted for *_, wanted in cases()]


def test_javascript() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    program = sample("javascript") + (
        'const given = JSON.parse(require("node:fs").readFileSync(0));\n'
        "console.log(JSON.stringify(given.cases.map(([h, b]) => verified(h, Buffer.from(b), given.keys))));"
    )
    done = subprocess.run([node, "-e", program], input=as_json(True), capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert json.loads(done.stdout) == [wanted for *_, wanted in cases()]


GO_MAIN = """package callbacks

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"
	"time"
)

func TestVerified(t *testing.T) {
	var given struct {
		Keys  map[string]string
		Cases [][]json.RawMessage
	}
	text, _ := os.ReadFile("cases.json")
	if err := json.Unmarshal(text, &given); err != nil {
		t.Fatal(err)
	}
	for number, row := range given.Cases {
		var fields map[string]string
		var body string
		var wanted bool
		json.Unmarshal(row[0], &fields)
		json.Unmarshal(row[1], &body)
		json.Unmarshal(row[2], &wanted)
		headers := http.Header{}
		for name, value := range fields {
			headers.Set(name, value)
		}
		if Verified(headers, []byte(body), given.Keys, 5*time.Minute) != wanted {
			t.Errorf("case %d", number)
		}
	}
}
"""


def test_go(tmp_path: Path) -> None:
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not installed")
    (tmp_path / "go.mod").write_text("module callbacks\n\ngo 1.20\n")
    (tmp_path / "callbacks.go").write_text(sample("go"))
    (tmp_path / "callbacks_test.go").write_text(GO_MAIN)
    (tmp_path / "cases.json").write_text(as_json(False))
    done = subprocess.run([go, "test", "./..."], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
