"""The person of an answer: a subscriber, or a guest."""

from dataclasses import dataclass

from campaigns.models import Rsvp


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """The person of an answer, as mail to them needs to know them.

    Args:
        digest: keyed digest of the address.
        language: a tag, or "" where none is known.
        time_zone: an IANA name, or "" where none is known.
    """

    email: str
    digest: str
    language: str
    time_zone: str


def addressee_of(rsvp: Rsvp) -> Addressee:
    """Return the person of an answer, as mail to them needs it."""
    person = rsvp.subscriber
    if person is None:
        return Addressee(email=rsvp.email, digest=rsvp.digest, language=rsvp.language, time_zone="")
    return Addressee(
        email=person.email,
        digest=person.digest,
        language=person.language,
        time_zone=person.time_zone,
    )
