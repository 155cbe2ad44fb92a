"""A message with finished MIME, for the provider that takes it as a whole: Amazon SES."""

from collections.abc import Iterable
from typing import Any

from newsletter.transport.message.mime import WireMessage
from newsletter.transport.message.recipients import Recipient


class _PreparedMime:
    """Finished bytes, with what anymail asks of a message that it was about to serialise."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._further = raw, b""

    def __setitem__(self, name: str, value: str) -> None:
        self._further += f"{name}: {value}\r\n".encode("ascii")

    def walk(self) -> Iterable[Any]:
        """Return no parts: none of them has eight bits."""
        return ()

    def as_bytes(self) -> bytes:
        return self._further + self._raw


class PreparedMessage(WireMessage):
    """A message that tells anymail its sender and recipient; all else is in its bytes."""

    def __init__(self, recipient: Recipient, raw: bytes) -> None:
        super().__init__(from_email=recipient.template.sender.sender, to=[recipient.to])
        self.metadata = {"ref": recipient.ref}
        self._raw = raw

    def message(self, *, policy: Any = None) -> Any:
        return _PreparedMime(self._raw)
