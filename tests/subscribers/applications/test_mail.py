"""Emails about an application are in its language and belong to its topic."""

from django.contrib.auth.models import User

from newsletter.models import TransactionalMessage
from subscribers.applications.decide import accept
from subscribers.models import Topic
from tests.subscribers.applications.applying import waiting_application


def test_the_decision_is_told_in_the_language_of_the_application(
    legislators: Topic, sam: User
) -> None:
    leas = waiting_application(legislators, language="es")
    accept(leas.pk, by=sam)
    sent = TransactionalMessage.objects.get(kind="application_accepted")
    assert 'lang="es"' in sent.html
    assert sent.topic_id == legislators.pk, "so it is hidden where the topic is"
