"""Work of staff on an application among themselves: assigning it, and notes on it."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from newsletter.audit.record import record
from staff.backend import RolesBackend
from subscribers.audit_actions import ApplicationAction
from subscribers.models import Application, ApplicationNote, Topic
from subscribers.need_to_know.grants import holders

DECIDE = "subscribers.change_application"
"""The permission to decide on applications."""


class CannotAssign(ValueError):
    """The application can't be assigned to this account. The message says why."""


def who_may_decide(topic: Topic) -> QuerySet[User]:
    """Select the accounts that may decide on applications for a topic, by name."""
    accounts = RolesBackend().with_perm(DECIDE).filter(is_staff=True)
    if topic.is_restricted:
        accounts = accounts.filter(pk__in=holders(topic.pk))
    return accounts.order_by("first_name", "last_name", "username")


@transaction.atomic
def assign(application_id: int, *, to: User | None) -> bool:
    """Assign an application to a colleague, or to nobody.

    Returns:
        Whether that changed anything.

    Raises:
        CannotAssign: the account may not decide on it.
    """
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("subscription__topic")
        .get(pk=application_id)
    )
    topic = application.subscription.topic
    if to is not None and not who_may_decide(topic).filter(pk=to.pk).exists():
        raise CannotAssign("This account may not decide on applications for this topic.")
    if application.assigned_to_id == (to.pk if to else None):
        return False
    Application.objects.filter(pk=application.pk).update(assigned_to=to)
    record(
        ApplicationAction.ASSIGNED,
        application,
        label=f"application {application.pk}",
        topic_id=topic.pk,
        to=to.get_username() if to else "nobody",
    )
    return True


@transaction.atomic
def add_note(application: Application, *, text: str, by: User) -> ApplicationNote:
    """Keep a note on an application, for colleagues.

    Args:
        application: with its subscription.
        text: plain text with paragraphs.
    """
    note = ApplicationNote.objects.create(
        application=application, text=text, written_by=by.get_username()
    )
    record(
        ApplicationAction.NOTED,
        application,
        label=f"application {application.pk}",
        topic_id=application.subscription.topic_id,
    )
    return note
