"""Labels: one for each name, given to people, merged and deleted without losing a rule."""

import pytest
from django.dispatch import receiver

from newsletter.models import AuditEntry
from subscribers.labels.find import labels_of, suggested_labels
from subscribers.labels.give import (
    give_label,
    give_label_to_all,
    take_label,
    take_label_from_all,
)
from subscribers.labels.keep import (
    SameLabel,
    UnknownLabel,
    create_label,
    delete_label,
    find_label,
    merge_labels,
    rename_label,
)
from subscribers.labels.names import BadLabel
from subscribers.labels.uses import LabelInUse
from subscribers.models import Label, Subscriber, SubscriberLabel
from subscribers.people.erase import erase
from subscribers.signals import asked_where_label_is_used


def names_of(person: Subscriber) -> list[str]:
    return [label.name for label in labels_of(person.pk)]


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["BALKANS", "  balkans ", "Ｂａｌｋａｎｓ", "Balk\u200bans"])
def test_names_that_read_alike_are_one_label(other: str) -> None:
    label = create_label("Balkans")
    with pytest.raises(SameLabel) as same:
        create_label(other)
    assert same.value.other == label
    assert find_label(other) == label


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["\0", "Balk\0ans\ud800", "x" * 100_000])
def test_whatever_is_typed_can_be_looked_for(typed: str) -> None:
    with pytest.raises(UnknownLabel):
        find_label(typed)
    assert suggested_labels(f"q{typed}") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["", "   ", "\u200b", "East, West", "East; West", "x" * 81, "ﷺ" * 40]
)
def test_a_name_that_lists_can_not_hold_is_refused(name: str) -> None:
    with pytest.raises(BadLabel):
        create_label(name)
    assert not Label.objects.exists()


def test_a_label_is_given_once_and_taken_away(ada: Subscriber) -> None:
    label = create_label("Balkans")
    assert give_label(ada, label)
    assert not give_label(ada, label)
    assert names_of(ada) == ["Balkans"]
    assert take_label(ada, label.pk)
    assert not take_label(ada, label.pk)
    assert names_of(ada) == []
    people = AuditEntry.objects.filter(object_type="subscribers.subscriber")
    actions = people.filter(object_id=str(ada.pk)).order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "subscriber.labelled",
        "subscriber.unlabelled",
    ]


def test_many_get_a_label_at_once_and_the_log_has_the_number_but_not_the_search(
    ada: Subscriber, ben: Subscriber, cleo: Subscriber
) -> None:
    label = create_label("Balkans")
    give_label(ada, label)
    people = Subscriber.objects.filter(pk__in=[ada.pk, ben.pk])
    assert give_label_to_all(people, label, filters=["country=NZ"], searched=True) == 1
    assert (names_of(ada), names_of(ben), names_of(cleo)) == (["Balkans"], ["Balkans"], [])
    entry = AuditEntry.objects.get(action="label.given")
    assert entry.details == {"people": 1, "filters": ["country=NZ"], "searched": True}

    assert take_label_from_all(Subscriber.objects.all(), label, searched=False) == 2
    assert not SubscriberLabel.objects.exists()
    assert give_label_to_all(Subscriber.objects.none(), label, searched=False) == 0


def test_nobody_gets_a_label_that_was_deleted_meanwhile(ada: Subscriber) -> None:
    label = create_label("Balkans")
    delete_label(label.pk)
    with pytest.raises(UnknownLabel):
        give_label(ada, label)
    with pytest.raises(UnknownLabel):
        delete_label(label.pk)


def test_a_renamed_label_stays_with_its_people(ada: Subscriber) -> None:
    label = create_label("Balkans")
    give_label(ada, label)
    rename_label(label.pk, "balkans")
    assert names_of(ada) == ["balkans"]
    create_label("Baltics")
    with pytest.raises(SameLabel):
        rename_label(label.pk, "BALTICS")
    assert names_of(ada) == ["balkans"]


def test_merged_labels_leave_everybody_with_one_of_them(ada: Subscriber, ben: Subscriber) -> None:
    first, second = create_label("Balkan"), create_label("Balkans")
    for person, label in ((ada, first), (ada, second), (ben, first)):
        give_label(person, label)
    with pytest.raises(SameLabel):
        merge_labels(first.pk, into=first.pk)
    assert merge_labels(first.pk, into=second.pk) == second
    assert (names_of(ada), names_of(ben)) == (["Balkans"], ["Balkans"])
    assert list(Label.objects.all()) == [second]
    with pytest.raises(UnknownLabel):
        merge_labels(first.pk, into=second.pk)


def test_a_label_that_a_rule_uses_is_neither_deleted_nor_merged_away(ada: Subscriber) -> None:
    label, other = create_label("Balkans"), create_label("Baltics")
    give_label(ada, label)

    @receiver(asked_where_label_is_used)
    def rule(sender: object, label_id: int, **kwargs: object) -> list[str]:
        return ["the audience “South-east”"] if label_id == label.pk else []

    try:
        with pytest.raises(LabelInUse, match="South-east"):
            delete_label(label.pk)
        with pytest.raises(LabelInUse, match="South-east"):
            merge_labels(label.pk, into=other.pk)
        assert names_of(ada) == ["Balkans"]
        merge_labels(other.pk, into=label.pk)
    finally:
        asked_where_label_is_used.disconnect(rule)
    delete_label(label.pk)


def test_labels_go_with_the_person(ada: Subscriber) -> None:
    give_label(ada, create_label("Balkans"))
    erase(ada.pk)
    assert not SubscriberLabel.objects.exists()
    assert Label.objects.exists()


@pytest.mark.django_db
def test_ten_thousand_labels_are_offered_a_few_at_a_time() -> None:
    Label.objects.bulk_create(
        Label(name=f"Group {number:05}", key=f"group {number:05}") for number in range(10_000)
    )
    create_label("The group of friends")
    assert len(suggested_labels("")) == 20
    assert suggested_labels("GROUP 0999") == [f"Group 0999{each}" for each in range(10)]
    assert suggested_labels("of friends") == ["The group of friends"]
    assert suggested_labels("no such") == []
