"""One decoding process as the pool sees it: starting it, handing it files, ending it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock

from lightkeeper.detect.media import wire
from lightkeeper.detect.media.derivatives import MAX_DERIVED
from lightkeeper.detect.media.hardening import Hardening
from lightkeeper.detect.media.limits import Limits

#: What a worker inherits of the environment, where it is set: how the system finds its libraries.
_INHERITED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR")
#: One thread: the pool runs one worker a core, and a locked-in process may start none.
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "LC_ALL": "C.UTF-8",
}
#: Where the packages lie that a worker imports, in this order.
_PACKAGES = ("lightkeeper", "numpy", "PIL", "pillow_heif")
#: The path is appended, so that nothing there can stand in for the standard library.
_BOOTSTRAP = (
    "import sys, json, importlib; sys.path += json.loads(sys.argv[1]); "
    "name, _, function = sys.argv[2].partition(':'); getattr(importlib.import_module(name), function)()"
)
#: Bytes that a pipe holds on Linux, so that most files are handed over in one go.
_PIPE_SIZE = 2**20
_F_SETPIPE_SZ = 1031
_READ_SIZE = 2**18


class StartError(Exception):
    """A decoding process could not be started; the message says why."""


class Worker:
    """A running decoding process. One thread at a time may use it; ``kill`` may be called from any thread."""

    def __init__(self, *, entry: str, limits: Limits, effort: str, harden: bool) -> None:
        """Start the process without waiting for it; ``entry`` is ``module:function``. Raises ``OSError``."""
        self.handled = 0
        self.timed_out = False
        self._limits = limits
        self._protection: Hardening | None = None
        self._end = Lock()
        self._use = Lock()  # held while the pipes are used, so that nobody closes them meanwhile
        self._process = _start(entry)
        streams = (self._process.stdin, self._process.stdout)
        self._streams = [stream for stream in streams if stream is not None]
        self._input, self._output = (stream.fileno() for stream in self._streams)
        settings = {"limits": limits.to_json(), "effort": effort, "harden": harden, "parent": os.getpid()}
        try:
            self._send(wire.Request(0, wire.to_json(settings)))
        except OSError:
            self.kill()  # it is gone already; whoever waits for its first message is told
        except BaseException:
            self.kill()
            raise

    def wait_ready(self) -> Hardening:
        """Wait for the first message: what protects the process. Raises ``StartError`` if it cannot start."""
        if self._protection is not None:
            return self._protection
        try:
            with self._use:
                hello = wire.from_json(self._receive()[1])
            if "error" in hello:
                raise StartError(_printable(hello["error"]))
            self._protection = Hardening.from_json(hello.get("hardening"))
        except (OSError, EOFError) as error:
            raise StartError("the decoding process ended before it was ready") from error
        except (wire.BadMessageError, ValueError) as error:
            raise StartError("the decoding process did not introduce itself properly") from error
        return self._protection

    def ask(self, data: bytes) -> dict[str, object]:
        """Hand a file over and wait for the answer, a JSON object of any content.

        Raises ``EOFError`` or ``OSError`` if the process ends, ``wire.BadMessageError`` if its answer is none.
        """
        return wire.from_json(self._exchange(data, limit=wire.MAX_REPLY))

    def ask_derivatives(self, data: bytes, mask: int) -> tuple[dict[str, object], memoryview]:
        """Hand a file over for derivatives: the answer's JSON object, and the bytes behind it. As ``ask``."""
        return wire.split_content(self._exchange(data, derivatives=mask))

    def ask_part(self, data: bytes, part: str, mark: str) -> tuple[dict[str, object], memoryview]:
        """Hand a derivative over for a marked part of it. As ``ask_derivatives``."""
        body = wire.with_content(wire.to_json({"part": part, "mark": mark}), [data])
        return wire.split_content(self._exchange(body, present=True))

    def _exchange(
        self, body: bytes, *, derivatives: int = 0, present: bool = False, limit: int = MAX_DERIVED + wire.MAX_REPLY
    ) -> bytes:
        self.handled += 1
        with self._use:
            self._send(wire.Request(self.handled, body, derivatives, present))
            number, answer = self._receive(limit)
        if number != self.handled:
            raise wire.BadMessageError("an answer to another question")
        return answer

    def kill(self) -> int | None:
        """End the process, whatever it is doing, and wait for its end; returns its exit code. May be called again."""
        with self._end:
            self._process.kill()
            try:
                code = self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:  # stuck in the kernel: nothing more can be done from here
                return None
            return code

    def end(self) -> int | None:
        """``kill``, and give its pipes back; a thread that waits for an answer sees the stream end. Idempotent."""
        # A process that ended by itself is given a moment to be seen as ended, so that its own exit code is told.
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=0 if self.timed_out else 0.2)
        code = self.kill()
        with self._use:
            for stream in self._streams:
                stream.close()
        return code

    @property
    def pid(self) -> int:
        """The process id, for tests."""
        return self._process.pid

    def _send(self, request: wire.Request) -> None:
        header, body = wire.pack_request(request)
        if len(body) < 2**16:
            header, body = header + body, b""
        for part in (header, body):
            left = memoryview(part)
            while left:
                left = left[os.write(self._input, left) :]

    def _receive(self, limit: int = wire.MAX_REPLY) -> tuple[int, bytes]:
        return wire.read(lambda size: os.read(self._output, min(size, _READ_SIZE)), limit=limit)


def _start(entry: str) -> subprocess.Popen[bytes]:
    environment = dict(_ENVIRONMENT)
    environment.update({name: os.environ[name] for name in _INHERITED if name in os.environ})
    # Isolated (-I) and without site (-S): no variable, directory or .pth file of the user's changes what is imported.
    command = [sys.executable, "-I", "-S", "-c", _BOOTSTRAP, wire.to_json(_import_path()).decode(), entry]
    windows = os.name == "nt"
    process = subprocess.Popen(  # noqa: S603  # our own interpreter, our own code
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        close_fds=True,
        cwd=None if windows else "/",
        env=environment,
        # A process group of its own: Ctrl-C on the terminal reaches the parent alone, which then ends its workers.
        process_group=None if windows else 0,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    if sys.platform == "linux" and process.stdin is not None:
        import fcntl

        # An unprivileged user's share of pipe memory may be used up: slower then, no harm.
        with suppress(OSError):
            fcntl.fcntl(process.stdin.fileno(), _F_SETPIPE_SZ, _PIPE_SIZE)
    return process


def _import_path() -> list[str]:
    """List the directories that hold the packages a worker needs, absolute; however they came to be importable here."""
    path: list[str] = []
    for name in _PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        directory = str(Path(spec.origin).resolve().parent.parent)
        if directory not in path:
            path.append(directory)
    return path


def _printable(value: object) -> str:
    text = "".join(char if char.isprintable() else " " for char in str(value))
    return text[:500]
