"""Postfix's test programs: smtp-sink takes mail and drops it, smtp-source sends it."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import bytes_read
from benchmarks.rows import Wrong
from scripts.services import free_port

MESSAGE = 19_000
"""Bytes of a message of the baseline."""
SESSIONS = (1, 4, 16)
"""Connections that the baseline is tried with; the best counts."""
SBIN = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"


def is_installed() -> bool:
    return all(shutil.which(name, path=SBIN) for name in ("smtp-sink", "smtp-source"))


class Sink:
    """A running smtp-sink."""

    def __init__(self, process: int, port: int, counts: Path) -> None:
        self.pid, self.port, self._counts = process, port, counts

    @property
    def messages(self) -> int:
        """Return how many messages it has taken, by its own count."""
        with self._counts.open("rb") as file:
            file.seek(max(os.fstat(file.fileno()).st_size - 200, 0))
            found = re.findall(rb"mesg=(\d+)", file.read())
        return int(found[-1]) if found else 0

    @property
    def bytes_read(self) -> int:
        return bytes_read(self.pid)

    def source(self, *, messages: int, sessions: int) -> float:
        """Send so many messages over kept-open connections, and return the messages a second."""
        program = shutil.which("smtp-source", path=SBIN)
        options = ["-d", "-s", str(sessions), "-l", str(MESSAGE), "-m", str(messages)]
        before, began = self.messages, time.monotonic()
        subprocess.run(
            [str(program), *options, f"127.0.0.1:{self.port}"], check=True, capture_output=True
        )
        seconds = time.monotonic() - began
        if self.messages - before != messages:
            raise Wrong(
                f"smtp-sink counts {self.messages - before} of {messages} messages of smtp-source"
            )
        return messages / seconds

    def best_source(self, *, messages: int) -> tuple[int, float]:
        """Return the number of connections at which smtp-source is fastest, and its speed."""
        return max(
            ((number, self.source(messages=messages, sessions=number)) for number in SESSIONS),
            key=lambda found: found[1],
        )


@contextmanager
def running() -> Iterator[Sink]:
    """Run an smtp-sink on loopback."""
    program, port = shutil.which("smtp-sink", path=SBIN), free_port()
    with tempfile.TemporaryDirectory(prefix="convene-sink-") as folder:
        counts = Path(folder, "counts")
        # smtp-sink refuses to keep root's rights.
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        with counts.open("wb") as file:
            command = [str(program), *user, "-c", "-m", "1000", f"127.0.0.1:{port}", "1000"]
            process = subprocess.Popen(command, stdout=file, stderr=subprocess.PIPE)
        try:
            time.sleep(0.5)
            if process.poll() is not None:
                raise Wrong(
                    f"smtp-sink did not start: {process.communicate()[1].decode(errors='replace')}"
                )
            yield Sink(process.pid, port, counts)
        finally:
            process.terminate()
            process.wait()
