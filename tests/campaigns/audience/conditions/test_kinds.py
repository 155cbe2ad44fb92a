"""Each kind of condition: whom it takes, whom it leaves, and how it reads."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from campaigns.audience.conditions.kind import BadCondition
from campaigns.audience.conditions.kinds import KINDS
from campaigns.audience.conditions.plain_kinds import PLAIN_KINDS
from campaigns.audience.conditions.tree import fits_tree, parse_tree, tree_in_words
from campaigns.audience.narrow import who_fits_conditions
from campaigns.event_states import RsvpAnswer, Seat
from campaigns.models import Campaign, Delivery, Event, Rsvp, SavedAudience
from campaigns.states import DeliveryStatus
from subscribers.consent.wording_versions import words_to_ask
from subscribers.evidence.signatures import text_hash
from subscribers.models import (
    Application,
    ConsentRecord,
    ConsentWording,
    CustomField,
    CustomFieldValue,
    Label,
    Subscriber,
    SubscriberLabel,
    Subscription,
    Topic,
)
from subscribers.states import (
    ApplicationStatus,
    ConsentAction,
    ConsentMethod,
    FieldKind,
    SubscriptionStatus,
    WordingForm,
)
from tests.campaigns.conftest import MakeFollowers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bodies")]

type Set = Callable[..., Any]


@pytest.fixture
def people(
    draft: Campaign, event: Event, other_topic: Topic, followers: MakeFollowers
) -> dict[str, Subscriber]:
    """Six people who differ in all that a condition can ask of."""
    names = ("ana", "bo", "cem", "dua", "eva", "fin")
    made = dict(zip(names, followers(len(names)), strict=True))
    details: Mapping[str, Mapping[str, object]] = {
        "ana": {"country": "AL", "language": "en", "institution": "Kuvendi"},
        "bo": {"country": "XK", "language": "en-gb", "institution": "Kuvendi i Kosovës"},
        "cem": {"country": "TR", "language": "fr"},
        "dua": {"country": "", "language": "fr-ca"},
        "eva": {"country": "EU", "language": "es"},
        "fin": {"country": "NZ", "language": "en"},
    }
    for name, facts in details.items():
        Subscriber.objects.filter(pk=made[name].pk).update(
            **facts, created_at=datetime(2026, 3, 1, tzinfo=UTC)
        )
    Subscriber.objects.filter(pk=made["fin"].pk).update(
        created_at=datetime(2026, 2, 28, 23, 59, tzinfo=UTC)
    )
    _follow(made["ana"], other_topic, SubscriptionStatus.CONFIRMED)
    _follow(made["bo"], other_topic, SubscriptionStatus.PENDING)
    _apply(made["cem"], "Senator")
    _apply(made["dua"], "Senator", ApplicationStatus.DECLINED)
    _answer(event, made["ana"], answer=RsvpAnswer.YES, came=True)
    _answer(event, made["bo"], answer=RsvpAnswer.YES, came=False)
    _answer(event, made["cem"], answer=RsvpAnswer.NO)
    _answer(
        event, made["dua"], answer=RsvpAnswer.YES, seat=Seat.WAITING, waiting_since=timezone.now()
    )
    _answer(event, made["eva"], answer=RsvpAnswer.MAYBE)
    _agree(made["ana"], draft.topic, words_to_ask(draft.topic, "en").text)
    _agree(made["bo"], draft.topic, "Some words of long ago.")
    earlier = Campaign.objects.create(pk=4711, name="Earlier", topic=other_topic)
    for name, status in (
        ("ana", DeliveryStatus.DELIVERED),
        ("bo", DeliveryStatus.UNCERTAIN),
        ("cem", DeliveryStatus.BOUNCED),
        ("dua", DeliveryStatus.SKIPPED),
        ("eva", DeliveryStatus.PLANNED),
    ):
        Delivery.objects.create(
            campaign=earlier, subscriber=made[name], language="en", status=status
        )
    label = Label.objects.create(pk=4713, name="Speakers", key="speakers")
    for name in ("ana", "fin"):
        SubscriberLabel.objects.create(subscriber=made[name], label=label, added_at=timezone.now())
    _have(made, "chamber", FieldKind.TEXT, {"ana": "Senate", "bo": "The Senate, upper house"})
    _have(made, "party", FieldKind.CHOICE, {"cem": "Green", "dua": "Red"}, ["Green", "Red"])
    _have(made, "term_ends", FieldKind.DATE, {"ana": "2027-01-31", "eva": "2028-01-31"})
    SavedAudience.objects.create(
        pk=4712,
        name="Albanians",
        conditions=_rule({"kind": "country", "countries": ["AL"]}),
    )
    return made


def _have(
    people: Mapping[str, Subscriber],
    key: str,
    kind: FieldKind,
    values: Mapping[str, str],
    choices: list[str] | None = None,
) -> None:
    field = CustomField.objects.create(key=key, name=key.title(), kind=kind, choices=choices or [])
    for name, value in values.items():
        day = value if kind is FieldKind.DATE else None
        CustomFieldValue.objects.create(
            subscriber=people[name], field=field, value=value, day=day, set_at=timezone.now()
        )


def _follow(person: Subscriber, topic: Topic, status: SubscriptionStatus) -> Subscription:
    return Subscription.objects.create(
        subscriber=person, topic=topic, status=status, changed_at=timezone.now()
    )


def _apply(
    person: Subscriber, office: str, status: ApplicationStatus = ApplicationStatus.ACCEPTED
) -> None:
    Application.objects.create(
        subscription=person.subscriptions.get(),
        full_name="A",
        institution="Senate",
        country="FR",
        office=f"{office} of the Republic",
        reason="-",
        verification="-",
        language="fr",
        status=status,
        sent_at=timezone.now(),
    )


def _answer(event: Event, person: Subscriber, **facts: object) -> None:
    Rsvp.objects.create(event=event, subscriber=person, **facts)


def _agree(person: Subscriber, topic: Topic, text: str) -> None:
    wording = ConsentWording.objects.create(
        form=WordingForm.SIGN_UP,
        language="en",
        version=ConsentWording.objects.count() + 1,
        text=text,
        text_hash=text_hash(text),
        first_used_at=timezone.now(),
        key_id="",
        signature="",
    )
    ConsentRecord.objects.create(
        digest=person.digest,
        topic=topic,
        action=ConsentAction.CONFIRMED,
        method=ConsentMethod.FORM,
        wording=wording,
        given_at=timezone.now(),
    )


def _rule(*conditions: Mapping[str, object], match: str = "all") -> dict[str, Any]:
    return {"match": match, "conditions": list(conditions), "except": []}


def _fit(people: Mapping[str, Subscriber], *conditions: Mapping[str, object]) -> set[str]:
    tree = parse_tree(_rule(*conditions), KINDS, path="")
    found = who_fits_conditions(tree, among=[each.pk for each in people.values()])
    through = set(
        Subscription.objects.filter(
            fits_tree(tree, KINDS, through="subscriber__"), topic__slug="quarterly-meetings"
        ).values_list("subscriber_id", flat=True)
    )
    assert through == set(found)  # the same, whichever row the statement begins with
    return {name for name, person in people.items() if person.pk in found}


MEETING = "quarterly-meeting"
OF_ROWS = ("topic", "event", "office", "institution", "field", "value")
OF_DATES = ("before", "since")
WRONG: tuple[object, ...] = (
    {}, None, True, -1, 0.5, "", " ", "\x00", "no such", [], [[]], [""], 2**64,
)  # fmt: skip
CASES: list[tuple[dict[str, object], set[str], str]] = [
    (
        {"kind": "country", "countries": ["XK", "AL"]},
        {"ana", "bo"},
        "are from Albania or Kosovo",
    ),
    (
        {"kind": "region", "region": "western-balkans"},
        {"ana", "bo"},
        "are from the Western Balkans",
    ),
    ({"kind": "region", "region": "western-asia"}, {"cem"}, "are from Western Asia"),
    ({"kind": "language", "languages": ["en"]}, {"ana", "bo", "fin"}, "read English"),
    (
        {"kind": "language", "languages": ["fr-ca", "es"]},
        {"dua", "eva"},
        "read French (Canada) or Spanish",
    ),
    (
        {"kind": "office", "office": "senator"},
        {"cem"},
        "gave an office with “senator” in their application",
    ),
    ({"kind": "topic", "topic": "forums"}, {"ana"}, "follow “Forums”"),
    (
        {"kind": "institution", "how": "is", "institution": "KUVENDI"},
        {"ana"},
        "belong to “KUVENDI”",
    ),
    (
        {"kind": "institution", "how": "contains", "institution": "vendi"},
        {"ana", "bo"},
        "belong to an institution with “vendi” in its name",
    ),
    ({"kind": "label", "label": 4713}, {"ana", "fin"}, "have the label “Speakers”"),
    (
        {"kind": "field", "field": "chamber", "how": "is", "value": "senate"},
        {"ana"},
        "have “senate” as “Chamber”",
    ),
    (
        {"kind": "field", "field": "chamber", "how": "contains", "value": "Senate"},
        {"ana", "bo"},
        "have “Chamber” with “Senate”",
    ),
    (
        {"kind": "field", "field": "party", "how": "is", "value": "Green"},
        {"cem"},
        "have “Green” as “Party”",
    ),
    (
        {"kind": "field", "field": "term_ends", "how": "before", "value": "2028-01-31"},
        {"ana"},
        "have “Term_Ends” before 31 January 2028",
    ),
    (
        {"kind": "field", "field": "term_ends", "how": "since", "value": "2028-01-31"},
        {"eva"},
        "have “Term_Ends” since 31 January 2028",
    ),
    (
        {"kind": "joined", "when": "before", "day": "2026-03-01"},
        {"fin"},
        "joined before 1 March 2026",
    ),
    (
        {"kind": "joined", "when": "since", "day": "2026-03-01"},
        {"ana", "bo", "cem", "dua", "eva"},
        "joined since 1 March 2026",
    ),
    (
        {"kind": "consent", "topic": "quarterly-meetings", "version": "current"},
        {"ana"},
        "agreed to the current consent wording of “Quarterly meetings”",
    ),
    (
        {"kind": "consent", "topic": "quarterly-meetings", "version": "earlier"},
        {"bo", "cem", "dua", "eva", "fin"},
        "agreed to an earlier consent wording of “Quarterly meetings”",
    ),
    (
        {"kind": "answer", "event": MEETING, "answer": "accepted"},
        {"ana", "bo"},
        "come to “Quarterly meeting”",
    ),
    (
        {"kind": "answer", "event": MEETING, "answer": "no_answer"},
        {"fin"},
        "haven’t answered the invitation to “Quarterly meeting”",
    ),
    (
        {"kind": "answer", "event": MEETING, "answer": "answered"},
        {"ana", "bo", "cem", "dua", "eva"},
        "have answered the invitation to “Quarterly meeting”",
    ),
    (
        {"kind": "answer", "event": MEETING, "answer": "declined"},
        {"cem"},
        "said that they don’t come to “Quarterly meeting”",
    ),
    (
        {"kind": "answer", "event": MEETING, "answer": "waiting"},
        {"dua"},
        "are on the waiting list of “Quarterly meeting”",
    ),
    (
        {"kind": "came", "event": MEETING, "answer": "came"},
        {"ana"},
        "came to “Quarterly meeting”",
    ),
    (
        {"kind": "came", "event": MEETING, "answer": "did_not_come"},
        {"bo"},
        "had accepted and didn’t come to “Quarterly meeting”",
    ),
    ({"kind": "received", "campaign": 4711, "got": "yes"}, {"ana", "bo"}, "got “Earlier”"),
    (
        {"kind": "received", "campaign": 4711, "got": "no"},
        {"cem", "dua", "eva", "fin"},
        "didn’t get “Earlier”",
    ),
    (
        {"kind": "saved", "saved": 4712},
        {"ana"},
        "are in the saved audience “Albanians” (who are from Albania)",
    ),
]


@pytest.mark.thorough(sample=15)
@pytest.mark.parametrize(("condition", "fitting", "words"), CASES)
def test_a_condition_takes_those_whom_its_words_name(
    people: dict[str, Subscriber], condition: dict[str, object], fitting: set[str], words: str
) -> None:
    assert _fit(people, condition) == fitting
    tree = _rule(condition)
    assert tree_in_words(tree, KINDS, topic_id=None) == words


@pytest.mark.parametrize(("condition", "fitting", "words"), CASES)
def test_an_exception_leaves_exactly_the_others(
    people: dict[str, Subscriber], condition: dict[str, object], fitting: set[str], words: str
) -> None:
    tree = parse_tree({"except": [condition]}, KINDS, path="")
    found = who_fits_conditions(tree, among=[each.pk for each in people.values()])
    assert {name for name, one in people.items() if one.pk in found} == people.keys() - fitting
    assert tree_in_words(tree, KINDS, topic_id=None) == f"except those who {words}"


def test_every_kind_has_a_case() -> None:
    assert {case[0]["kind"] for case in CASES} == KINDS.keys()
    assert PLAIN_KINDS.keys() == KINDS.keys() - {"saved"}


@pytest.mark.thorough(sample=16)
@pytest.mark.parametrize(("condition", "fitting", "words"), CASES)
def test_a_condition_without_one_of_its_parts_or_with_another_is_refused(
    people: dict[str, Subscriber], condition: dict[str, object], fitting: set[str], words: str
) -> None:
    for name in condition.keys() - {"kind"}:
        for wrong in WRONG:
            value: dict[str, object] = {**condition, name: wrong}
            is_day = name == "value" and condition.get("how") in OF_DATES
            if name in OF_ROWS and wrong == "no such" and not is_day:
                continue  # a row that isn't there is another fault
            with pytest.raises(BadCondition) as refused:
                parse_tree(_rule(value), KINDS, path="rule")
            assert refused.value.path.startswith(f"rule.conditions[0].{name}")
        without = {key: value for key, value in condition.items() if key != name}
        with pytest.raises(BadCondition) as refused:
            parse_tree(_rule(without), KINDS, path="rule")
        assert refused.value.path == f"rule.conditions[0].{name}"
    with pytest.raises(BadCondition) as refused:
        parse_tree(_rule({**condition, "sql": "1=1"}), KINDS, path="rule")
    assert refused.value.path == "rule.conditions[0].sql"
