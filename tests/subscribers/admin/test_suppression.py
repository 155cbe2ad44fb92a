"""Staff block an address with a note, and remove a suppression with a reason."""

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.core.addresses import address_digest
from subscribers.models import Subscriber, Suppression
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import active, suppress
from tests.subscribers.admin.pages import SUPPRESSIONS


def test_staff_block_an_address_that_is_suppressed_for_another_reason(
    sams: Client, cleo: Subscriber
) -> None:
    sams.post(f"{SUPPRESSIONS}add/", {"address": cleo.email, "note": "by letter"})
    assert Suppression.objects.get(reason=SuppressionReason.STAFF).note == "by letter"


def test_an_address_is_suppressed_by_hand_and_only_its_digest_kept(sams: Client) -> None:
    assert (
        sams.post(
            f"{SUPPRESSIONS}add/", {"address": " Eve@Example.ORG ", "note": "press"}
        ).status_code
        == 302
    )
    suppression = Suppression.objects.get()
    assert suppression.digest == address_digest("eve@example.org")
    assert suppression.reason == SuppressionReason.STAFF
    found = sams.get(SUPPRESSIONS, {"q": "eve@example.org"}).context["cl"].result_list
    assert list(found) == [suppression]
    sams.post(f"{SUPPRESSIONS}add/", {"address": "eve@example.org", "note": ""})
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b", "a\r\nb@example.org", "x" * 400 + "@example.org"]
)
def test_no_address_no_suppression(sams: Client, address: str) -> None:
    answer = sams.post(f"{SUPPRESSIONS}add/", {"address": address, "note": ""})
    assert answer.status_code == 200
    assert "address" in answer.context["adminform"].form.errors
    assert not Suppression.objects.exists()


def test_removing_a_suppression_needs_a_reason(sams: Client, cleo: Subscriber) -> None:
    suppression = Suppression.objects.get()
    address = reverse("admin:subscribers_suppression_lift", args=[suppression.pk])
    sams.get(address)
    assert sams.post(address, {"note": " "}).status_code == 422
    assert Suppression.objects.get().lifted_at is None
    sams.post(address, {"note": "mailbox works again"})
    lifted = Suppression.objects.get()
    assert lifted.lifted_at is not None
    assert (lifted.lifted_by, lifted.lift_note) == ("sam", "mailbox works again")
    assert (
        "was already removed" in sams.post(address, {"note": "again"}, follow=True).content.decode()
    )


def test_a_block_that_came_later_is_not_removed_by_the_page_of_an_earlier_one(
    sams: Client,
) -> None:
    digest = address_digest("eve@example.org")
    earlier = suppress(digest, reason=SuppressionReason.STAFF)
    address = reverse("admin:subscribers_suppression_lift", args=[earlier.pk])
    sams.post(address, {"note": "she asked"})
    later = suppress(digest, reason=SuppressionReason.STAFF)
    answer = sams.post(address, {"note": "she asked"}, follow=True).content.decode()
    assert "Nothing was changed: this suppression was already removed." in answer
    assert active(digest) == [later]


def test_suppressions_are_neither_changed_nor_deleted(
    sams: Client, readers_only: Client, cleo: Subscriber
) -> None:
    suppression = Suppression.objects.get()
    sams.post(f"{SUPPRESSIONS}{suppression.pk}/change/", {"reason": "staff"})
    assert sams.post(f"{SUPPRESSIONS}{suppression.pk}/delete/", {"post": "yes"}).status_code == 403
    assert (
        readers_only.post(
            reverse("admin:subscribers_suppression_lift", args=[suppression.pk]), {"note": "x"}
        ).status_code
        == 403
    )
    suppression.refresh_from_db()
    assert (suppression.reason, suppression.lifted_at) == (SuppressionReason.HARD_BOUNCE, None)


@pytest.mark.parametrize("reason", SuppressionReason)
def test_staff_lift_what_isn_t_a_persons_own_word_about_our_email(
    sams: Client, reason: SuppressionReason
) -> None:
    own = {
        SuppressionReason.UNSUBSCRIBED_ALL,
        SuppressionReason.ERASED,
        SuppressionReason.COMPLAINT,
    }
    suppression = suppress(address_digest("eve@example.org"), reason=reason)
    page = f"{SUPPRESSIONS}{suppression.pk}/change/"
    address = reverse("admin:subscribers_suppression_lift", args=[suppression.pk])

    assert (address in sams.get(page).content.decode()) is (reason not in own)
    answer = sams.post(address, {"note": "She asked by phone."}, follow=True).content.decode()
    suppression.refresh_from_db()
    assert (suppression.lifted_at is None) is (reason in own)
    assert ("opted out themselves" in answer) is (reason in own)
    assert suppression.lift_note == ("" if reason in own else "She asked by phone.")
