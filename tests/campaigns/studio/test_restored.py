"""After a restore the pages on which somebody decides say what they have to know."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.restoring.after_restore import after_restore
from campaigns.sending.claims.claim import claim
from newsletter.epoch.hold import held
from newsletter.models import Epoch
from staff.roles import PUBLISHER, REVIEWER
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import browser_of, staff_member

pytestmark = pytest.mark.django_db(transaction=True)

WARNING = "may have been sent already"


def restore(campaign: Campaign) -> None:
    """Put the database back to before its last claim."""
    with transaction.atomic():
        claim(campaign.pk, size=1)
    Epoch.objects.order_by("-pk")[0].delete()
    assert held()


@pytest.mark.parametrize("step", ["review", "launch"])
def test_what_existed_at_the_restore_is_shown_with_a_warning_and_what_is_new_is_not(
    sending: Campaign, step: str
) -> None:
    lee = staff_member("lee", REVIEWER, PUBLISHER)
    other, new = (
        Campaign.objects.create(name=name, topic=sending.topic) for name in ("Other", "New")
    )
    restore(sending)
    Campaign.objects.filter(pk=new.pk).update(created_at=timezone.now() + timedelta(minutes=1))

    after_restore(by="Sam")

    lees = browser_of(lee)  # who was signed out
    assert WARNING in lees.get(page(step, other)).content.decode()
    assert WARNING not in lees.get(page(step, new)).content.decode()


def test_the_page_of_a_campaign_that_is_held_says_so(lees: Client, sending: Campaign) -> None:
    assert "<progress" in lees.get(page("progress", sending)).content.decode()

    restore(sending)

    html = lees.get(page("progress", sending)).content.decode()
    assert '<span role="status">On hold</span>' in html
    assert "<progress" not in html
