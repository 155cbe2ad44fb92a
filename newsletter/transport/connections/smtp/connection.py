"""A connection to a mail server that is driven by a selector, so that nobody waits for it.

smtplib makes it, and knows what the server can do.
"""

import contextlib
import selectors
import smtplib
import socket
import ssl

_CHUNK = 65536
_LONGEST_REPLY = 65536
_KINDS = (b"2", b"3", b"4", b"5")
_SEPARATORS = (b" ", b"-", b"\r", b"")
_CLOSED = "The mail server closed the connection."
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class SmtpConnection:
    """A greeted connection: the server's capabilities, its replies, and the unsent bytes.

    `end` says why no further reply can be read. It is empty as long as one can.
    """

    def __init__(
        self, server: smtplib.SMTP, selector: selectors.BaseSelector, watched_for: object
    ) -> None:
        """
        Args:
            server: connected, authenticated, and asked for its extensions.
            watched_for: the data that the selector returns when a reply comes, or when more bytes
                can go.
        """
        self._server, self._selector, self._watched_for = server, selector, watched_for
        assert server.sock is not None  # noqa: S101 - it is connected
        self._socket: socket.socket = server.sock
        self._socket.setblocking(False)
        self._is_encrypted = isinstance(self._socket, ssl.SSLSocket)
        self.pipelines: bool = server.has_extn("pipelining")
        # Only where both are offered: RFC 3030 section 2 leaves it open whether commands may follow
        # a chunk unasked.
        self.takes_chunks: bool = self.pipelines and server.has_extn("chunking")
        self.takes_size: bool = server.has_extn("size")
        self.takes_utf8: bool = server.has_extn("smtputf8")
        self.end = ""
        self._received = b""
        self._lines: list[bytes] = []
        self._code = 0
        self._unsent = memoryview(b"")
        self._is_watched_for_writing = False
        selector.register(self._socket, selectors.EVENT_READ, watched_for)

    @property
    def has_unsent(self) -> bool:
        return bool(self._unsent)

    def replies(self) -> list[tuple[int, bytes]]:
        """Return the replies that have come in full, as code and words.

        Those in front of something that is no reply, or in front of the connection's end, count.

        Raises:
            OSError: the connection is broken.
        """
        try:
            chunk = self._read()
        except _NOT_NOW:
            return []
        if not chunk:
            self.end = _CLOSED
        *lines, self._received = (self._received + chunk).split(b"\n")
        replies = []
        for line in lines:
            code = _code_of(line)
            if not code:
                self.end = "The mail server sent something that is no SMTP reply."
                break
            words = line[4:].strip()
            if self._lines or line[3:4] == b"-":
                if self._lines and code != self._code:
                    self.end = "The mail server’s reply has two codes."
                    break
                self._lines.append(words)
                self._code = code
                if line[3:4] == b"-":
                    continue
                words, self._lines = b"\n".join(self._lines), []
            replies.append((code, words))
        if len(self._received) > _LONGEST_REPLY or len(self._lines) > _LONGEST_REPLY // 64:
            self.end = "The mail server’s reply is too long."
        return replies

    def _read(self) -> bytes:
        """Return the bytes that have come; none at the end of the connection."""
        chunk = self._socket.recv(_CHUNK)
        if not self._is_encrypted or not chunk:
            return chunk
        # Of an encrypted stream more may be decrypted already, its end too, and the selector would
        # know nothing of it.
        chunks = [chunk]
        try:
            while chunk := self._socket.recv(_CHUNK):
                chunks.append(chunk)
            self.end = _CLOSED
        except _NOT_NOW:
            pass
        except OSError:
            self.end = _CLOSED  # however rudely: what came before counts
        return b"".join(chunks)

    def send(self, data: bytes) -> None:
        """Send as much as the system takes now, and the rest when it takes more.

        Raises:
            OSError: the connection is broken.
        """
        if self._unsent:
            self._unsent = memoryview(bytes(self._unsent) + data)
            return
        self._unsent = memoryview(data)
        self.send_more()

    def send_more(self) -> None:
        """Send the bytes that the system didn't take before.

        Raises:
            OSError: the connection is broken.
        """
        with contextlib.suppress(*_NOT_NOW):
            while self._unsent:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
        if self.has_unsent != self._is_watched_for_writing:
            self._is_watched_for_writing = self.has_unsent
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.has_unsent else 0)
            self._selector.modify(self._socket, wanted, self._watched_for)

    def close(self, *, politely: bool = False) -> None:
        """Close the connection, even one that is half closed.

        Args:
            politely: say QUIT, without waiting for the reply. Never in the middle of a message.
        """
        with contextlib.suppress(KeyError, ValueError):  # it is watched no more
            self._selector.unregister(self._socket)
        if politely:
            with contextlib.suppress(OSError):
                self._socket.send(b"QUIT\r\n")
        with contextlib.suppress(OSError):
            self._server.close()


def _code_of(line: bytes) -> int:
    """Return the code of one line of a reply; 0 where it is none."""
    if (
        line[:1] not in _KINDS
        or not line[:3].isdigit()
        or len(line) < 3
        or line[3:4] not in _SEPARATORS
    ):
        return 0
    return int(line[:3])
