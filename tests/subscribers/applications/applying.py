"""Applications as the form makes them, and as their senders confirm them."""

from newsletter.core.addresses import address_digest
from subscribers.applications.apply import NewApplication, apply
from subscribers.consent.confirm import confirm
from subscribers.models import Application, Subscriber, Topic
from subscribers.states import ConsentMethod

LEA = "lea@parliament.example"


def new_application(topic: Topic, email: str = LEA, **changes: object) -> NewApplication:
    typed: dict[str, object] = {
        "full_name": "Lea Novak",
        "institution": "National Assembly",
        "country": "SI",
        "office": "Member",
        "reason": "We are drafting a law on trafficking.",
        "verification": "See https://parliament.example/members/novak",
        "language": "en",
        "words": "I agree.",
        **changes,
    }
    return NewApplication(email=email, topic=topic, **typed)  # type: ignore[arg-type] # a test's shorthand


def waiting_application(topic: Topic, email: str = LEA, **changes: str) -> Application:
    """Apply, and confirm it: the application waits for staff."""
    application = apply(new_application(topic, email, **changes))
    assert application is not None
    person = Subscriber.objects.get(digest=address_digest(email))
    confirm(person.pk, method=ConsentMethod.MAIL_LINK)
    application.refresh_from_db()
    return application
