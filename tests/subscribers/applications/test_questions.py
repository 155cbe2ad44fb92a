"""Questions to an applicant: answered once, by a link that does nothing else and ends."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.models import AuditEntry, TransactionalMessage
from subscribers.applications.decide import accept
from subscribers.applications.questions import CannotAsk, answer, ask, open_question
from subscribers.consent.urls_in_mail import answer_url
from subscribers.models import Application, ApplicationQuestion, Subscriber
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import suppress


@pytest.fixture
def question(leas: Application, sam: User) -> ApplicationQuestion:
    return ask(leas.pk, text="Which committee?\n\nAnd since when?", by=sam)


def test_a_question_is_mailed_with_a_link_to_answer_it(
    leas: Application, question: ApplicationQuestion
) -> None:
    sent = TransactionalMessage.objects.get(kind="application_question")
    assert "Which committee?" in sent.text
    assert answer_url(question.pk) in sent.text
    assert "National Assembly" not in sent.html
    assert AuditEntry.objects.get(action="application.asked").topic_id


def test_it_is_answered_once(question: ApplicationQuestion) -> None:
    assert answer(question.pk, text="The one on justice.")
    assert not answer(question.pk, text="Another answer.")
    question.refresh_from_db()
    assert question.answer == "The one on justice."


def test_the_link_ends_after_its_time(question: ApplicationQuestion) -> None:
    ApplicationQuestion.objects.update(
        asked_at=timezone.now() - settings.ANSWER_LINK_LIFETIME - timedelta(seconds=1)
    )
    assert open_question(question.pk) is None
    assert not answer(question.pk, text="Too late.")


def test_the_link_ends_with_the_decision(
    leas: Application, question: ApplicationQuestion, sam: User
) -> None:
    accept(leas.pk, by=sam)
    assert not answer(question.pk, text="Too late.")


def test_the_link_ends_with_a_change_of_address(
    leas: Application, question: ApplicationQuestion
) -> None:
    Subscriber.objects.update(address_since=timezone.now())
    assert open_question(question.pk) is None


def test_nothing_is_asked_of_an_application_that_is_decided(leas: Application, sam: User) -> None:
    accept(leas.pk, by=sam)
    with pytest.raises(CannotAsk, match="decision"):
        ask(leas.pk, text="Which committee?", by=sam)


def test_nothing_is_kept_of_a_question_that_can_not_be_mailed(leas: Application, sam: User) -> None:
    suppress(leas.subscription.subscriber.digest, reason=SuppressionReason.NEVER_AGAIN)
    with pytest.raises(CannotAsk, match="can’t receive"):
        ask(leas.pk, text="Which committee?", by=sam)
    assert not ApplicationQuestion.objects.exists()
