"""Our own DKIM signature (RFC 6376, RFC 8463), for a mail server that doesn't sign.

A campaign's message is signed as often as it has recipients, so what is the same for all is made
once. Bodies are signed as they are (`simple`): they travel in seven bits, and no relay has a reason
to change them.
"""

import time
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

SMALLEST_RSA_KEY = 2048
"""Bits. RFC 8301 section 3.2: signers should use at least as many."""

# In the order in which they are signed. Mailbox providers want both headers of RFC 8058 among
# them.
_SIGNED = (
    *(
        b"from",
        b"reply-to",
        b"to",
        b"subject",
        b"date",
        b"message-id",
        b"mime-version",
        b"content-type",
    ),
    *(b"list-id", b"list-unsubscribe", b"list-unsubscribe-post"),
)
_LINE = 72


class Signer:
    """Signs with one key."""

    def __init__(
        self, *, selector: str, domain: str, key: RSAPrivateKey | Ed25519PrivateKey
    ) -> None:
        """
        Args:
            selector: the public key is published at `selector._domainkey.domain`.
        """
        self._key = key
        self._domain = domain
        algorithm = "rsa-sha256" if isinstance(key, RSAPrivateKey) else "ed25519-sha256"
        self._start = f"v=1; a={algorithm}; c=relaxed/simple; d={domain}; s={selector};".encode(
            "ascii"
        )

    def aligns_with(self, sender: str) -> bool:
        """Return whether DMARC takes the signature for the sender's (RFC 7489 section 3.1.1).

        Args:
            sender: the address of From.
        """
        domain = sender.rpartition("@")[2].lower()
        return domain == self._domain or domain.endswith(f".{self._domain}")

    def sign(self, message: bytes) -> bytes:
        """Return `message` with its signature in front.

        Args:
            message: with CRLF at the end of each line, as it will leave.
        """
        head, _, body = message.partition(b"\r\n\r\n")
        unfolded = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")
        found = {
            name.lower(): value
            for name, _, value in (line.partition(b":") for line in unfolded.split(b"\r\n"))
        }
        names = [name for name in _SIGNED if name in found]
        # From stands there once more than in the message: a second one, added on the way, would
        # break the signature (section 8.15).
        names_signed = b":".join([*names, b"from"])
        body_hash = b64encode(sha256(body.rstrip(b"\r\n") + b"\r\n").digest())
        # Split as it will be folded.
        tags = [
            self._start,
            b"t=%d;" % time.time(),
            b"h=%b;" % names_signed,
            b"bh=%b;" % body_hash,
            b"b=",
        ]
        headers = [b"%b:%b\r\n" % (name, b" ".join(found[name].split())) for name in names]
        signature = b64encode(
            self._signature_of(b"".join([*headers, b"dkim-signature:", b" ".join(tags)]))
        )
        lines = [signature[start : start + _LINE] for start in range(0, len(signature), _LINE)]
        return b"DKIM-Signature: %b%b\r\n%b" % (b"\r\n ".join(tags), b"\r\n ".join(lines), message)

    def _signature_of(self, data: bytes) -> bytes:
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), hashes.SHA256())
        return self._key.sign(sha256(data).digest())


@dataclass(frozen=True, slots=True)
class Signers:
    """The signers of one mailer; None where the mail server signs.

    Args:
        usual: of messages from the usual sender.
        neutral: of those from the neutral sender, which the usual sender's domain in a signature
            would give away.
    """

    usual: Signer | None = None
    neutral: Signer | None = None

    def sign(self, message: bytes, *, sender: str, is_neutral: bool) -> bytes:
        """Return `message` with a signature in front, or as it is where nobody here may sign it.

        Args:
            message: with CRLF at the end of each line, as it will leave.
            sender: the address of From. The neutral signer signs for its own domain alone.
        """
        if not is_neutral:
            return self.usual.sign(message) if self.usual else message
        if self.neutral and self.neutral.aligns_with(sender):
            return self.neutral.sign(message)
        return message


@cache
def signer(*, selector: str, domain: str, key_file: str) -> Signer:
    """Return the signer with the key in `key_file`, which is read once.

    Raises:
        ValueError: see `read_key`.
    """
    return Signer(selector=selector, domain=domain, key=read_key(key_file))


def read_key(path: str) -> RSAPrivateKey | Ed25519PrivateKey:
    """Read the private key in a PEM file.

    Raises:
        ValueError: it can't be read, or is no key that DKIM knows; the message says what is wrong,
            for people.
    """
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
    except OSError as error:
        raise ValueError(f"the file can't be read ({error.strerror})") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("the file holds no private key in PEM form without a password") from None
    if isinstance(key, RSAPrivateKey) and key.key_size >= SMALLEST_RSA_KEY:
        return key
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise ValueError(f"its key is neither RSA of {SMALLEST_RSA_KEY} bits or more, nor Ed25519")


def public_record(path: str) -> str:
    """Return the TXT record that lets others check the signatures of the key in a file.

    Raises:
        ValueError: as of `read_key`.
    """
    public = read_key(path).public_key()
    if isinstance(public, Ed25519PublicKey):
        # RFC 8463 section 3: the key itself, without its wrapping.
        kind, raw = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    else:
        kind = "rsa"
        raw = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k={kind}; p={b64encode(raw).decode()}"
