"""Public forms: stored by the request, handled by a worker.

The request runs the same statements for every address, so neither its answer nor its time tells
whether the address is known. All that varies (look-ups, rendering, mail) happens afterwards, in a
worker.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.core.db.group_commit import GroupCommit
from newsletter.core.db.insert_rows import insert_rows
from newsletter.core.db.lock import wait_briefly_for_locks
from newsletter.core.waiting_rows import (
    SWEEP_AFTER,
    forget_unhandled,
    handle_or_log,
    sweep,
)
from newsletter.core.wake import wake_soon
from newsletter.states import Trust
from subscribers.consent.address_check import answer_address_check
from subscribers.consent.mail import send_preferences_link
from subscribers.consent.offered_topics import open_topics
from subscribers.consent.subscribe import DETAILS, SignUp, subscribe
from subscribers.consent.subscribe_strangers import subscribe_strangers
from subscribers.models import FormSubmission, Subscriber, Topic
from subscribers.states import ConsentMethod, SubmissionKind

logger = logging.getLogger(__name__)

MOST_TOGETHER = 50
"""Forms of one INSERT."""
HANDLING = "subscribers.handle_submissions"
"""The task that handles what waits."""
TOGETHER = 20
"""The most forms that a worker looks at together."""
ONE_BY_ONE = 5
"""The most forms that it handles one by one before it looks anew: one that is trusted more may have
come.
"""
SLICE = 1.0
"""Seconds after which a worker that handles forms lets another task have its turn. In a flood all
workers may be sending messages, and whoever signs up meanwhile waits for so long.
"""


def store_sign_up(sign_up: SignUp) -> FormSubmission:
    """Keep a sign-up for a worker."""
    return store(
        FormSubmission(
            kind=SubmissionKind.SIGN_UP,
            email=sign_up.email,
            details={name: getattr(sign_up, name) for name in DETAILS},
            topics=[topic.pk for topic in sign_up.topics],
            words=sign_up.words,
            method=sign_up.method,
            network=sign_up.network,
            trust=sign_up.trust,
        )
    )


def store_preferences_request(
    email: str, *, network: str = "", trust: Trust = Trust.USUAL
) -> FormSubmission:
    """Keep a request for the link to an address's preferences for a worker."""
    return store(
        FormSubmission(
            kind=SubmissionKind.PREFERENCES_LINK,
            email=email,
            method=ConsentMethod.FORM,
            network=network,
            trust=trust,
        )
    )


def store_address_check(
    email: str, *, language: str = "", network: str = "", trust: Trust = Trust.USUAL
) -> FormSubmission:
    """Keep, for a worker, that somebody asks whether we email an address.

    Args:
        language: that of the page.
    """
    return store(
        FormSubmission(
            kind=SubmissionKind.ADDRESS_CHECK,
            email=email,
            details={"language": language},
            method=ConsentMethod.FORM,
            network=network,
            trust=trust,
        )
    )


@transaction.atomic
def handle_submission(submission_id: int) -> bool:
    """Do what a stored form asks for, and delete it, in one transaction.

    Returns:
        Whether this call did. False: it is done, or another worker is at it.
    """
    # The sign-up's own locks do the rest: skipping what another worker holds keeps workers from
    # queueing up behind it.
    submission = (
        FormSubmission.objects.select_for_update(skip_locked=True).filter(pk=submission_id).first()
    )
    if submission is None:
        return False
    if submission.trust != Trust.NONE:
        _HANDLERS[SubmissionKind(submission.kind)](submission)
    submission.delete()
    return True


def _waiting() -> QuerySet[FormSubmission]:
    return FormSubmission.objects.filter(failed_at=None).order_by("-trust", "id")


def handle_waiting(after_some: Callable[[int], object], *, seconds: float = SLICE) -> bool:
    """Handle stored forms, the most trusted first, until none waits or `seconds` have passed.

    So a flood, however large, stands behind the people who sign up meanwhile. Of the next few, the
    sign-ups of strangers are handled together, and the others one by one. One that can't be handled
    is left to the clock, or it would be the next one for ever.

    Args:
        after_some: called with the number of those that were handled just now, to send what they
            have led to.

    Returns:
        Whether more may wait.
    """
    end = time.monotonic() + seconds
    while True:
        handled, others = _handle_strangers()
        if handled:
            after_some(handled)
        for number in others[:ONE_BY_ONE]:
            if handled and time.monotonic() >= end:
                return True
            if handle_or_log(number, _handle_or_mark, FormSubmission.__name__):
                handled += 1
                after_some(1)
        if not handled:
            return False
        if time.monotonic() >= end:
            return True


