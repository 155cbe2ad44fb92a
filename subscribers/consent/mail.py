"""The single messages about consent, one function a message.

Nothing that a stranger typed goes into any of them, except the welcome's given name, which its
owner has seen and confirmed.
"""

from collections.abc import Iterable, Mapping

from newsletter.brand.current import current_brand
from newsletter.core.catalogues import page_languages
from newsletter.core.languages import lookup_language
from newsletter.models import Brand, TransactionalMessage
from newsletter.outbox.queue import NewMessage, queue_message
from newsletter.rendering.notices import render_notice
from newsletter.states import Trust
from subscribers.consent.mail_limits import may_mail_link, may_mail_today
from subscribers.consent.urls_in_mail import (
    confirm_url,
    manage_url,
    never_again_url,
    preferences_url,
)
from subscribers.greeting import names_in_email
from subscribers.models import ConsentRecord, Subscriber, Topic
from subscribers.states import ConsentAction, SubscriptionStatus
from subscribers.suppression.policy import may_receive_notices

IMPORT_QUESTION = "import_question"
"""The kind of the question to somebody from an imported list."""


def send_confirmation(
    subscriber: Subscriber,
    *,
    topics: Iterable[Topic],
    language: str = "",
    trust: Trust = Trust.USUAL,
) -> TransactionalMessage | None:
    """Ask the owner of an address to confirm a sign-up, at most once a day.

    Args:
        language: that the sign-up asked for; empty for what is known of the person.
        trust: that of the sign-up.
    """
    context = _confirmation(subscriber, topics, language)
    return _send_once_a_day("confirmation", subscriber, context, trust=trust)


def confirmation(
    subscriber: Subscriber, *, topics: Iterable[Topic], language: str, trust: Trust, brand: Brand
) -> NewMessage:
    """Return the message that `send_confirmation` would send, for a caller that asks many."""
    rendered = render_notice(
        "confirmation", _confirmation(subscriber, topics, language), brand=brand
    )
    return NewMessage(kind="confirmation", to=subscriber.email, rendered=rendered, trust=trust)


def _confirmation(
    subscriber: Subscriber, topics: Iterable[Topic], language: str
) -> dict[str, object]:
    language = mail_language(language) or mail_language(subscriber.language)
    return {
        "language": language,
        "topics": [topic.text_in(language, "name") for topic in topics],
        "confirm_url": confirm_url(subscriber),
        "never_again_url": never_again_url(subscriber.digest),
    }


def send_already_subscribed(
    subscriber: Subscriber, *, trust: Trust = Trust.USUAL
) -> TransactionalMessage | None:
    """Tell a subscriber who signed up again that there is nothing to do, at most once a day.

    Args:
        trust: that of the sign-up.
    """
    context = {"preferences_url": preferences_url()}
    return _send_once_a_day("already_subscribed", subscriber, context, trust=trust)


def send_application_confirmation(
    subscriber: Subscriber, *, topics: Iterable[Topic], language: str, trust: Trust = Trust.USUAL
) -> TransactionalMessage | None:
    """Ask the owner of an address to confirm an application, at most once a day.

    Args:
        topics: all that its link confirms.
        language: of the form, as nothing else is known of a stranger.
        trust: that of the form.
    """
    language = mail_language(language) or mail_language(subscriber.language)
    context = {
        "topics": [topic.text_in(language, "name") for topic in topics],
        "confirm_url": confirm_url(subscriber),
        "never_again_url": never_again_url(subscriber.digest),
        "language": language,
    }
    return _send_once_a_day("application_confirmation", subscriber, context, trust=trust)


def send_already_applied(
    subscriber: Subscriber, *, trust: Trust = Trust.USUAL
) -> TransactionalMessage | None:
    """Tell somebody who applied again that their application waits, at most once a day."""
    context = {
        "preferences_url": preferences_url(),
        "language": mail_language(subscriber.language),
    }
    return _send_once_a_day("already_applied", subscriber, context, trust=trust)


def send_preferences_link(
    subscriber: Subscriber, *, trust: Trust = Trust.AWAITED
) -> TransactionalMessage | None:
    """Mail a subscriber the link to their preferences, as often as `send_link` allows.

    Not to an address that was only signed up: nobody there has agreed, and they have the links of
    the confirmation.
    """
    if not has_answered(subscriber):
        return None
    context = {"manage_url": manage_url(subscriber)}
    return send_link("preferences_link", subscriber, context, trust=trust)


