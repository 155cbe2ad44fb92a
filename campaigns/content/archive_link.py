"""The link to emails for subscribers, mailed on request to whoever may read them."""

from uuid import UUID

from django.conf import settings

from campaigns.content.archive import list_emails
from campaigns.content.archive_for_subscribers import emails_of, own_emails_url
from campaigns.content.archive_language import LanguagePreference
from campaigns.models import Campaign
from newsletter.core.catalogues import in_words_of
from newsletter.models import TransactionalMessage
from newsletter.states import Trust
from subscribers.consent.mail import mail_language, send_link
from subscribers.consent.submissions import store
from subscribers.models import FormSubmission, Subscriber
from subscribers.states import ConsentMethod, SubmissionKind

KIND = "archive_link"


def store_archive_request(
    email: str, *, slug: UUID | None = None, network: str = "", trust: Trust = Trust.USUAL
) -> FormSubmission:
    """Keep a request for the link to emails for subscribers for a worker.

    Args:
        slug: of the one that is to be read; None for all.
    """
    return store(
        FormSubmission(
            kind=SubmissionKind.ARCHIVE_LINK,
            email=email,
            details={"slug": str(slug) if slug else ""},
            method=ConsentMethod.FORM,
            network=network,
            trust=trust,
        )
    )


def answer_archive_request(submission: FormSubmission) -> TransactionalMessage | None:
    """Mail a subscriber the link to the email that was asked for, if it is one of theirs.

    As often as `send_link` allows. It runs in the caller's transaction, which holds the submission.
    """
    subscriber = Subscriber.objects.select_for_update().filter(digest=submission.digest).first()
    if subscriber is None:
        return None
    emails, slug = emails_of(subscriber), submission.details.get("slug", "")
    asked_for = emails.filter(slug=slug).first() if slug else None
    if asked_for is None and (slug or not emails.exists()):
        return None
    context = {
        "email": _subject_of(asked_for, subscriber) if asked_for else "",
        "archive_url": own_emails_url(subscriber, asked_for),
    }
    trust = Trust(submission.trust)
    # A flood of requests must not overtake people's confirmations.
    trust = Trust.AWAITED if trust >= Trust.USUAL else trust
    return send_link(KIND, subscriber, context, trust=trust)


def _subject_of(campaign: Campaign, subscriber: Subscriber) -> str:
    """Return the subject of the email that was asked for, as its reader finds it in a list."""
    language = mail_language(subscriber.language) or settings.CONTENT_LANGUAGES[0]
    with in_words_of(language):
        lines = list_emails([campaign], LanguagePreference(accepted=subscriber.language))
    return lines[0].subject if lines else ""
