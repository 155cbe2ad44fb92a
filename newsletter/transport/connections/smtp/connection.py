"""A connection to a mail server that is driven by a selector, so that nobody waits for it.

smtplib makes it, and knows what the server can do.
"""

import contextlib
import selectors
import smtplib
import socket
import ssl

_CHUNK = 65536
_LONGEST_ANSWER = 65536
_KINDS = (b"2", b"3", b"4", b"5")
_SEPARATORS = (b" ", b"-", b"\r", b"")
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Garbled(Exception):
    """Bytes from a mail server that are no SMTP reply."""


class SmtpConnection:
    """A greeted connection: the server's capabilities, its replies, and the unsent bytes."""

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
        self.has_ended = False
        self._received = b""
        self._lines: list[bytes] = []
        self._code = 0
        self._unsent = memoryview(b"")
        self._is_watched_for_writing = False
        selector.register(self._socket, selectors.EVENT_READ, watched_for)

    @property
    def has_unsent(self) -> bool:
        return bool(self._unsent)

    def answers(self) -> list[tuple[int, bytes]]:
        """Return the replies that have come in full, as code and words.

        Raises:
            Garbled: something that is no reply.
            OSError: the connection is broken, or the server has closed it.
        """
        try:
            chunk = self._read()
        except _NOT_NOW:
            return []
        *lines, self._received = (self._received + chunk).split(b"\n")
        if len(self._received) > _LONGEST_ANSWER or len(self._lines) > _LONGEST_ANSWER // 64:
            raise Garbled("The mail server's answer has no end.")
        answers = []
        for line in lines:
            code = _code_of(line)
            words = line[4:].strip()
            if self._lines or line[3:4] == b"-":
                if self._lines and code != self._code:
                    raise Garbled("The mail server's answer has two codes.")
                self._lines.append(words)
                self._code = code
                if line[3:4] == b"-":
                    continue
                words, self._lines = b"\n".join(self._lines), []
            answers.append((code, words))
        if not chunk and not answers:
            raise ConnectionResetError("The mail server closed the connection.")
        return answers

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
            self.has_ended = True
        except _NOT_NOW:
            pass
        except OSError:
            self.has_ended = True  # however rudely: what came before counts
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
        """Close the connection.

        Args:
            politely: say QUIT, without waiting for the reply. Never in the middle of a message.
        """
        self._selector.unregister(self._socket)
        if politely:
            with contextlib.suppress(OSError):
                self._socket.send(b"QUIT\r\n")
        self._server.close()


def _code_of(line: bytes) -> int:
    if (
        line[:1] not in _KINDS
        or not line[:3].isdigit()
        or len(line) < 3
        or line[3:4] not in _SEPARATORS
    ):
        raise Garbled("The mail server's answer is none.")
    return int(line[:3])
