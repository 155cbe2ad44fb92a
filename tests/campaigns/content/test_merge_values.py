import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.content.archived_email import neutral_values
from campaigns.content.merge_values import RecipientValues, archive_url
from campaigns.models import Campaign
from newsletter.rendering.merge_fields import MERGE_FIELDS
from subscribers.models import Subscriber
from subscribers.states import ArchiveAccess
from tests.as_read import as_read
from tests.samples import VALUES

LEAVING = "https://x/u/1"


def test_each_recipient_gets_their_own_time_beside_utc(draft: Campaign, ada: Subscriber) -> None:
    values = RecipientValues(draft).of(ada, language="en", unsubscribe_url=LEAVING)

    assert values["given_name"] == "Ada"
    assert "Auckland time (NZ" in as_read(values["event_time"])
    assert as_read(values["event_time_utc"]).endswith("10:00–11:30 UTC")
    assert values["unsubscribe_url"] == "https://x/u/1"
    assert values["archive_url"] == f"http://localhost:8000/archive/{draft.slug}/"


def test_without_an_event_its_times_are_empty(draft: Campaign, ada: Subscriber) -> None:
    draft.event = None
    values = RecipientValues(draft).of(ada, language="en", unsubscribe_url=LEAVING)

    assert (values["event_time"], values["event_time_utc"]) == ("", "")


def test_a_recipient_costs_no_query(draft: Campaign, ada: Subscriber) -> None:
    values = RecipientValues(Campaign.objects.select_related("event", "topic").get(pk=draft.pk))

    with CaptureQueriesContext(connection) as queries:
        values.of(ada, language="en", unsubscribe_url=LEAVING)
    assert len(queries) == 0


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd"])
def test_a_broken_zone_breaks_no_email(draft: Campaign, ada: Subscriber, zone: str) -> None:
    ada.time_zone = zone

    assert (
        "Bucharest time"
        in RecipientValues(draft).of(ada, language="en", unsubscribe_url=LEAVING)["event_time"]
    )


def test_what_is_kept_out_of_the_archive_has_no_address_there(draft: Campaign) -> None:
    draft.archive_access = ArchiveAccess.NONE

    assert archive_url(draft) == ""


def test_the_way_to_the_web_opens_in_the_language_of_the_email(
    draft: Campaign, ada: Subscriber
) -> None:
    assert (
        RecipientValues(draft)
        .of(ada, language="es", unsubscribe_url=LEAVING)["archive_url"]
        .endswith(f"/archive/{draft.slug}/?language=es")
    )
    draft.archive_access = ArchiveAccess.NONE
    assert (
        RecipientValues(draft).of(ada, language="es", unsubscribe_url=LEAVING)["archive_url"] == ""
    )


def test_each_merge_field_has_a_value_for_a_recipient(draft: Campaign, ada: Subscriber) -> None:
    values = RecipientValues(draft).of(ada, language="en", unsubscribe_url=LEAVING)

    assert values.keys() == MERGE_FIELDS.keys()
    assert values.keys() == VALUES.keys()


def test_a_public_page_has_a_value_for_each_merge_field_without_a_fallback(draft: Campaign) -> None:
    needed = {name for name, field in MERGE_FIELDS.items() if not field.fallback}

    assert neutral_values(draft, "en").keys() == needed
