"""The signature of Amazon SNS.

Source: docs.aws.amazon.com, "Verifying the signatures of Amazon SNS messages".
"""

import base64
import binascii
from collections.abc import Mapping

from newsletter.transport.providers.parts.untrusted_input import word
from newsletter.transport.providers.parts.webhook import (
    CertificateMissing,
    NotSigned,
    SignedRequest,
    signed_object,
)

_CONFIRMATION = (
    "Message",
    "MessageId",
    "SubscribeURL",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
)
_SIGNED: Mapping[str, tuple[str, ...]] = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}
"""The fields that are signed, in the order in which they are, by the type of the message."""


def check_signature(request: SignedRequest, topic: str) -> None:
    """Check that Amazon signed a request, and that it comes from our topic where one is named.

    Raises:
        NotSigned: its signature is missing or wrong.
        CertificateMissing: the certificate has to be fetched first.
    """
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256

    from newsletter.transport.providers.ses.certificates import is_amazons, known_certificate

    message = signed_object(request)
    names = _SIGNED.get(word(message.get("Type")))
    url = word(message.get("SigningCertURL"))
    if names is None or not is_amazons(url):
        raise NotSigned("It is not signed by Amazon SNS.")
    if topic and message.get("TopicArn") != topic:
        raise NotSigned("It comes from another topic of Amazon SNS.")
    pem = known_certificate(url)
    if pem is None:
        raise CertificateMissing(url)
    signed = "".join(
        f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None
    )
    is_version_2 = message.get("SignatureVersion") == "2"
    algorithm = SHA256() if is_version_2 else SHA1()  # noqa: S303 - what version 1 is
    try:
        public_key = x509.load_pem_x509_certificate(pem).public_key()
        if not isinstance(public_key, RSAPublicKey):
            raise NotSigned("Its certificate has no RSA key.")
        public_key.verify(
            base64.b64decode(word(message.get("Signature"))),
            signed.encode(errors="replace"),
            PKCS1v15(),
            algorithm,
        )
    except (InvalidSignature, binascii.Error, ValueError):
        raise NotSigned("Its signature is wrong.") from None


def fetch_certificate(url: str) -> bool:
    """Fetch the certificate at `url`; False where it must be tried later."""
    from newsletter.transport.providers.ses import certificates

    return certificates.fetch_certificate(url)
