"""The single messages about an application that was confirmed, one function a message.

They are in the language of the application. What staff write in them is plain text; what the
applicant wrote is in none of them.
"""

from collections.abc import Mapping

from newsletter.brand.current import current_brand
from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import queue_message
from newsletter.rendering.notices import render_notice
from subscribers.applications.paragraphs import paragraphs_of
from subscribers.consent.mail import mail_language
from subscribers.consent.urls_in_mail import answer_url, preferences_url
from subscribers.models import Application, ApplicationQuestion
from subscribers.suppression.policy import may_receive_notices


def send_accepted(application: Application) -> TransactionalMessage | None:
    """Welcome somebody whose application was accepted."""
    context = {
        "given_name": application.subscription.subscriber.given_name,
        "preferences_url": preferences_url(),
    }
    return _send("application_accepted", application, context)


def send_declined(application: Application, *, message: str) -> TransactionalMessage | None:
    """Tell somebody that their application was declined, in the words of staff."""
    return _send("application_declined", application, {"paragraphs": paragraphs_of(message)})


def send_question(question: ApplicationQuestion) -> TransactionalMessage | None:
    """Ask an applicant a question, with the link to answer it."""
    context = {"paragraphs": paragraphs_of(question.text), "answer_url": answer_url(question.pk)}
    return _send("application_question", question.application, context)


def _send(
    kind: str, application: Application, context: Mapping[str, object]
) -> TransactionalMessage | None:
    """Queue a message, unless the address is suppressed."""
    subscription = application.subscription
    subscriber, topic = subscription.subscriber, subscription.topic
    if not may_receive_notices(subscriber.digest):
        return None
    language = mail_language(application.language) or mail_language(subscriber.language)
    named = {**context, "topic": topic.text_in(language, "name"), "language": language}
    rendered = render_notice(kind, named, brand=current_brand())
    return queue_message(
        kind,
        to=subscriber.email,
        to_name=subscriber.full_name,
        rendered=rendered,
        topic_id=topic.pk,
    )
