"""The condition of an installation: what works, what needs a look, what must be mended."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.models import Campaign, Delivery, DeliveryTally
from campaigns.sending.claim import is_due
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.addresses import address_digest
from newsletter.brand.current import current_brand
from newsletter.epoch.hold import held
from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus
from newsletter.transport.health import Resting, resting
from newsletter.transport.warm_up import USED_UP
from subscribers.models import FormSubmission, Subscriber
from subscribers.opt_outs import journal

OVERDUE = timedelta(minutes=2)
"""The clock looks every few seconds. What has been due for so long, nobody has looked at."""
NAMED = 20
"""Campaigns of one kind that are named, the newest first; of more, how many."""


class Level(StrEnum):
    FINE = "fine"
    LOOK = "look"
    """Works, but somebody should know."""
    MEND = "mend"
    """Something doesn't work, or will do harm."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in plain words. Never a password, a key, or a subscriber's address."""

    check: str
    level: Level
    message: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


type Found = Iterator[tuple[Level, str]]


def condition(*, now: datetime | None = None) -> list[Finding]:
    """Look at everything that Convene needs. Changes nothing but for a file that it writes and deletes in VAR_DIR,
    and what is remembered of the database.

    Checks that read tables are left out while the database can't be used.
    """
    now = now or timezone.now()
    database = list(_named("database", _database()))
    findings = [*database, *_named("queue", _queue()), *_named("mail", _mail())]
    if any(finding.level is Level.MEND for finding in database):
        return findings
    by_rows: list[tuple[str, Callable[[], Found]]] = [
        ("restored", lambda: _restored(now)),
        ("opt-outs", lambda: _opt_outs(now)),
        ("mailers", lambda: _mailers_at_rest(now)),
        ("messages", lambda: _single_messages(now)),
        ("keys", _keys),
        ("brand", _brand),
        ("staff", _staff),
        ("clock", lambda: _clock(now)),
        ("uncertain", _uncertain),
        ("paused", _paused),
    ]
    for name, check in by_rows:
        findings += _named(name, check())
    return findings


def _named(name: str, found: Found) -> Iterator[Finding]:
    return (Finding(name, level, message) for level, message in found)


def _database() -> Found:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Level.MEND, f"The database does not answer: {str(error).strip().partition('\n')[0]}"
        return
    kind = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}.get(connection.vendor, connection.vendor)
    if waiting:
        yield Level.MEND, f"{kind} answers, but {len(waiting)} migrations wait. Run: manage.py migrate"
    else:
        yield Level.FINE, f"{kind} answers, and its tables are up to date."


def _queue() -> Found:
    if not settings.REDIS_URL:
        yield from _folder(Path(settings.VAR_DIR) / "queue")
        return
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3)
        with client:
            client.ping()
            policy = _eviction_policy(client)
    except (redis.RedisError, OSError) as error:
        yield Level.MEND, f"Redis does not answer: {type(error).__name__}"
        return
    if policy is None:
        yield Level.LOOK, "Redis answers, but doesn't say what it does when full. Its maxmemory-policy must be noeviction."
    elif policy != "noeviction":
        yield Level.MEND, f"Redis throws away work when it is full: its maxmemory-policy is {policy}. Set it to noeviction."
    else:
        yield Level.FINE, "Redis answers, and keeps what it is given."


def _eviction_policy(client: redis.Redis) -> str | None:
    """None where a hosted Redis doesn't tell."""
    try:
        answer = client.config_get("maxmemory-policy")
    except redis.ResponseError:
        return None
    return str(answer.get("maxmemory-policy", "")) or None


def _folder(path: Path) -> Found:
    try:
        with tempfile.NamedTemporaryFile(dir=path, prefix="doctor-"):
            pass
    except OSError as error:
        yield Level.MEND, f"The queue's folder {path} can't be written to: {error.strerror or error}"
        return
    yield Level.FINE, f"The queue is the folder {path}, which can be written to."


def _mail() -> Found:
    """Which ways mail takes, and what `check --deploy` says of them."""
    for stream, mailer in settings.MAILER_SETTINGS.items():
        name = f" ({mailer.name})" if mailer.name not in ("", mailer.provider) else ""
        yield Level.FINE, f"{stream}: {mailer.provider}{name}"
    yield Level.FINE, f"Links in mail lead to {settings.SITE_URL}."
    for found in run_checks(tags=["mail"], include_deployment_checks=True):
        yield Level.MEND if found.is_serious() else Level.LOOK, f"{found.msg} {found.hint or ''}".strip()


def _restored(now: datetime) -> Found:
    """Whether this database is the newest that there was."""
    if hold := held(now=now):
        yield Level.MEND, str(hold)


def _opt_outs(now: datetime) -> Found:
    """Whether this host's journal of opt-outs holds all of the last month."""
    for problem in journal.trouble(since=now - timedelta(days=31)):
        yield Level.MEND, problem


def _mailers_at_rest(now: datetime) -> Found:
    rests = resting()
    for rest in rests:
        level = Level.MEND if rest.is_misconfigured else Level.LOOK
        yield level, f"The mailer {rest.mailer} takes no campaigns until {rest.until:%H:%M:%S %Z}: {rest.reason}"
    # A share of the day that is used up is no fault.
    if _all_rest(rests) and any(rest.reason != USED_UP for rest in rests) and _unclaimed(now - OVERDUE).exists():
        yield Level.MEND, f"No mailer works, and a campaign has been waiting for more than {OVERDUE.seconds // 60} minutes."


def _all_rest(rests: Sequence[Resting]) -> bool:
    return len(rests) == len(settings.BULK_MAILERS)