def _handle_strangers() -> tuple[int, list[int]]:
    """Handle those of the next TOGETHER forms that are sign-ups of strangers, in one transaction.

    What is to be dropped is deleted with them.

    Returns:
        How many it handled, and the ids of the others, the most trusted first.
    """
    forms = list[FormSubmission]()
    done = set[int]()
    try:
        with transaction.atomic():
            wait_briefly_for_locks()
            forms += _waiting().select_for_update(skip_locked=True)[:TOGETHER]
            if not forms:
                return 0, []
            sign_ups = _sign_ups_of(forms)
            places = subscribe_strangers([sign_up for _, sign_up in sign_ups])
            done |= {sign_ups[place][0].pk for place in places}
            done |= {form.pk for form in forms if form.trust == Trust.NONE}
            if done:
                FormSubmission.objects.filter(pk__any_of=list(done)).delete()
    except Exception:
        # Each is handled by itself now, so that whatever is wrong with one holds up no other.
        logger.exception("%s forms could not be handled together", len(forms))
        done.clear()
    return len(done), [form.pk for form in forms if form.pk not in done]


def _sign_ups_of(forms: Sequence[FormSubmission]) -> list[tuple[FormSubmission, SignUp]]:
    """Return the sign-ups among `forms` whose topics are offered still, at least in part."""
    stored = [
        form for form in forms if form.kind == SubmissionKind.SIGN_UP and form.trust != Trust.NONE
    ]
    ids = {pk for form in stored for pk in form.topics}
    topics = list(open_topics().filter(pk__in=ids, is_moderated=False)) if ids else []
    sign_ups = [
        (form, _sign_up_of(form, tuple(topic for topic in topics if topic.pk in form.topics)))
        for form in stored
    ]
    return [(form, sign_up) for form, sign_up in sign_ups if sign_up.topics]


def sweep_submissions(*, now: datetime | None = None) -> int:
    """Handle what waits, where no worker was woken for some of it, and return how many forms.

    Those that could not be handled come last.
    """
    since = (now or timezone.now()) - SWEEP_AFTER
    handled = list[int]()
    if _waiting().filter(received_at__lt=since).exists() and handle_waiting(handled.append):
        wake_soon(HANDLING, queue="transactional")
    failed = FormSubmission.objects.exclude(failed_at=None)
    return sum(handled) + sweep(failed, _handle_or_mark, order_by=("-trust", "pk"), now=now)


def store(submission: FormSubmission) -> FormSubmission:
    """Store a form for a worker, in the caller's transaction."""
    submission.digest = address_digest(submission.email)
    if connection.in_atomic_block:
        insert_rows([submission])  # as part of the caller's transaction, and of nobody else's
    else:
        _commits.add(submission)
    wake_soon(HANDLING, queue="transactional")
    return submission


def _handle_or_mark(submission_id: int) -> bool:
    try:
        return handle_submission(submission_id)
    except Exception:
        FormSubmission.objects.filter(pk=submission_id).update(failed_at=timezone.now())
        raise


def _sign_up(submission: FormSubmission) -> None:
    topics = tuple(open_topics().filter(pk__in=submission.topics, is_moderated=False))
    if topics:  # otherwise none is offered any more
        subscribe(_sign_up_of(submission, topics))


def _sign_up_of(submission: FormSubmission, topics: tuple[Topic, ...]) -> SignUp:
    details = {name: str(submission.details.get(name, "")) for name in DETAILS}
    return SignUp(
        email=submission.email,
        topics=topics,
        words=submission.words,
        method=ConsentMethod(submission.method),
        network=submission.network,
        trust=Trust(submission.trust),
        **details,
    )


def _preferences_link(submission: FormSubmission) -> None:
    subscriber = Subscriber.objects.select_for_update().filter(digest=submission.digest).first()
    if subscriber is not None:
        # A flood of requests must not overtake people's confirmations.
        trust = Trust(submission.trust)
        is_usual = trust >= Trust.USUAL
        send_preferences_link(subscriber, trust=Trust.AWAITED if is_usual else trust)


_commits = GroupCommit(insert_rows, most=MOST_TOGETHER)

_HANDLERS: dict[SubmissionKind, Callable[[FormSubmission], object]] = {
    SubmissionKind.SIGN_UP: _sign_up,
    SubmissionKind.PREFERENCES_LINK: _preferences_link,
    SubmissionKind.ADDRESS_CHECK: answer_address_check,
}


def set_handler(kind: SubmissionKind, handler: Callable[[FormSubmission], object]) -> None:
    """Say what a worker does with a form of a folder above this one."""
    _HANDLERS[kind] = handler


def forget_stale(*, now: datetime) -> int:
    """Delete what could not be handled within KEEP_FORM_SUBMISSIONS, and return how many."""
    return forget_unhandled(FormSubmission.objects.all(), now=now)
