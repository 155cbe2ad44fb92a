"""The owner of an address confirms the application that is theirs, and withdraws it by leaving."""

from pytest_django.fixtures import Settings

from newsletter.core.addresses import address_digest
from subscribers.applications.apply import apply
from subscribers.consent.confirm import Confirmed, NeedsApplication, Waiting, confirm, look
from subscribers.consent.leave_many import leave_many
from subscribers.consent.never_again import never_again
from subscribers.consent.subscribe import subscribe
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import Application, ConsentRecord, Subscriber, Subscription, Topic
from subscribers.people.change_address import change_address
from subscribers.people.new_address import ask_for_address
from subscribers.states import (
    ApplicationStatus,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
)
from tests.subscribers.applications.applying import LEA, new_application
from tests.subscribers.applications.conftest import leas, legislators
from tests.subscribers.consent.conftest import SignUpMaker

__all__ = ["leas", "legislators"]  # fixtures of the applications, here too


def by_link(subscriber: Subscriber, *applications: int) -> object:
    return confirm(subscriber.pk, method=ConsentMethod.MAIL_LINK, applications=applications)


def test_a_confirmed_application_waits_for_staff_and_its_details_are_the_person_s(
    legislators: Topic, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "es"]
    apply(new_application(legislators, language="es"))
    lea = Subscriber.objects.get()
    found = look(lea.pk)
    assert isinstance(found, Waiting)
    assert [each.full_name for each in found.applications] == ["Lea Novak"]
    done = by_link(lea)
    assert done == Confirmed((), (legislators,))
    lea.refresh_from_db()
    assert (lea.full_name, lea.given_name) == ("Lea Novak", "Lea")
    assert (lea.country, lea.institution, lea.language) == ("SI", "National Assembly", "es")
    assert Application.objects.get().confirmed_at is not None
    records = ConsentRecord.objects.order_by("pk")
    assert [(each.action, each.words) for each in records] == [
        ("requested", "I agree."),
        ("confirmed", "I agree."),
    ]


def test_what_is_known_of_a_person_stays(legislators: Topic, ada: Subscriber) -> None:
    apply(new_application(legislators, ada.email))
    by_link(ada)
    ada.refresh_from_db()
    assert (ada.full_name, ada.country) == ("Ada Lovelace", "NZ")
    assert ada.institution == "National Assembly"


def test_of_several_the_owner_chooses_theirs_and_the_others_are_deleted(
    legislators: Topic,
) -> None:
    mine = apply(new_application(legislators))
    apply(new_application(legislators, full_name="Mallory Malory"))
    assert mine is not None
    lea = Subscriber.objects.get()
    assert by_link(lea) == NeedsApplication((legislators,)), "nobody has said which"
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING
    assert by_link(lea, mine.pk) == Confirmed((), (legislators,))
    kept = Application.objects.get()
    assert (kept.pk, kept.status) == (mine.pk, ApplicationStatus.AWAITING_REVIEW)


def test_an_application_of_somebody_else_is_not_confirmed(
    legislators: Topic, ada: Subscriber
) -> None:
    apply(new_application(legislators))
    other = apply(new_application(legislators, ada.email))
    assert other is not None
    lea = Subscriber.objects.get(digest=address_digest(LEA))
    assert by_link(lea, other.pk) == NeedsApplication((legislators,))
    other.refresh_from_db()
    assert other.status == ApplicationStatus.PENDING


def test_a_sign_up_without_an_application_stays_as_it_is(
    signing_up: SignUpMaker, legislators: Topic
) -> None:
    subscribe(signing_up(topics=(legislators,)))
    eve = Subscriber.objects.get()
    assert look(eve.pk) == NeedsApplication((legislators,))
    assert by_link(eve) == NeedsApplication((legislators,))
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING


def test_whoever_leaves_everything_withdraws(leas: Application) -> None:
    unsubscribe_all(leas.subscription.subscriber_id, method=ConsentMethod.PREFERENCES)
    leas.refresh_from_db()
    assert leas.status == ApplicationStatus.WITHDRAWN
    assert leas.decided_at is not None
    assert leas.decided_by == ""


def test_a_provider_s_report_withdraws(leas: Application) -> None:
    person, topic = leas.subscription.subscriber_id, leas.subscription.topic_id
    leave_many([person], topic_id=topic, method=ConsentMethod.COMPLAINT)
    leas.refresh_from_db()
    assert leas.status == ApplicationStatus.WITHDRAWN


def test_whoever_blocks_all_mail_before_confirming_leaves_nothing(legislators: Topic) -> None:
    apply(new_application(legislators))
    never_again(address_digest(LEA), method=ConsentMethod.MAIL_LINK)
    assert not Application.objects.exists()
    assert not Subscriber.objects.exists()


def test_an_application_that_an_opt_out_left_behind_is_in_nobody_s_way(
    leas: Application,
) -> None:
    """An import of opt-outs changes subscriptions alone, in sets."""
    Subscription.objects.update(status=SubscriptionStatus.UNSUBSCRIBED)
    again = apply(new_application(leas.subscription.topic))
    assert again is not None
    by_link(Subscriber.objects.get())
    states = dict(Application.objects.values_list("pk", "status"))
    assert states == {leas.pk: "withdrawn", again.pk: "awaiting_review"}


def test_a_change_of_address_keeps_what_waits_for_staff(leas: Application) -> None:
    lea = leas.subscription.subscriber
    change = ask_for_address(lea.pk, to="lea@example.org")
    assert change is not None
    change_address(lea.pk, to="lea@example.org", asked=change.pk)
    leas.refresh_from_db()
    assert leas.awaits_review
    assert leas.subscription.subscriber.email == "lea@example.org"


def test_a_second_confirmation_changes_nothing(leas: Application) -> None:
    by_link(leas.subscription.subscriber)
    assert Application.objects.get().confirmed_at == leas.confirmed_at
    assert ConsentRecord.objects.filter(action=ConsentAction.CONFIRMED).count() == 1
