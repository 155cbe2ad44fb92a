"""Opt-outs of another list become ours, and hold against whatever comes later."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from newsletter.core.addresses import address_digest
from subscribers.consent.confirm import confirm
from subscribers.imports.undo import undo_import
from subscribers.models import (
    ConsentRecord,
    Subscriber,
    Subscription,
    Suppression,
    Topic,
)
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus, SuppressionReason
from tests.conftest import MakeSubscriber
from tests.subscribers.imports.sheets import followers, has_opted_out, take, why

pytestmark = pytest.mark.django_db


# --- Whole files ------------------------------------------------------------

MAILCHIMP = (
    "Email Address,First Name,Last "
    "Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LAST_CHANGED,LEID,EUID,NOTES"
)
PERSON = 'a@example.org,Ada,Lovelace,2,,,"2015-03-16 14:40:47",,"2015-03-16 14:40:47",1,x,'


def test_mailchimps_unsubscribed_and_cleaned_files_become_opt_outs_by_their_own_columns(
    topic: Topic,
) -> None:
    left = (
        f'{MAILCHIMP},UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON\n{PERSON},"2019-05-04 '
        f'08:00:00",News,NORMAL\n'
    )
    report = take(left, topic, name="unsubscribed_segment_export_1.csv")
    assert (report.added, report.opt_outs) == (0, 1)
    record = ConsentRecord.objects.get(digest=address_digest("a@example.org"), topic=topic)
    assert (record.action, record.method, record.given_at) == (
        ConsentAction.UNSUBSCRIBED, ConsentMethod.IMPORT, datetime(2019, 5, 4, 8, tzinfo=UTC),
    )  # fmt: skip
    assert record.details["said"] == "UNSUB_TIME: 2019-05-04 08:00:00"
    take(
        f'{MAILCHIMP},CLEAN_TIME\n{PERSON.replace("a@", "b@")},"2019-05-04 08:00:00"\n',
        topic,
        name="cleaned_segment_export_1.csv",
    )
    assert why("b@example.org") == {SuppressionReason.HARD_BOUNCE}


# --- What an opt-out of a file does to those whom we know -------------------


def test_an_opt_out_takes_back_what_an_import_began_and_no_undo_revives_it(topic: Topic) -> None:
    first = take("Email\na@example.org\n", topic)
    second = take("Email,Status\na@example.org,unsubscribed\n", topic)
    assert (followers(topic), second.opt_outs) == (set(), 1)
    assert second.batch_id is not None
    assert undo_import(second.batch_id).opt_outs == 1
    assert first.batch_id is not None
    undo_import(first.batch_id)
    assert take("Email\na@example.org\n", topic).added == 0


def test_the_same_opt_outs_again_are_known(topic: Topic) -> None:
    text = "Email,Status\na@example.org,unsubscribed\nb@example.org,cleaned\n"
    assert take(text, topic).opt_outs == 2
    report = take(text, topic)
    assert (report.opt_outs, report.opted_out, report.batch_id) == (0, 2, None)
    assert ConsentRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("left_at", "stays"), [("", True), ("days ago", True), ("a minute ago", False)]
)
def test_who_has_confirmed_with_us_since_stays(
    topic: Topic, make_subscriber: MakeSubscriber, left_at: str, *, stays: bool
) -> None:
    eve = make_subscriber("eve@example.org", topic=topic, status=SubscriptionStatus.PENDING)
    confirm(eve.pk, method=ConsentMethod.MAIL_LINK)
    ConsentRecord.objects.filter(digest=eve.digest).update(
        given_at=timezone.now() - timedelta(hours=1)
    )
    moment = (
        timezone.now()
        - {"": timedelta(0), "days ago": timedelta(days=9), "a minute ago": timedelta(minutes=1)}[
            left_at
        ]
    )
    cell = moment.isoformat() if left_at else "yes"
    report = take(f"Email,Opted Out\neve@example.org,{cell}\n", topic)
    assert followers(topic) == ({"eve@example.org"} if stays else set())
    assert (report.unchanged, report.opt_outs) == ((1, 0) if stays else (0, 1))
    assert any("confirmed with us" in warning for warning in report.warnings) is stays


def test_a_word_on_another_topic_does_not_undo_that_somebody_left_this_one(
    topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    forums = Topic.objects.create(slug="forums", name="Forums")
    eve = make_subscriber("eve@example.org", topic=forums, status=SubscriptionStatus.PENDING)
    confirm(eve.pk, method=ConsentMethod.MAIL_LINK)
    take("Email\neve@example.org\n", topic)
    assert followers(topic) == {"eve@example.org"}
    report = take("Email,Status\neve@example.org,unsubscribed\n", topic)
    assert (followers(topic), followers(forums), report.opt_outs) == (set(), {"eve@example.org"}, 1)


def test_who_has_just_signed_up_and_not_answered_yet_is_left_to_answer(
    topic: Topic, ben: Subscriber
) -> None:
    take(f"Email,Status\n{ben.email},unsubscribed\n", topic)
    assert Subscription.objects.get(subscriber=ben).status == SubscriptionStatus.PENDING
    assert has_opted_out(ben.email, topic)


def test_what_staff_have_lifted_since_is_not_imposed_again(topic: Topic) -> None:
    digest = address_digest("a@example.org")
    Suppression.objects.create(
        digest=digest, reason="hard_bounce", scope="all", lifted_at=timezone.now(), lifted_by="sam"
    )
    assert take("Email,Status\na@example.org,cleaned\n", topic).opt_outs == 0
    assert why("a@example.org") == set()


def test_reasons_of_our_own_export_are_kept_as_they_are(topic: Topic) -> None:
    take(
        "email,status,suppressed\na@example.org,confirmed,never_again\n"
        "b@example.org,confirmed,hard_bounce complaint\n",
        topic,
    )
    assert (why("a@example.org"), why("b@example.org")) == (
        {"never_again"},
        {"hard_bounce", "complaint"},
    )


def test_a_dry_run_of_opt_outs_changes_nothing(topic: Topic, ada: Subscriber) -> None:
    report = take(
        f"Email,Status\n{ada.email},unsubscribed\nb@example.org,abuse\n", topic, dry_run=True
    )
    assert report.opt_outs == 2
    assert followers(topic) == {ada.email}
    assert not Suppression.objects.exists()
    assert not ConsentRecord.objects.exists()
