"""Checks that mail leaves: mailers, mail servers, and single messages that wait."""

from datetime import datetime

from django.conf import settings
from django.core.checks import run_checks
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from campaigns.models import Campaign, Delivery
from campaigns.reports.diagnostics.finding import OVERDUE, Found, Level, Said
from campaigns.sending.claims.due import has_due
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.models import MailerHealth, TransactionalMessage
from newsletter.states import MessageStatus
from newsletter.transport.connections.reach import unreachable
from newsletter.transport.pacing.warm_up import USED_UP, used_up_until

FAILURES_OF_A_WHILE = 4
"""Failures in a row after which a mailer is in trouble for more than OVERDUE.

Each is followed by a longer rest. Fewer may be a short disturbance.
"""
_WAITING = (MessageStatus.QUEUED, MessageStatus.CLAIMED)
"""States of single messages that have not left.

A claimed one counts, so that the finding doesn't depend on the moment of the check.
"""


def mail() -> Found:
    """List the mailers, and what `check --deploy` says about them."""
    for stream, mailer in settings.MAILER_SETTINGS.items():
        name = f" ({mailer.name})" if mailer.name not in ("", mailer.provider) else ""
        yield Level.FINE, f"{stream}: {mailer.provider}{name}"
    yield Level.FINE, f"Links in email lead to {settings.SITE_URL}."
    for found in run_checks(tags=["mail", "site"], include_deployment_checks=True):
        yield Said(
            Level.MEND if found.is_serious() else Level.LOOK,
            f"{found.msg} {found.hint or ''}".strip(),
            f"{found.id} {found.msg}",
        )


def reach() -> Found:
    """Check that mail servers and the bounce mailbox answer."""
    for server, problem in unreachable():
        yield Said(Level.MEND, problem, server)


def mailers(now: datetime) -> Found:
    """Check the mailers for campaigns, and name those whose last attempt failed."""
    for alias in settings.BULK_MAILERS:
        yield from _trouble_of(alias, now)
    if is_none_at_work(now) and _waits_in_vain(now):
        yield Said(
            Level.MEND,
            f"No mailer works, and a campaign has been waiting for more than "
            f"{OVERDUE.seconds // 60} minutes.",
            "none",
        )


def _trouble_of(alias: str, now: datetime) -> Found:
    name = settings.MAILER_SETTINGS[alias].name
    trouble = MailerHealth.objects.filter(mailer=name).first()
    if trouble is not None:
        yield from _rest_of(trouble, now)
    elif tomorrow := used_up_until(alias, now=now):
        yield Said(
            Level.LOOK,
            f"The mailer {name} is not used for campaigns until {tomorrow:%H:%M:%S %Z}: {USED_UP}",
            name,
        )


def _rest_of(trouble: MailerHealth, now: datetime) -> Found:
    level = Level.MEND if trouble.is_misconfigured else Level.LOOK
    if trouble.rests_until > now:
        said = f"is not used for campaigns until {trouble.rests_until:%H:%M:%S %Z}:"
    elif trouble.is_misconfigured or trouble.rests_until >= now - OVERDUE:
        said = "failed when it was last tried:"
    else:
        return  # nobody has tried it since: nothing is to be sent, or the workers stand still
    yield Said(
        level,
        f"The mailer {trouble.mailer} {said}",
        trouble.mailer,
        trouble.changed_at,
        trouble.reason,
    )


def is_none_at_work(now: datetime) -> bool:
    """Return whether all mailers for campaigns are in trouble or at their day's warm-up limit.

    A mailer whose rest is over is still in trouble until a worker has tried it. If no worker does,
    the workers are to blame.
    """
    return all(
        _is_in_trouble(alias, now) or used_up_until(alias, now=now)
        for alias in settings.BULK_MAILERS
    )


def _is_in_trouble(alias: str, now: datetime) -> bool:
    return MailerHealth.objects.filter(
        mailer=settings.MAILER_SETTINGS[alias].name, rests_until__gte=now - OVERDUE
    ).exists()


def _waits_in_vain(now: datetime) -> bool:
    """Return whether a campaign waits for mailers in trouble.

    A mailer that has used up its day's warm-up limit is not in trouble.
    """
    troubled = [alias for alias in settings.BULK_MAILERS if _is_in_trouble(alias, now)]
    # Each attempt is a claim, so the last claim is recent while one mailer after the other fails.
    names = [settings.MAILER_SETTINGS[alias].name for alias in troubled]
    failing = MailerHealth.objects.filter(mailer__in=names).exclude(reason=USED_UP)
    if not failing.exists():
        return False
    for_a_while = not failing.filter(failures__lt=FAILURES_OF_A_WHILE).exists()
    return unclaimed(now - OVERDUE).exists() or (for_a_while and sending_with_planned().exists())


def sending_with_planned() -> QuerySet[Campaign]:
    """Select campaigns that are sending and have planned deliveries."""
    return Campaign.objects.filter(Exists(_planned()), status=CampaignStatus.SENDING)


def unclaimed(late: datetime) -> QuerySet[Campaign]:
    """Select the sending campaigns whose due deliveries nobody has claimed since `late`."""
    never = Q(last_claim_at=None, launched_at__lt=late)
    quiet = Campaign.objects.filter(never | Q(last_claim_at__lt=late))
    sending = quiet.filter(status=CampaignStatus.SENDING)
    return Campaign.objects.filter(
        pk__in=[campaign.pk for campaign in sending if has_due(campaign, now=late)]
    )


def _planned() -> QuerySet[Delivery]:
    return Delivery.objects.filter(status=DeliveryStatus.PLANNED, campaign_id=OuterRef("pk"))


def single_messages(now: datetime) -> Found:
    """Check that no single message has waited for long.

    The age of a message counts, and not the time of its next attempt, which each attempt puts off.
    """
    late = now - OVERDUE
    since = waiting_messages(late).aggregate(first=Min("since"))["first"]
    if since is None:
        return
    tried = last_tried(late)
    if tried is not None:
        yield Said(
            Level.MEND,
            "Transactional emails are waiting, and the last attempt failed:",
            "refused",
            since,
            tried.reason,
        )
    elif is_outbox_at_work(now):
        yield Said(
            Level.LOOK,
            "Many transactional emails are waiting. The workers are sending them.",
            "queue",
            since,
        )


def waiting_messages(late: datetime) -> QuerySet[TransactionalMessage]:
    """Select single messages that were written, or sent again, before `late` and have not left."""
    since = Greatest("created_at", Coalesce("sent_again_at", "created_at"))
    return (
        TransactionalMessage.objects.filter(status__in=_WAITING)
        .annotate(since=since)
        .filter(since__lt=late)
    )


def last_tried(late: datetime) -> TransactionalMessage | None:
    """Find the single message whose failed attempt is the latest, if workers are trying any.

    Workers are trying a message if its next attempt is due no earlier than `late`.
    """
    waiting = TransactionalMessage.objects.filter(status__in=_WAITING).filter(
        Q(retry_at__gte=late) | Q(lease_until__gte=late)
    )
    return waiting.exclude(reason="").only("reason").order_by("-retry_at").first()


def is_outbox_at_work(now: datetime) -> bool:
    """Return whether a worker has claimed a single message, or has settled one within OVERDUE."""
    fresh = Q(settled_at__gte=now - OVERDUE) | Q(status=MessageStatus.CLAIMED, lease_until__gte=now)
    return TransactionalMessage.objects.filter(fresh).exists()
