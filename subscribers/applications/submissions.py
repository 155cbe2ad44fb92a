"""The application form: stored by the request, handled by a worker, as other public forms are."""

from django.db import transaction

from newsletter.states import Trust
from subscribers.applications.apply import TYPED, NewApplication, apply
from subscribers.consent.offered_topics import open_topics
from subscribers.consent.submissions import store
from subscribers.models import FormSubmission
from subscribers.states import ConsentMethod, SubmissionKind


@transaction.atomic
def store_application(new: NewApplication) -> FormSubmission:
    """Keep an application for a worker.

    The statements are the same for every address, so neither the answer nor its time tells whether
    it is known.
    """
    return store(
        FormSubmission(
            kind=SubmissionKind.APPLICATION,
            email=new.email,
            details={name: getattr(new, name) for name in TYPED},
            topics=[new.topic.pk],
            words=new.words,
            method=new.method,
            network=new.network,
            trust=new.trust,
        )
    )


def handle_application(submission: FormSubmission) -> None:
    """Do what a stored application form asks for, in the caller's transaction."""
    topic = open_topics().filter(pk__in=submission.topics, is_moderated=True).first()
    if topic is None:  # it takes no applications any more
        return
    typed = {name: str(submission.details.get(name, "")) for name in TYPED}
    apply(
        NewApplication(
            email=submission.email,
            topic=topic,
            words=submission.words,
            method=ConsentMethod(submission.method),
            network=submission.network,
            sent_at=submission.received_at,
            trust=Trust(submission.trust),
            **typed,
        )
    )
