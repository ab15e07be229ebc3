"""The service as an operator has it: started, asked, checked, upgraded, stopped; what cannot work is a sentence."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lightkeeper.cli.tests.installations import Installation, free_port, get

pytestmark = pytest.mark.long
START_SECONDS = 120


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("service"))
    code, _, err = made.run("init", "--hash-only")
    assert code == 0, err
    return made


def wait_until_ready(process: subprocess.Popen[str], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while get(port, "/readyz")[0] != 200:
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.fixture
def server(installation: Installation) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    address = {"listen": f"127.0.0.1:{port}", "public_url": f"http://127.0.0.1:{port}"}
    process = installation.start("serve", **address)
    try:
        wait_until_ready(process, port)
        yield process, port
    finally:
        process.kill()
        process.communicate()


def test_a_server_answers_its_probes_refuses_its_port_to_another_and_stops_in_order(
    installation: Installation, server: tuple[subprocess.Popen[str], int]
) -> None:
    process, port = server
    assert get(port, "/healthz") == (200, '{"alive": true}')
    status, text = get(port, "/readyz")
    assert status == 200
    assert json.loads(text)["codes"] == ["no_worker"]
    assert get(port, "/readyz", X_Forwarded_For="192.0.2.7") == (200, '{"ready": true}')
    assert get(port, "/metrics", X_Forwarded_For="192.0.2.7")[0] == 403
    status, text = get(port, "/metrics")
    assert status == 200
    assert "\nlightkeeper_ready 1\n" in text
    code, _, err = installation.run("serve", listen=f"127.0.0.1:{port}")
    assert code == 2
    assert err.endswith(
        f"lightkeeper serve: 127.0.0.1:{port} cannot be listened on: Address already in use. Stop what listens there, "
        "or set LIGHTKEEPER_LISTEN\n"
    )
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert [line.split(" ", 1)[1] for line in err.splitlines() if line.startswith("20")] == [
        f"INFO lightkeeper.web.serving: serving http://127.0.0.1:{port} on 127.0.0.1:{port}",
        "INFO lightkeeper.web.serving: stopped",
    ]


def test_connections_are_kept_and_idle_ones_keep_nobody_out(server: tuple[subprocess.Popen[str], int]) -> None:
    _, port = server
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
    try:
        request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for _ in range(2):
            idle[0].sendall(request)
            answer = b""
            while not answer.endswith(b"0\r\n\r\n"):  # it is chunked, and may come in more than one piece
                piece = idle[0].recv(4096)
                assert piece
                answer += piece
            assert answer.startswith(b"HTTP/1.1 200")
        assert get(port, "/healthz")[0] == 200
    finally:
        for connection in idle:
            connection.close()


def test_no_process_of_a_server_outlives_its_first_one(server: tuple[subprocess.Popen[str], int]) -> None:
    process, port = server
    process.kill()
    process.wait()
    until = time.monotonic() + 30
    while get(port, "/healthz")[0]:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_nothing_is_served_before_it_is_set_up(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    code, _, err = Installation(tmp_path).run("serve")
    assert code == 2
    assert "are missing: run `lightkeeper init`" in err


@pytest.mark.parametrize("verb", [("worker",), ("client", "list"), ("lists", "show"), ("work", "list"), ("check",)])
def test_a_data_directory_that_is_not_there_is_called_so(tmp_path: Path, verb: tuple[str, ...]) -> None:
    code, _, err = Installation(tmp_path).run(*verb)
    assert code == 2
    assert f"the data directory {tmp_path / 'data'} is not there: run `lightkeeper init`" in err
    assert "database" not in err


@pytest.mark.parametrize("verb", [("worker",), ("client", "list"), ("lists", "show"), ("work", "list")])
def test_nothing_is_done_on_an_installation_that_is_not_made(tmp_path: Path, verb: tuple[str, ...]) -> None:
    (tmp_path / "data").mkdir()
    code, _, err = Installation(tmp_path).run(*verb)
    assert code == 2
    assert "are missing: run `lightkeeper init`" in err


def test_a_worker_says_that_it_stops_and_that_it_has_stopped(installation: Installation) -> None:
    with installation.start("worker", "--threads", "1") as process:
        assert process.stderr is not None
        while "working with" not in process.stderr.readline():
            assert process.poll() is None
        process.terminate()
        said = process.stderr.read()
    assert process.returncode == 0
    assert said.endswith(
        "lightkeeper worker: stopping; what was begun is ended first, 20 seconds at most ...\n"
        "lightkeeper worker: stopped\n"
    )


def test_a_wrong_setting_stops_every_verb_of_the_service(tmp_path: Path) -> None:
    for verb in ("init", "serve", "check", "upgrade"):
        sentence = "LIGHTKEEPER_EFFORT must be one of quick, standard, thorough, not 'best'."
        assert Installation(tmp_path).run(verb, effort="best") == (2, "", f"lightkeeper {verb}: {sentence}\n")


def test_a_database_that_does_not_answer_is_a_sentence_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://somebody:hidden-word@127.0.0.1:{free_port()}/name"
    code, out, err = Installation(tmp_path).run("check", database_url=url)
    assert code == 2
    assert "does not answer" in err
    assert "hidden-word" not in out + err
    assert "Traceback" not in err


def applied(database: Path, change: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(change)


def test_an_upgrade_backs_up_first_and_says_what_it_did(installation: Installation) -> None:
    # A room's change, undone by hand: an older version's database.
    applied(installation.database, "DROP TABLE django_session")
    applied(installation.database, "DELETE FROM django_migrations WHERE app = 'sessions'")
    code, _, err = installation.run("serve")
    assert code == 2
    assert "the database lacks 1 changes of this version: run `lightkeeper upgrade`" in err
    for verb in (("worker",), ("client", "list"), ("lists", "show"), ("work", "list")):
        assert "run `lightkeeper upgrade`" in installation.run(*verb)[2]
    code, out, err = installation.run("upgrade")
    assert code == 0, err
    [copy] = (installation.data / "backups").iterdir()
    assert out == (
        f"The database was backed up to {copy}, and the copy was checked.\n"
        "  sessions.0001_initial\n1 changes made. The database is at version 0.1.0.\n"
    )
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        apps = {row[0] for row in connection.execute("SELECT app FROM django_migrations")}
    assert "record" in apps
    assert "sessions" not in apps
    assert installation.run("upgrade")[1].endswith("already; nothing was done.\n")


def test_an_older_program_refuses_a_newer_database(installation: Installation) -> None:
    newer = "INSERT INTO django_migrations (app, name, applied) VALUES ('record', '0999_later', '2099-01-01')"
    applied(installation.database, newer)
    try:
        for verb in ("serve", "upgrade"):
            code, _, err = installation.run(verb)
            assert code == 2, verb
            assert "the database was made by a newer Lightkeeper (record.0999_later is unknown to 0.1.0)" in err
    finally:
        applied(installation.database, "DELETE FROM django_migrations WHERE name = '0999_later'")


def test_a_check_for_deployment_names_what_must_be_mended(installation: Installation) -> None:
    unsafe = {
        "listen": "127.0.0.1:8000", "public_url": "http://lightkeeper.example", "hosts": "*",
        "secret_key": "changeme", "email_host": "mail.example",
    }  # fmt: skip
    key = installation.data / "keys" / "secret.key"
    assert installation.run("check")[:2] == (0, "ok  Nothing stands against it.\n")
    key.chmod(0o640)
    try:
        code, out, _ = installation.run("check", "--deploy", **unsafe)
    finally:
        key.chmod(0o600)
    assert code == 1
    expected = [
        "NO  The web secret is short or guessable: ",
        f"NO  Others can read {key}: chmod 600 it.",
        "--  The master key lies on the disk with what it protects",
        "NO  LIGHTKEEPER_PUBLIC_URL is http, so keys, cookies and pictures would travel in clear",
        "NO  LIGHTKEEPER_HOSTS answers to any name ('*')",
        "NO  Nobody is an administrator",
        "--  Nobody is on call",
        "NO  No worker runs",
        "--  Hash-only",
        "--  There is no backup",
        "--  The destruction log lies in the data directory",
        "6 things are to be mended first.",
    ]
    found = out.splitlines()
    assert len(found) == len(expected), out
    assert all(line.startswith(beginning) for line, beginning in zip(found, expected, strict=True)), out


def test_without_the_extra_the_verbs_say_how_to_install_it(tmp_path: Path) -> None:
    for verb in ("init", "serve", "worker", "check", "run"):
        program = (
            f"import sys\nsys.modules['django'] = None\nsys.argv = ['lightkeeper', '{verb}']\n"
            "from lightkeeper.cli.main import main\nsys.exit(main())"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], env=Installation(tmp_path).environment(), cwd=tmp_path,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2, verb
        assert "pip install 'lightkeeper[service]'" in done.stderr, verb
    assert not (tmp_path / "data").exists()


def test_the_demonstration_runs_and_leaves_nothing(tmp_path: Path) -> None:
    port = free_port()
    environment = {**Installation(tmp_path).environment(), "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "lightkeeper", "run", "--port", str(port)], env=environment, cwd=tmp_path,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C ends everything" not in said:
            line = process.stdout.readline()
            assert line, process.communicate()
            said += line
        assert "15 drawings were submitted" in said
        assert "3 reports made" in said
        assert said.count("/link/") == 7
        assert json.loads(get(port, "/readyz")[1])["codes"] == []
        command = said[said.index("  curl") : said.index("\n\nThe API")]
        answer = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
        assert json.loads(answer)["outcome"] == "match"
        assert any(tmp_path.glob("lightkeeper-demo-*"))
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        assert not any(tmp_path.glob("lightkeeper-demo-*"))
        assert get(port, "/healthz")[0] == 0
    finally:
        process.kill()
        process.communicate()
