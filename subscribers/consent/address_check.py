"""Telling the owner of an address whether we email it, for people who don't know which one we have.

Anybody may enter any address, as with a sign-up. So its owner gets one answer a day at most, with
nothing in it that was typed.
"""

from newsletter.brand.current import current_brand
from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import queue_message
from newsletter.rendering.notices import render_notice
from newsletter.states import Trust
from subscribers.consent.mail import has_answered, mail_language
from subscribers.consent.mail_limits import may_mail_today
from subscribers.consent.urls_in_mail import manage_url, never_again_url
from subscribers.models import FormSubmission, Subscriber
from subscribers.states import FOLLOWED
from subscribers.suppression.policy import may_receive_notices

KIND = "address_check"


def answer_address_check(submission: FormSubmission) -> TransactionalMessage | None:
    """Mail the owner of an address whether it follows anything, unless they had an answer today.

    It runs in the caller's transaction, which holds the submission.
    """
    digest = submission.digest
    if not may_receive_notices(digest):
        return None
    subscriber = Subscriber.objects.select_for_update().filter(digest=digest).first()
    trust = Trust(submission.trust)
    if not may_mail_today(KIND, to=submission.email, trust=trust):
        return None
    follows = (
        subscriber is not None and subscriber.subscriptions.filter(status__in=FOLLOWED).exists()
    )
    # Somebody who has only been signed up has agreed to nothing, so they hear what a stranger does.
    is_known = subscriber is not None and has_answered(subscriber)
    asked_in = str(submission.details.get("language", ""))
    context = {
        "language": mail_language(subscriber.language if subscriber and is_known else asked_in),
        "follows": "subscribed" if follows else "",
        "manage_url": manage_url(subscriber) if subscriber and is_known else "",
        "never_again_url": "" if follows else never_again_url(digest),
    }
    rendered = render_notice(KIND, context, brand=current_brand())
    return queue_message(KIND, to=submission.email, rendered=rendered, trust=trust)
