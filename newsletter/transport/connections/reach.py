"""A check whether the mail servers answer: a connection and its first line, nothing sent.

It asks the servers that mail goes to and comes from.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic

from django.conf import settings

SECONDS = 5.0
"""All of them together, names included, which the system may look up for longer."""
SMTP_GREETING = b"220"  # RFC 5321 section 4.2
IMAP_GREETING = b"* "  # RFC 3501 section 7.1
POP_GREETING = b"+OK"  # RFC 1939 section 3


@dataclass(slots=True)
class Probe:
    """One server, and what came of asking it."""

    what: str
    host: str
    port: int
    tls: bool
    greeting: bytes
    trouble: str = field(default=f"no answer within {SECONDS:.0f} seconds")

    def ask(self) -> None:
        """Connect, read the server's first line, and hang up."""
        try:
            self.trouble = self._greeted()
        except ssl.SSLError as error:
            self.trouble = f"TLS failed ({error.reason or type(error).__name__})"
        except TimeoutError:
            return
        except OSError as error:
            self.trouble = error.strerror or type(error).__name__

    def _greeted(self) -> str:
        with socket.create_connection((self.host, self.port), timeout=SECONDS) as plain:
            context = ssl.create_default_context()
            with (
                context.wrap_socket(plain, server_hostname=self.host)
                if self.tls
                else plain as connection
            ):
                said = connection.recv(200)
        return (
            ""
            if said.startswith(self.greeting)
            else f"it greets with {said[:60].decode('ascii', 'replace').strip() or 'nothing'!r}"
        )


def unreachable() -> list[tuple[str, str]]:
    """Return what is wrong with each SMTP server and mailbox, for an operator.

    It takes no longer than SECONDS, whatever hangs.

    Returns:
        For each that has trouble its host and port, and a sentence.
    """
    probes = list({(probe.host, probe.port): probe for probe in _probes()}.values())
    threads = [threading.Thread(target=probe.ask, daemon=True) for probe in probes]
    for thread in threads:
        thread.start()
    end = monotonic() + SECONDS
    for thread in threads:
        thread.join(max(0.0, end - monotonic()))
    return [
        (
            f"{probe.host}:{probe.port}",
            f"{probe.what} at {probe.host}, port {probe.port}, can't be reached: {probe.trouble}.",
        )
        for probe in probes
        if probe.trouble
    ]


def _probes() -> Iterator[Probe]:
    for mailer in settings.MAILER_SETTINGS.values():
        if mailer.provider == "smtp":
            host, port = str(mailer.options["host"]), int(str(mailer.options["port"]))
            yield Probe(
                f"The mail server {mailer.name!r}",
                host,
                port,
                bool(mailer.options.get("use_ssl")),
                SMTP_GREETING,
            )
    for what, box in (
        ("The bounce mailbox", settings.BOUNCE_MAILBOX),
        ("The mailbox of answers from calendars", settings.REPLY_MAILBOX),
    ):
        if box is None:
            continue
        yield Probe(
            what,
            box.host,
            box.port,
            box.tls,
            IMAP_GREETING if box.protocol == "imap" else POP_GREETING,
        )
