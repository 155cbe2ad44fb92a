"""The web server of an installation that is measured."""

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from honcho.environ import parse_procfile

from benchmarks.installation import LOOK, PATIENCE, Installation
from benchmarks.rows import Wrong
from config.env import BASE_DIR
from scripts.services import free_port


@contextlib.contextmanager
def web(one: Installation) -> Iterator[tuple[int, int]]:
    """Start the Procfile's web server, and yield its process id and port."""
    procfile = Path(BASE_DIR, "Procfile").read_text(encoding="utf-8")
    command = dict(parse_procfile(procfile).processes)["web"]
    port = free_port()
    with one.process("web", command.replace("$PORT", str(port))) as pid:
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if time.monotonic() > deadline:
                raise Wrong(f"gunicorn did not start; the log: {one.log()}")
            time.sleep(LOOK)
        yield pid, port
