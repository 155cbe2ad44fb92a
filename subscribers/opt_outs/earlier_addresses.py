"""Earlier addresses of people, and of records merged into theirs: an older backup knows them."""

from collections import defaultdict
from collections.abc import Collection

from subscribers.models import ConsentRecord, Subscriber

EARLIER = "earlier_address_digest"
"""The key of a consent record's details with the digest of the person's earlier address."""


def earlier_digests(digests: Collection[str]) -> dict[str, set[str]]:
    """Return the digests of people's earlier addresses, by present digest.

    The addresses of records that were merged into theirs are among them. Those that are another's
    by now are left out. It costs two queries where there are none.
    """
    found = defaultdict[str, set[str]](set)
    presents = {digest: {digest} for digest in digests}
    level = set(digests)
    while level:
        steps = _steps_back(level)
        level = set()
        for digest, before in steps:
            for present in list(presents[digest]):
                if before != present and before not in found[present]:
                    found[present].add(before)
                    presents.setdefault(before, set()).add(present)
                    level.add(before)
    every = set().union(*found.values())
    people = Subscriber.objects.filter(merged_into=None)
    others = (
        set(people.filter(digest__in=every).values_list("digest", flat=True)) if every else set()
    )
    return {present: before - others for present, before in found.items()}


def _steps_back(digests: Collection[str]) -> list[tuple[str, str]]:
    """Return pairs of an address and one that the same person had before, or has beside it."""
    records = ConsentRecord.objects.filter(digest__in=digests, details__has_key=EARLIER)
    merged = Subscriber.objects.filter(merged_into__digest__in=digests)
    return [
        *(
            (digest, str(details[EARLIER]))
            for digest, details in records.values_list("digest", "details")
        ),
        *merged.values_list("merged_into__digest", "digest"),
    ]
