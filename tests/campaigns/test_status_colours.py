"""Labels of campaigns, deliveries and events have the same colour wherever they are shown."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.event_states import EventStatus
from campaigns.models import Campaign, Delivery, Event
from campaigns.states import CampaignStatus, DeliveryStatus
from campaigns.status_colours import CAMPAIGN_COLOURS, DELIVERY_COLOURS, EVENT_COLOURS
from tests.campaigns.studio.page_helpers import page
from tests.labels import labels

DASHBOARD = "/staff/"
NOT_ON_THE_DASHBOARD = (CampaignStatus.SENT, CampaignStatus.CANCELLED)
"""Latest emails are shown without their status, which is the same for all."""


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("status", CampaignStatus)
def test_a_campaign_has_one_colour_on_all_pages(
    sams: Client, draft: Campaign, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=status)
    label = (CAMPAIGN_COLOURS.get(status, ""), status.label)
    campaigns = reverse("admin:campaigns_campaign_changelist")
    for path in (campaigns, page("audience", draft)):
        assert labels(sams.get(path).content.decode()) == [label], path
    on_dashboard = [] if status in NOT_ON_THE_DASHBOARD else [label]
    shown = labels(sams.get(DASHBOARD).content.decode())
    # Beside them stands what is wrong with the installation, of which no process runs here.
    assert [each for each in shown if each[1] in CampaignStatus.labels] == on_dashboard


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("status", DeliveryStatus)
def test_a_delivery_has_the_colour_of_its_status(
    sams: Client, sending: Campaign, status: DeliveryStatus
) -> None:
    Delivery.objects.exclude(pk=Delivery.objects.earliest("pk").pk).delete()
    claim = {"claim_token": uuid4(), "lease_until": timezone.now()}
    Delivery.objects.update(status=status, **(claim if status == DeliveryStatus.CLAIMED else {}))
    html = sams.get(reverse("admin:campaigns_delivery_changelist")).content.decode()
    assert labels(html) == [(DELIVERY_COLOURS.get(status, ""), status.label)]


@pytest.mark.parametrize("status", EventStatus)
def test_an_event_has_the_colour_of_its_status(
    sams: Client, event: Event, status: EventStatus
) -> None:
    Event.objects.update(status=status)
    html = sams.get(reverse("admin:campaigns_event_changelist")).content.decode()
    assert labels(html) == [(EVENT_COLOURS[status], status.label)]
