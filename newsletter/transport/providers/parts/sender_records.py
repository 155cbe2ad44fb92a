"""The records of DNS that a provider wants of a sender's domain."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderRecords:
    """The records that are the same for all customers; a provider's dashboard shows the rest.

    Args:
        spf: the mechanism that SPF must have, at the domain of the envelope; "" where the provider
            sends with an envelope of its own.
        selectors: of DKIM keys, one of which must be there; none where each customer has others.
    """

    spf: str = ""
    selectors: tuple[str, ...] = ()
