"""A real mail server on loopback with one mailbox, by IMAP or by POP3.

It speaks as much of each as our clients do.
"""

import re
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class FakeMailbox:
    """The mails of the mailbox, by number, and the commands that clients have sent."""

    protocol: str = "imap"
    password: str = "secret"
    folder: str = "INBOX"
    mails: dict[int, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    dies_at: str = ""
    """A text that, in a command, cuts the connection."""
    port: int = 0
    doomed: set[int] = field(default_factory=set)

    @property
    def url(self) -> str:
        folder = f"/{self.folder}" if self.protocol == "imap" else ""
        return f"{self.protocol}+plain://bounces:{self.password}@127.0.0.1:{self.port}{folder}"

    def put(self, *mails: bytes) -> None:
        """Deliver mails."""
        for mail in mails:
            number = max(self.mails, default=0) + 1
            self.mails[number] = re.sub(rb"\r?\n", b"\r\n", mail)

    def empty_bin(self) -> None:
        """Remove the mails that are marked as deleted."""
        for number in self.doomed:
            self.mails.pop(number, None)
        self.doomed.clear()


class _Handler(socketserver.StreamRequestHandler):
    """The common part of the two protocols."""

    server: "_Server"

    def setup(self) -> None:
        super().setup()
        self.box = self.server.box

    def say(self, *lines: str | bytes) -> None:
        for line in lines:
            self.wfile.write((line if isinstance(line, bytes) else line.encode()) + b"\r\n")

    def commands(self) -> Iterator[str]:
        while line := self.rfile.readline().decode("utf-8").rstrip("\r\n"):
            self.box.asked.append(line)
            if self.box.dies_at and self.box.dies_at in line:
                return
            yield line


class _Imap(_Handler):
    """RFC 3501, with UIDs that are the numbers."""

    def handle(self) -> None:
        self.say("* OK ready")
        for line in self.commands():
            tag, _, command = line.partition(" ")
            if self._do(command):
                self.say(f"{tag} OK done")
            else:
                self.say(f"{tag} NO it is not so")
            if command == "LOGOUT":
                return

    def _do(self, command: str) -> bool:
        box, words = self.box, command.split()
        match words[:2]:
            case ["CAPABILITY", *_]:
                self.say("* CAPABILITY IMAP4rev1")
            case ["LOGIN", *_]:
                return words[2].strip('"') == box.password
            case ["SELECT", *_]:
                self.say(f"* {len(box.mails)} EXISTS")
                return words[1].strip('"') == box.folder
            case ["UID", "SEARCH"]:
                self.say(
                    "* SEARCH "
                    + " ".join(str(number) for number in sorted(set(box.mails) - box.doomed))
                )
            case ["UID", "FETCH"]:
                limit = re.search(r"<0\.(\d+)>", command)
                assert limit
                # A UID that has been deleted meanwhile is ignored (RFC 3501, section 6.4.8).
                if whole := box.mails.get(int(words[2])):
                    mail = whole[: int(limit[1])]
                    self.say(
                        f"* 1 FETCH (UID {words[2]} BODY[]<0> {{{len(mail)}}}".encode()
                        + b"\r\n"
                        + mail
                        + b")"
                    )
            case ["UID", "STORE"]:
                box.doomed.add(int(words[2]))
            case ["EXPUNGE"]:
                box.empty_bin()
            case ["LOGOUT"]:
                self.say("* BYE")
        return True


class _Pop3(_Handler):
    """RFC 1939."""

    def handle(self) -> None:
        self.say("+OK ready")
        box, doomed = self.box, set[int]()
        for line in self.commands():
            words = line.split()
            match words[0].upper():
                case "PASS" if words[1] != box.password:
                    self.say("-ERR no")
                case "LIST":
                    self.say(
                        "+OK",
                        *(f"{number} {len(mail)}" for number, mail in sorted(box.mails.items())),
                        ".",
                    )
                case "RETR" | "TOP":
                    head, _, body = box.mails[int(words[1])].rstrip(b"\r\n").partition(b"\r\n\r\n")
                    lines = body.split(b"\r\n")[
                        : int(words[2]) if words[0].upper() == "TOP" else None
                    ]
                    whole = [*head.split(b"\r\n"), b"", *lines]
                    self.say(
                        "+OK", *(b"." + one if one.startswith(b".") else one for one in whole), "."
                    )
                case "DELE":
                    doomed.add(int(words[1]))
                    self.say("+OK")
                case "QUIT":
                    box.doomed |= doomed
                    box.empty_bin()
                    self.say("+OK")
                    return
                case _:
                    self.say("+OK")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, box: FakeMailbox) -> None:
        self.box = box
        super().__init__(("127.0.0.1", 0), _Imap if box.protocol == "imap" else _Pop3)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that were killed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serving(box: FakeMailbox) -> Iterator[FakeMailbox]:
    """Serve `box` on a port that the system chose."""
    with _Server(box) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join(10)
