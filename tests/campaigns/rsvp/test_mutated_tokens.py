"""Ten thousand mutated tokens at the pages of answers: nothing is shown, changed or mailed."""

from urllib.parse import quote

import pytest
from django.test import Client

from campaigns.event_states import RsvpAnswer, RsvpSource
from campaigns.models import Campaign, Event, Rsvp
from campaigns.rsvp.answer import record_answer
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.reply import Reply
from newsletter.core.tokens import EXPIRING, Purpose, make_expiring_token, make_token
from subscribers.models import Subscriber
from tests.architecture.rows import all_rows, changed
from tests.mutated_tokens import mutated

pytestmark = pytest.mark.django_db

PAGES = {
    Purpose.RSVP: "/rsvp/{}/",
    Purpose.RSVP_ANSWER: "/rsvp/answers/{}/",
    Purpose.RSVPS: "/rsvp/mine/{}/",
    Purpose.GUEST_RSVPS: "/rsvp/mine/{}/",
    Purpose.RSVP_PLACE: "/rsvp/place/{}/",
    Purpose.RSVP_DELEGATE: "/rsvp/delegate/{}/",
}
EACH = 10_000 // len(PAGES) + 1
TELLING = ("Quarterly", "Lovelace", "Lea Novak", "A ramp")
FORM = {"answer": "no", "agree": "on", "delegate_email": "x@example.org"}


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("purpose", PAGES)
def test_no_mutated_token_shows_or_changes_anything(
    invited: Campaign, meeting: Event, ada: Subscriber, purpose: Purpose
) -> None:
    delegate = Guest(email="lea@example.org", full_name="Lea Novak", language="en")
    record_answer(
        meeting.pk,
        of=ada,
        reply=Reply(answer=RsvpAnswer.DELEGATE, note="A ramp"),
        source=RsvpSource.LINK,
        delegate=delegate,
    )
    lea = Rsvp.objects.get(full_name="Lea Novak")
    subject = {
        Purpose.RSVP: invited.deliveries.get().pk,
        Purpose.RSVP_ANSWER: Rsvp.objects.get(subscriber=ada).pk,
        Purpose.RSVPS: ada.pk,
    }.get(purpose, lea.pk)
    make = make_expiring_token if purpose in EXPIRING else make_token
    client, before = Client(raise_request_exception=False), all_rows()
    path, statuses, told = PAGES[purpose], set[int](), set[str]()
    for place, wrong in enumerate(mutated(make(purpose, subject), EACH, seed=purpose)):
        where = path.format(quote(wrong, safe=""))
        answer = client.post(where, FORM) if place % 2 else client.get(where)
        statuses.add(answer.status_code)
        page = answer.content.decode()
        told |= {word for word in TELLING if word in page}
    # With a full stop at the end, it is led to the page without that.
    assert statuses <= {302, 404, 405}
    assert not told
    assert changed(before, all_rows()) == []
