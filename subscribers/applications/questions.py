"""Questions of staff to an applicant, and the answers that come back by a link."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from newsletter.audit.record import record
from subscribers.applications.mail import send_question
from subscribers.audit_actions import ApplicationAction
from subscribers.models import Application, ApplicationQuestion
from subscribers.states import ApplicationStatus


class CannotAsk(ValueError):
    """The question can't be asked. The message says why."""


@transaction.atomic
def ask(application_id: int, *, text: str, by: User) -> ApplicationQuestion:
    """Mail a question to an applicant, with a link that takes the answer.

    Args:
        text: plain text with paragraphs.

    Raises:
        CannotAsk: the application is decided or gone, or the address can't receive email.
    """
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("subscription__subscriber", "subscription__topic")
        .filter(pk=application_id, status=ApplicationStatus.AWAITING_REVIEW)
        .first()
    )
    if application is None:
        raise CannotAsk("This application doesn’t wait for a decision any more.")
    question = ApplicationQuestion.objects.create(
        application=application, text=text, asked_by=by.get_username()
    )
    if send_question(question) is None:
        # With it, the row is taken back: a question that nobody got waits for no answer.
        raise CannotAsk("This address can’t receive email.")
    record(
        ApplicationAction.ASKED,
        application,
        label=f"application {application.pk}",
        topic_id=application.subscription.topic_id,
    )
    return question


def open_question(question_id: int) -> ApplicationQuestion | None:
    """Return a question whose link still takes an answer; None where it doesn't.

    It was answered, the time is over, the application is decided, or the person has another address
    now: others may read the mailbox that the link was sent to.
    """
    question = (
        ApplicationQuestion.objects.select_related("application__subscription__subscriber")
        .filter(pk=question_id)
        .first()
    )
    if question is None or not question.is_open(timezone.now()):
        return None
    application = question.application
    since = application.subscription.subscriber.address_since
    if not application.awaits_review or (since is not None and question.asked_at < since):
        return None
    return question


@transaction.atomic
def answer(question_id: int, *, text: str) -> bool:
    """Keep the answer to a question.

    Returns:
        Whether this call did; False where `open_question` returns None, or another was faster.
    """
    if open_question(question_id) is None:
        return False
    unanswered = ApplicationQuestion.objects.filter(pk=question_id, answered_at=None)
    return bool(unanswered.update(answer=text, answered_at=timezone.now()))
