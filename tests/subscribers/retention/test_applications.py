"""Applications die: undecided ones, too, and never confirmed ones with their sign-up."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from subscribers.applications.apply import apply
from subscribers.applications.assign_and_note import add_note
from subscribers.applications.decide import accept
from subscribers.applications.questions import ask
from subscribers.models import (
    Application,
    ApplicationNote,
    ApplicationQuestion,
    ConsentRecord,
    Subscriber,
    Subscription,
    Topic,
)
from subscribers.retention.applications import forget_applications
from subscribers.retention.expire import forget_expired
from subscribers.states import ApplicationStatus, ConsentMethod, SubscriptionStatus
from tests.subscribers.applications.applying import new_application
from tests.subscribers.applications.conftest import leas, legislators

__all__ = ["leas", "legislators"]  # fixtures of the applications, here too

SECOND = timedelta(seconds=1)


def test_a_decided_application_goes_with_notes_and_questions_and_the_person_stays(
    leas: Application, sam: User
) -> None:
    ask(leas.pk, text="Since when?", by=sam)
    add_note(leas, text="Called her.", by=sam)
    accept(leas.pk, by=sam)
    now = timezone.now()
    assert forget_applications(now + settings.KEEP_APPLICATIONS - timedelta(minutes=1)) == 0
    assert forget_applications(now + settings.KEEP_APPLICATIONS + SECOND) == 1
    assert not Application.objects.exists()
    assert not ApplicationNote.objects.exists()
    assert not ApplicationQuestion.objects.exists()
    assert Subscription.objects.get().status == SubscriptionStatus.CONFIRMED


def test_one_that_nobody_decided_ends_and_the_person_may_apply_again(leas: Application) -> None:
    later = timezone.now() + settings.KEEP_APPLICATIONS + SECOND
    assert forget_applications(later) == 1
    assert not Application.objects.exists()
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED
    assert ConsentRecord.objects.order_by("-pk")[0].method == ConsentMethod.UNDECIDED
    assert apply(new_application(leas.subscription.topic)) is not None


def test_one_that_was_never_confirmed_goes_with_its_sign_up(legislators: Topic) -> None:
    apply(new_application(legislators))
    now = timezone.now()
    forget_expired(now=now + settings.KEEP_UNCONFIRMED - timedelta(minutes=1))
    assert Application.objects.exists()
    forget_expired(now=now + settings.KEEP_UNCONFIRMED + SECOND)
    assert not Application.objects.exists()
    assert not Subscriber.objects.exists()


def test_one_whose_sign_up_was_asked_for_again_lives_as_long_as_the_link(
    legislators: Topic,
) -> None:
    apply(new_application(legislators))
    later = timezone.now() + settings.KEEP_UNCONFIRMED + SECOND
    Subscription.objects.update(changed_at=later - timedelta(days=1))
    assert forget_applications(later) == 0
    Topic.objects.update(is_moderated=False)
    Subscription.objects.update(status=SubscriptionStatus.CONFIRMED)
    assert forget_applications(later) == 1


def test_a_withdrawn_one_goes_in_its_time(leas: Application) -> None:
    now = timezone.now()
    Application.objects.update(
        status=ApplicationStatus.WITHDRAWN,
        decided_at=now - settings.KEEP_APPLICATIONS - SECOND,
    )
    assert forget_applications(now) == 1
