"""Runs the service's verbs in processes of their own, on an installation in a folder of its own (SQLite)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Installation:
    """An installation below ``folder``; keyword arguments are settings without their prefix."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def database(self) -> Path:
        return self.data / "lightkeeper.sqlite3"

    def environment(self, **settings: str) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("LIGHTKEEPER_")}
        given = {"data_dir": str(self.data), "decode_workers": "1", **settings}  # not one a core: quicker begun
        return {
            **ours, "LIGHTKEEPER_CONFIG": os.devnull, "PYTHONUNBUFFERED": "1",
            **{f"LIGHTKEEPER_{name.upper()}": value for name, value in given.items()},
        }  # fmt: skip

    def start(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "lightkeeper", *words], env=self.environment(**settings), cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *words: str, **settings: str) -> tuple[int, str, str]:
        process = self.start(*words, **settings)
        out, err = process.communicate(timeout=180)
        return process.returncode, out, err


def get(port: int, path: str, **headers: str) -> tuple[int, str]:
    """Ask a server on loopback; status 0 where nobody answers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=named)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""
