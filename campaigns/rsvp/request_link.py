"""The link to one's answers, mailed on request to whoever has invitations or answers ahead."""

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from campaigns.models import Rsvp
from campaigns.rsvp.invitation import answers_ahead, invitations_ahead
from campaigns.rsvp.urls_in_mail import answers_url_of
from newsletter.brand.current import current_brand
from newsletter.core.db.lock import lock_until_commit
from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import queue_message
from newsletter.rendering.notices import render_notice
from newsletter.states import Trust
from subscribers.consent.mail import mail_language
from subscribers.consent.mail_limits import may_mail_link
from subscribers.consent.submissions import store
from subscribers.models import FormSubmission, Subscriber
from subscribers.states import ConsentMethod, SubmissionKind
from subscribers.suppression.policy import may_receive_notices

KIND = "rsvp_link"


def store_rsvp_request(
    email: str, *, network: str = "", trust: Trust = Trust.USUAL
) -> FormSubmission:
    """Keep a request for the link to the answers of an address for a worker."""
    return store(
        FormSubmission(
            kind=SubmissionKind.RSVP_LINK,
            email=email,
            method=ConsentMethod.FORM,
            network=network,
            trust=trust,
        )
    )


def answer_rsvp_request(submission: FormSubmission) -> TransactionalMessage | None:
    """Mail the owner of an address the link to their answers, if there is something to see.

    As often as `may_mail_link` allows. It runs in the caller's transaction, which holds the
    submission.
    """
    digest = submission.digest
    lock_until_commit(f"rsvp link {digest}")
    person = _person(digest)
    if person is None or not may_receive_notices(digest) or not may_mail_link(KIND, digest=digest):
        return None
    language = mail_language(person.language) or settings.CONTENT_LANGUAGES[0]
    context = {"language": language, "answers_url": answers_url_of(person)}
    rendered = render_notice(KIND, context, brand=current_brand())
    trust = Trust(submission.trust)
    # A flood of requests must not overtake people's confirmations.
    trust = Trust.AWAITED if trust >= Trust.USUAL else trust
    return queue_message(KIND, to=person.email, rendered=rendered, trust=trust)


def _person(digest: str) -> Subscriber | Rsvp | None:
    """Return the subscriber or guest of an address who has invitations or answers ahead."""
    now = timezone.now()
    subscriber = Subscriber.objects.filter(digest=digest).first()
    if subscriber is not None and (
        invitations_ahead(subscriber, now=now).exists()
        or answers_ahead(Q(subscriber=subscriber), now=now).exists()
    ):
        return subscriber
    return answers_ahead(Q(digest=digest), now=now).first()
