"""A mail server on the machine of a rehearsal, which keeps each email in a file."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.deploy.rehearsal.machine import Machine

PORT = 2525
FOLDER = "/srv/mail"


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server, which has a file for each email that came in."""

    machine: Machine

    @property
    def url(self) -> str:
        """The mailer's URL."""
        return f"smtp+plain://127.0.0.1:{PORT}"

    def start(self) -> None:
        """Start it; it takes everything."""
        self.machine.must("install", "-d", "-m", "777", FOLDER)
        sink = ("smtp-sink", "-u", "nobody", "-d", f"{FOLDER}/%Y%m%d%H%M.", f"127.0.0.1:{PORT}")
        self.machine.must("systemd-run", "--quiet", "--unit=mail-server", *sink, "100")

    def came_to(self, subject: str) -> Counter[str]:
        """Return how many emails with a subject came, by recipient."""
        came: Counter[str] = Counter()
        for text in self._emails():
            if f"\nSubject: {subject}\n" in text:
                came.update(re.findall(r"^X-Rcpt-Args: <([^>]+)>", text, flags=re.MULTILINE))
        return came

    def unsubscribe_path(self, recipient: str) -> str:
        """Return the path of the link by which a mailbox provider unsubscribes a recipient."""
        text = next(text for text in self._emails() if f"X-Rcpt-Args: <{recipient}>" in text)
        link = re.search(r"^List-Unsubscribe: <https://[^/]+(/[^>]+)>", text, flags=re.MULTILINE)
        assert link, text
        return link[1]

    def _emails(self) -> Iterator[str]:
        for file in (self.machine.root / FOLDER.lstrip("/")).iterdir():
            yield file.read_text(encoding="utf-8", errors="replace")
