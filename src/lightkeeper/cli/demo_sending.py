"""What a demonstration submits, so that its queue holds a case of every kind as soon as it is ready."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

PICTURES: Final = (
    ("listed-0.png", "user-0"), ("mirrored-0.jpg", "user-1"), ("framed-1.jpg", "user-2"), ("captioned-2.jpg", "user-3"),
    ("mirrored-3.jpg", "user-4"), ("framed-4.jpg", "user-4"), ("listed-5.png", "user-4"), ("listed-6.png", "user-5"),
    ("framed-7.jpg", "user-6"), ("listed-8.png", "user-7"), ("mirrored-9.jpg", "user-8"), ("listed-10.png", "user-9"),
    ("stranger-12.jpg", "user-10"), ("stranger-13.jpg", "user-11"), ("stranger-14.jpg", "user-12"),
)  # fmt: skip
"""Drawings and who sent each: ``user-0`` and ``user-1`` near-duplicates, ``user-4`` several, strangers nothing."""
REPORTS: Final[tuple[dict[str, object], ...]] = (
    {
        "submission": "demo-13", "reason": "unknown",
        "note": "A demonstration: here stands what a reporter writes. It shows when it is asked for.",
    },
    {"submission": "demo-14", "reason": "contact_abuse", "child_in_danger": True},
    {"url": "https://pictures.example/album/1", "reason": "abuse_material"},
)  # fmt: skip
"""User reports: of strangers by their place in PICTURES, one with words, one of danger now; and of an address."""


def request(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> int:
    """Ask the server of the demonstration, and give the status; 0 where it does not answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body or None, {name.replace("_", "-"): text for name, text in headers.items()})
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def send(folder: Path, port: int, key: str) -> tuple[int, int]:
    """Submit drawings and report some, as a platform would. Gives how many drawings and how many reports were taken."""
    bearer = f"Bearer {key}"
    drawings = reports = 0
    for number, (name, uploader) in enumerate(PICTURES):
        said = {"id": f"demo-{number}", "kind": "picture", "uploader": uploader}
        body = _form(said, name, (folder / name).read_bytes())
        status = request(
            port, "POST", "/api/v1/submissions?wait=true", body,
            Authorization=bearer, Content_Type="multipart/form-data; boundary=drawing",
        )  # fmt: skip
        drawings += 200 <= status < 300
    for number, report in enumerate(REPORTS):
        body = json.dumps({"id": f"demo-report-{number}", **report}).encode()
        status = request(
            port, "POST", "/api/v1/user-reports", body, Authorization=bearer, Content_Type="application/json"
        )
        reports += 200 <= status < 300
    return drawings, reports


def _form(metadata: dict[str, str], name: str, content: bytes) -> bytes:
    head = (
        '--drawing\r\nContent-Disposition: form-data; name="metadata"\r\n'
        f"Content-Type: application/json\r\n\r\n{json.dumps(metadata)}\r\n"
        f'--drawing\r\nContent-Disposition: form-data; name="content"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode() + content + b"\r\n--drawing--\r\n"