def _unclaimed(late: datetime) -> QuerySet[Campaign]:
    """Campaigns that are sending, and from which nobody has claimed since `late` what was due."""
    planned = Delivery.objects.filter(is_due(late), campaign_id=OuterRef("pk"))
    never = Q(last_claim_at=None, launched_at__lt=late)
    return Campaign.objects.filter(never | Q(last_claim_at__lt=late), Exists(planned), status=CampaignStatus.SENDING)


def _single_messages(now: datetime) -> Found:
    late = now - OVERDUE
    tried = _last_tried(late)
    if tried and _waiting_messages(late).exists():
        yield Level.MEND, f"Single messages wait, and the one that was tried last did not leave: {tried.reason}"


def _waiting_messages(late: datetime) -> QuerySet[TransactionalMessage]:
    """Single messages that have been due since before `late`."""
    due = Q(retry_at=None, created_at__lt=late) | Q(retry_at__lt=late)
    return TransactionalMessage.objects.filter(due, status=MessageStatus.QUEUED)


def _last_tried(late: datetime) -> TransactionalMessage | None:
    """A single message that was tried not long ago, and waits for its next attempt: somebody is at work."""
    waiting = TransactionalMessage.objects.filter(status=MessageStatus.QUEUED, retry_at__gte=late)
    return waiting.exclude(reason="").only("reason").order_by("-retry_at").first()


def _keys() -> Found:
    number = len(settings.LINK_KEYS)
    kept = "1 link key" if number == 1 else f"{number} link keys; the first signs"
    yield Level.FINE, f"{kept}. Fingerprint of the last, which must be the same on all hosts and for ever: {digest_key_fingerprint()}"
    newest = Subscriber.objects.order_by("-pk").only("email", "digest").first()
    if newest and newest.digest != address_digest(newest.email):
        yield (
            Level.MEND,
            "The last of LINK_KEYS is not the one under which subscribers were stored: opt-outs would not be found, and old "
            "links would not open. Put the former key back, at the end.",
        )


def digest_key_fingerprint() -> str:
    """Twelve hex digits by which two hosts, or a restored copy, can be seen to share the key of address digests."""
    return hashlib.sha256(f"doctor {address_digest('fingerprint@convene.example')}".encode()).hexdigest()[:12]


def _brand() -> Found:
    brand = current_brand()
    missing = [
        words for words, value in (("sender address", brand.sender_email), ("postal address", brand.postal_address.strip())) if not value
    ]
    if missing:
        yield Level.MEND, f"The brand has no {' and no '.join(missing)}; no campaign can be approved. Complete it at /staff/."
    else:
        yield Level.FINE, f"{brand.name} writes as {brand.sender_email}."
    if not missing and not brand.contact_email:
        yield Level.LOOK, "The brand has no address for questions about data protection."


def _staff() -> Found:
    if User.objects.filter(is_superuser=True, is_staff=True, is_active=True).exists():
        yield Level.FINE, "Somebody can sign in at /staff/."
    else:
        yield Level.MEND, "Nobody can sign in at /staff/. Run: manage.py bootstrap"


def _clock(now: datetime) -> Found:
    """The clock keeps no diary; whether it lives shows in what should have been done and wasn't."""
    late = now - OVERDUE
    # While all mailers rest, nobody claims, and that is as it should be.
    unclaimed = Campaign.objects.none() if _all_rest(resting()) else _unclaimed(late)
    overdue: dict[str, QuerySet[Any]] = {
        "a campaign should have started": Campaign.objects.filter(status=CampaignStatus.SCHEDULED, scheduled_at__lt=late),
        "a campaign is sending, but nobody claims from it": unclaimed,
        "a claim ran out and was not recovered": Delivery.objects.filter(status=DeliveryStatus.CLAIMED, lease_until__lt=late),
        "a filled-in form waits": FormSubmission.objects.filter(received_at__lt=late),
        "a single message waits": TransactionalMessage.objects.none() if _last_tried(late) else _waiting_messages(late),
    }
    found = [words for words, rows in overdue.items() if rows.exists()]
    for words in found:
        yield Level.MEND, f"The clock or the workers stand still: {words} for more than {OVERDUE.seconds // 60} minutes."
    if not found:
        yield Level.FINE, "Nothing is overdue."


def _uncertain() -> Found:
    rows = DeliveryTally.objects.filter(status=DeliveryStatus.UNCERTAIN, number__gt=0).order_by("-campaign_id")
    for tally in rows[:NAMED]:
        yield (
            Level.LOOK,
            f"Campaign {tally.campaign_id} has {tally.number} uncertain, who may have got the letter; its report names them. "
            f"Settle them: manage.py resolve_uncertain {tally.campaign_id} --as accepted|planned|failed",
        )
    if (more := rows.count() - NAMED) > 0:
        yield Level.LOOK, f"Of older campaigns {more} more have uncertain deliveries."
    messages = TransactionalMessage.objects.filter(status=MessageStatus.UNCERTAIN).count()
    if messages:
        yield Level.LOOK, f"{messages} single messages are uncertain: they may have been sent."


def _paused() -> Found:
    rows = Campaign.objects.filter(status=CampaignStatus.PAUSED).order_by("-pk")
    for campaign in rows[:NAMED]:
        reason = f": {campaign.pause_reason}" if campaign.pause_reason else "."
        yield Level.LOOK, f"Campaign {campaign.pk} is paused{reason}"
    if (more := rows.count() - NAMED) > 0:
        yield Level.LOOK, f"Of older campaigns {more} more are paused."