def send_welcome(subscriber: Subscriber, *, topics: Iterable[Topic]) -> TransactionalMessage | None:
    """Welcome a subscriber who has just confirmed, at most once a day."""
    language = mail_language(subscriber.language)
    context = {
        "given_name": names_in_email(subscriber)[0],
        "topics": [topic.text_in(language, "name") for topic in topics],
        "preferences_url": preferences_url(),
    }
    return _send_once_a_day("welcome", subscriber, context, to_name=subscriber.full_name)


def send_import_question(subscriber: Subscriber, *, topic: Topic) -> TransactionalMessage | None:
    """Ask somebody from an imported list to confirm, unless they had a like email within a day."""
    context = {
        "topic": topic.text_in(mail_language(subscriber.language), "name"),
        "confirm_url": confirm_url(subscriber),
        "never_again_url": never_again_url(subscriber.digest),
    }
    # Nobody waits for it: whoever has signed up goes first.
    return _send_once_a_day(
        IMPORT_QUESTION, subscriber, context, topic_id=topic.pk, trust=Trust.DOUBTFUL
    )


def send_agreed_again(
    subscriber: Subscriber, *, topic: Topic, words: str
) -> TransactionalMessage | None:
    """Tell a subscriber that somebody agreed to new words by the link in their email.

    It is sent each time, because who pressed the button may have got a forwarded email.

    Args:
        words: that were agreed to.
    """
    if not may_receive_notices(subscriber.digest):
        return None
    language = mail_language(subscriber.language)
    context = {
        "language": language,
        "topic": topic.text_in(language, "name"),
        "words": words,
        "preferences_url": preferences_url(),
    }
    rendered = render_notice("agreed_again", context, brand=current_brand())
    return queue_message(
        "agreed_again",
        to=subscriber.email,
        rendered=rendered,
        topic_id=topic.pk,
        trust=Trust.USUAL,
    )


def _send_once_a_day(
    kind: str,
    subscriber: Subscriber,
    context: Mapping[str, object],
    *,
    to_name: str = "",
    trust: Trust = Trust.AWAITED,
    topic_id: int | None = None,
) -> TransactionalMessage | None:
    """Queue the message, unless the address is suppressed or its mailbox had a like one today.

    The caller holds the lock on the subscriber's row.
    """
    if not may_receive_notices(subscriber.digest):
        return None
    if not may_mail_today(kind, to=subscriber.email, trust=trust):
        return None
    context = {"language": mail_language(subscriber.language), **context}
    rendered = render_notice(kind, context, brand=current_brand())
    return queue_message(
        kind,
        to=subscriber.email,
        to_name=to_name,
        rendered=rendered,
        topic_id=topic_id,
        trust=trust,
    )


def send_link(
    kind: str,
    subscriber: Subscriber,
    context: Mapping[str, object],
    *,
    trust: Trust = Trust.AWAITED,
) -> TransactionalMessage | None:
    """Queue a link that its owner asked for, unless the address is suppressed or had too many.

    The caller holds the lock on the subscriber's row.
    """
    digest = subscriber.digest
    if not may_receive_notices(digest) or not may_mail_link(kind, digest=digest):
        return None
    context = {"language": mail_language(subscriber.language), **context}
    rendered = render_notice(kind, context, brand=current_brand())
    return queue_message(kind, to=subscriber.email, rendered=rendered, trust=trust)


def mail_language(chosen: str) -> str:
    """Return the language of mail to somebody who chose `chosen`, or "" for the installation's own.

    A language that we don't write in is nobody's: a subscriber who was never asked has one, too.
    """
    return lookup_language(chosen, page_languages())


def has_answered(subscriber: Subscriber) -> bool:
    """Return whether the person ever did more than sign up.

    They confirmed, were imported, or left, at any time.
    """
    if subscriber.subscriptions.exclude(status=SubscriptionStatus.PENDING).exists():
        return True
    # Records outlive an erasure, and the address may have been signed up anew, by anybody: only
    # what came since counts.
    since = ConsentRecord.objects.filter(
        digest=subscriber.digest, recorded_at__gte=subscriber.created_at
    )
    return since.exclude(action=ConsentAction.REQUESTED).exists()
