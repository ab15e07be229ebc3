"""A mail server on loopback that behaves as it is told: takes, refuses, asks to come again, hangs up."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """``answers`` to RCPT, one a connection, the last again and again: a code, or 0 to hang up. ``got``: messages."""

    answers: list[int]
    port: int = 0
    got: list[str] = field(default_factory=list)

    def next(self) -> int:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def mail_server(*answers: int) -> Iterator[Mailbox]:
    """Serve until the block ends."""
    box = Mailbox(list(answers))

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            code = box.next()
            if not code:
                return
            self._say("220 mail.test")
            while line := self.rfile.readline().decode("ascii", "replace").strip().upper():
                if line.startswith("RCPT"):
                    self._say(f"{code} as told")
                elif line == "DATA":
                    self._say("354 go on")
                    box.got.append(self._message())
                    self._say("250 taken")
                elif line == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 mail.test")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def _message(self) -> str:
            lines = []
            while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                lines.append(line.decode("utf-8"))
            return "".join(lines)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
