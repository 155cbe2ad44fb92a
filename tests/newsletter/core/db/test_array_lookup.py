import pytest

from newsletter.models import TransactionalMessage
from subscribers.models import Topic

pytestmark = pytest.mark.services


@pytest.mark.parametrize(
    "ids", [[], [1], [1, 2, 3], list(range(5000))], ids=["none", "one", "three", "thousands"]
)
def test_any_of_finds_what_in_finds(topic: Topic, other_topic: Topic, ids: list[int]) -> None:
    assert set(Topic.objects.filter(pk__any_of=ids)) == set(Topic.objects.filter(pk__in=ids))


def test_any_of_works_on_other_tables_and_in_updates(db: None) -> None:
    assert TransactionalMessage.objects.filter(pk__any_of=[1, 2]).update(reason="x") == 0


def test_any_of_takes_text_as_it_is(db: None) -> None:
    odd = ['"', "'", "\\", "a,b", "{a}", "NULL", "", " ", "é", "%s", "[]"]
    TransactionalMessage.objects.bulk_create(
        TransactionalMessage(reason=text) for text in [*odd, "other"]
    )
    assert set(
        TransactionalMessage.objects.filter(reason__any_of=odd).values_list("reason", flat=True)
    ) == set(odd)


def test_any_of_does_not_cut_what_is_too_long(db: None) -> None:
    TransactionalMessage.objects.create(reason="x" * 300)
    assert not TransactionalMessage.objects.filter(reason__any_of=["x" * 301]).exists()
