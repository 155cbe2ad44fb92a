"""The application form: stored alike for every address, and handled once by a worker."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subscribers.applications.submissions import store_application
from subscribers.consent.submissions import handle_submission
from subscribers.models import Application, FormSubmission, Subscriber, Topic
from tests.subscribers.applications.applying import LEA, new_application


def test_a_worker_applies_what_was_stored_once(legislators: Topic) -> None:
    stored = store_application(new_application(legislators, reason="Two.\n\nParagraphs."))
    assert not Application.objects.exists()
    assert handle_submission(stored.pk)
    assert not handle_submission(stored.pk)
    made = Application.objects.get()
    assert made.reason == "Two.\n\nParagraphs."
    assert made.sent_at == stored.received_at
    assert not FormSubmission.objects.exists()


@pytest.mark.parametrize("change", [{"is_public": False}, {"is_moderated": False}])
def test_a_topic_that_takes_no_applications_any_more_takes_none(
    legislators: Topic, change: dict[str, bool]
) -> None:
    stored = store_application(new_application(legislators))
    Topic.objects.update(**change)
    assert handle_submission(stored.pk)
    assert not Application.objects.exists()
    assert not Subscriber.objects.exists()


def test_the_statements_are_the_same_for_every_address(
    legislators: Topic, ada: Subscriber, cleo: Subscriber
) -> None:
    def statements(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            store_application(new_application(legislators, email))
        return [each["sql"].partition(" ")[0] for each in asked.captured_queries]

    assert statements(LEA) == statements(ada.email) == statements(cleo.email)
