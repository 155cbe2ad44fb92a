"""Checks that the installation is complete: keys, brand, staff, and a proxy that is trusted."""

import hashlib
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet

from campaigns.reports.diagnostics.finding import Found, Level
from newsletter.audit.chain import AUDIT_LOG
from newsletter.brand.current import current_brand
from newsletter.core.addresses import address_digest
from newsletter.core.plural import number_of
from newsletter.core.requests.untrusted_proxy import untrusted_proxy
from newsletter.seals.chain import Chain
from newsletter.seals.verify import verify_newest
from staff.accounts.administrators import administrators
from staff.roles import ROLES
from subscribers.evidence.chain import CONSENT
from subscribers.models import Subscriber
from subscribers.need_to_know.grants import unseen_topics

ACCOUNTS_NAMED = 5
PROBLEMS_NAMED = 3
"""Problems of a sealed table that are named; `verify_audit` and `verify_consent` name them all."""
SEALS_CHECKED = 1_000
ENTRIES_CHECKED = 20_000
"""The newest part of a sealed table, at most: some hours or days. All of it takes minutes for a
million entries.
"""


def keys() -> Found:
    """Check that opt-outs are found under the present keys."""
    number = len(settings.LINK_KEYS)
    kept = "1 link key" if number == 1 else f"{number} link keys; the first signs"
    yield (
        Level.FINE,
        f"{kept}. Fingerprint of the last one: {digest_key_fingerprint()}. It must stay the same, "
        f"on all hosts.",
    )
    newest = Subscriber.objects.order_by("-pk").only("email", "digest").first()
    if newest and newest.digest != address_digest(newest.email):
        yield (
            Level.MEND,
            "The last of LINK_KEYS is not the one that subscribers were stored with: opt-outs "
            "would not be found, and old links would not work. Add the former key at the end.",
        )


def digest_key_fingerprint() -> str:
    """Return twelve hex digits that identify the key of address digests.

    Two hosts, or a restored copy, share the key if their fingerprints are the same.
    """
    return hashlib.sha256(
        f"doctor {address_digest('fingerprint@convene.example')}".encode()
    ).hexdigest()[:12]


def brand() -> Found:
    """Check that the brand has what every footer must say."""
    ours = current_brand()
    needed = {"sender address": ours.sender_email, "postal address": ours.postal_address.strip()}
    missing = [words for words, value in needed.items() if not value]
    if missing:
        yield (
            Level.MEND,
            f"The brand has no {' and no '.join(missing)}, so no campaign can be approved. Add "
            f"{'it' if len(missing) == 1 else 'them'} at /staff/ under Brand.",
        )
    else:
        yield Level.FINE, f"{ours.name} sends as {ours.sender_email}."
    if not missing and not ours.contact_email:
        yield (
            Level.LOOK,
            "The brand has no contact email address for questions about data protection. Add one "
            "at /staff/ under Brand.",
        )


def staff() -> Found:
    """Check that somebody can manage staff accounts, and that all may do what roles say."""
    if administrators().exists():
        yield Level.FINE, "There is an administrator for /staff/."
    else:
        yield Level.MEND, "There is no administrator for /staff/. Run: manage.py bootstrap"
    active = User.objects.filter(is_active=True, is_staff=True).order_by("username")
    if superusers := _names(active.filter(is_superuser=True)):
        yield (
            Level.LOOK,
            f"May do everything, whatever their roles say, as createsuperuser made them: "
            f"{superusers}. Give them roles at /staff/ under Staff accounts, which ends that.",
        )
    if idle := _names(active.filter(is_superuser=False).exclude(groups__name__in=list(ROLES))):
        yield (
            Level.LOOK,
            f"May do nothing, as they have no role: {idle}. Give them one at /staff/ under Staff "
            f"accounts, or make them inactive.",
        )


def _names(accounts: QuerySet[User]) -> str:
    names = list(accounts.values_list("username", flat=True)[: ACCOUNTS_NAMED + 1])
    more = [" and more"] if len(names) > ACCOUNTS_NAMED else []
    return ", ".join(names[:ACCOUNTS_NAMED]) + "".join(more)


def need_to_know() -> Found:
    """Check that somebody sees each need-to-know topic. Which ones these are, nobody may read."""
    if number := unseen_topics().count():
        yield (
            Level.LOOK,
            f"Nobody sees {number_of(number, 'need-to-know topic')}, with campaigns and "
            f"subscribers, as no grant is left. An administrator grants a topic by its URL name, "
            f"at /staff/ under Need-to-know.",
        )


def audit() -> Found:
    """Check that the newest part of the audit log is as it was written."""
    yield from _as_written(AUDIT_LOG)


def consent() -> Found:
    """Check that the newest part of the evidence of consent is as it was written."""
    yield from _as_written(CONSENT)


def _as_written(chain: Chain[Any]) -> Found:
    newest = verify_newest(chain, seals=SEALS_CHECKED, entries=ENTRIES_CHECKED)
    problems = list(islice(newest, PROBLEMS_NAMED + 1))
    for problem in problems[:PROBLEMS_NAMED]:
        yield Level.MEND, f"{chain.name} is not as it was written. {problem}"
    if len(problems) > PROBLEMS_NAMED:
        yield Level.MEND, f"{chain.name} has more problems. Run: manage.py {chain.command}"
    if not problems:
        yield (
            Level.FINE,
            f"{chain.name} is as it was written, in its newest part. To check all of it, run: "
            f"manage.py {chain.command}",
        )


def proxy() -> Found:
    """Check that limits are counted by visitors' networks and not by the proxy's."""
    if seen := untrusted_proxy():
        yield (
            Level.MEND if seen.is_certain else Level.LOOK,
            f"Sign-ups and sign-ins come through a proxy at {seen.peer} that is not trusted, so "
            f"all of them share one limit. Use deploy/nginx.conf or deploy/Caddyfile, or set "
            f"TRUSTED_PROXIES (docs/configuration.md).",
        )
