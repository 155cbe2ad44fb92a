"""Earlier addresses of people, by which an older backup may know them."""

from collections import defaultdict
from collections.abc import Collection

from subscribers.models import ConsentRecord, Subscriber

EARLIER = "earlier_address_digest"
"""The key of a consent record's details with the digest of the person's earlier address."""


def earlier_digests(digests: Collection[str]) -> dict[str, set[str]]:
    """Return the digests of people's earlier addresses, by present digest.

    Those that are another's by now are left out. It costs one query where there are none.
    """
    found = defaultdict[str, set[str]](set)
    presents = {digest: {digest} for digest in digests}
    level = set(digests)
    while level:
        records = ConsentRecord.objects.filter(digest__in=level, details__has_key=EARLIER)
        level = set()
        for digest, details in records.values_list("digest", "details"):
            before = str(details[EARLIER])
            for present in list(presents[digest]):
                if before != present and before not in found[present]:
                    found[present].add(before)
                    presents.setdefault(before, set()).add(present)
                    level.add(before)
    every = set().union(*found.values())
    others = (
        set(Subscriber.objects.filter(digest__in=every).values_list("digest", flat=True))
        if every
        else set()
    )
    return {present: before - others for present, before in found.items()}
