"""Ten thousand answers in a minute: no more rows than people, no more seats than there are."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.event_states import RsvpAnswer, RsvpSource, Seat
from campaigns.models import Event, Rsvp
from campaigns.rsvp.answer import record_answer
from campaigns.rsvp.reply import Reply
from newsletter.models import Brand
from tests.campaigns.conftest import MakeFollowers

# Each answer is committed: within one transaction PostgreSQL would look through all dead rows.
pytestmark = pytest.mark.django_db(transaction=True)
# They come one after another, so locks change nothing, and a server takes twice as long for each.
ANSWERS = 10_000 if connection.vendor == "sqlite" else 2_000
PEOPLE, PLACES = 100, 40


@pytest.mark.thorough
def test_ten_thousand_answers_of_a_hundred_people_leave_a_row_each_and_never_a_seat_too_many(
    meeting: Event, brand: Brand, followers: MakeFollowers
) -> None:
    Event.objects.update(capacity=PLACES)
    people, chance = followers(PEOPLE), Random(14)
    now, last = timezone.now(), dict[int, RsvpAnswer]()
    most = 0
    for number in range(ANSWERS):
        person = chance.choice(people)
        said = chance.choice([RsvpAnswer.YES, RsvpAnswer.YES, RsvpAnswer.NO, RsvpAnswer.MAYBE])
        at = now + timedelta(minutes=1) * number / ANSWERS
        record_answer(
            meeting.pk, of=person, reply=Reply(answer=said), source=RsvpSource.LINK, now=at
        )
        last[person.pk] = said
        if number % 100 == 0:
            held = Rsvp.objects.filter(seat__in=[Seat.TAKEN, Seat.OFFERED]).count()
            most = max(most, held)
    assert most == PLACES
    rows = list(Rsvp.objects.all())
    assert len(rows) == len(last) == PEOPLE
    assert {row.subscriber_id: row.answer for row in rows} == last
    seats = Counter(row.seat for row in rows)
    comes = sum(said is RsvpAnswer.YES for said in last.values())
    assert seats[Seat.TAKEN] + seats[Seat.OFFERED] == min(PLACES, comes)
    assert seats[Seat.TAKEN] + seats[Seat.WAITING] + seats[Seat.OFFERED] == comes
    waiting = [row for row in rows if row.seat == Seat.WAITING]
    assert all(row.waiting_since for row in waiting)
