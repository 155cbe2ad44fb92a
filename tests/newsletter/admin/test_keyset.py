"""Pages that begin at a row: there and back, whatever is added or deleted meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q, QuerySet

from newsletter.admin.keyset import NEWEST_FIRST, KeysetPage, ListPart, keyset_page
from newsletter.models import ProviderReport

START = datetime(2026, 1, 1, tzinfo=UTC)
BY_SIZE = (ListPart(column="size", is_descending=False),)
WAITING_FIRST = (
    ListPart(Q(retry_at=None), "size", is_descending=False),
    ListPart(Q(retry_at__isnull=False), "retry_at"),
)


@pytest.fixture
def reports(db: None) -> QuerySet[ProviderReport]:
    """Twelve rows of few sizes, of which every other one has a time."""
    for number in range(12):
        ProviderReport.objects.create(
            provider="brevo",
            fingerprint=str(number),
            raw=b"",
            size=number % 5,
            received_at=START,
            retry_at=START + timedelta(days=number % 3) if number % 2 else None,
        )
    return ProviderReport.objects.all()


def whole(rows: QuerySet[ProviderReport], parts: tuple[ListPart, ...]) -> list[int]:
    return [
        key
        for part in parts
        for key in rows.filter(part.rows).order_by(*part.order).values_list("pk", flat=True)
    ]


def page(
    rows: QuerySet[ProviderReport],
    parts: tuple[ListPart, ...],
    *,
    after: int | None = None,
    before: int | None = None,
    size: int = 5,
) -> KeysetPage:
    return keyset_page(rows, parts, known=rows, after=after, before=before, size=size)


def keys(page: KeysetPage) -> list[int]:
    return [row.pk for row in page.rows]


@pytest.mark.parametrize("parts", [NEWEST_FIRST, BY_SIZE, WAITING_FIRST])
@pytest.mark.parametrize("size", [1, 5, 6, 11, 12, 20])
def test_each_row_is_on_one_page_there_and_back(
    reports: QuerySet[ProviderReport], parts: tuple[ListPart, ...], size: int
) -> None:
    expected = whole(reports, parts)
    assert len(expected) == 12

    there = [page(reports, parts, size=size)]
    while there[-1].after is not None:
        there.append(page(reports, parts, after=there[-1].after, size=size))
    assert [key for each in there for key in keys(each)] == expected
    assert there[0].before is None

    back = [there[-1]]
    while back[-1].before is not None:
        back.append(page(reports, parts, before=back[-1].before, size=size))
    found = [key for each in reversed(back) for key in keys(each)]
    # The first page is a full one, so it may hold rows of the second again.
    assert found[-len(expected) :] == expected or set(found) == set(expected)
    assert keys(back[-1]) == keys(there[0])


@pytest.mark.parametrize("parts", [NEWEST_FIRST, BY_SIZE])
def test_what_is_added_meanwhile_moves_nothing(
    reports: QuerySet[ProviderReport], parts: tuple[ListPart, ...]
) -> None:
    first = page(reports, parts)
    second = keys(page(reports, parts, after=first.after))
    ProviderReport.objects.create(
        provider="brevo", fingerprint="new", raw=b"", size=0, received_at=START
    )
    assert keys(page(reports, parts, after=first.after)) == second


def test_a_page_behind_a_deleted_row_is_found_by_its_key(
    reports: QuerySet[ProviderReport],
) -> None:
    first = page(reports, NEWEST_FIRST)
    second = keys(page(reports, NEWEST_FIRST, after=first.after))
    ProviderReport.objects.filter(pk=first.rows[-1].pk).delete()
    assert keys(page(reports, NEWEST_FIRST, after=first.after)) == second
    ProviderReport.objects.filter(pk=second[0]).delete()
    assert keys(page(reports, BY_SIZE, after=second[0])) == whole(reports, BY_SIZE)[:5]


@pytest.mark.parametrize("key", [0, 10**17])
def test_a_key_behind_which_nothing_stands_leads_to_the_first_page(
    reports: QuerySet[ProviderReport], key: int
) -> None:
    last = whole(reports, NEWEST_FIRST)[-1]
    assert keys(page(reports, NEWEST_FIRST, after=last)) == whole(reports, NEWEST_FIRST)[:5]
    assert keys(page(reports, BY_SIZE, after=key)) == whole(reports, BY_SIZE)[:5]
    assert keys(page(reports, BY_SIZE, before=key)) == whole(reports, BY_SIZE)[:5]


def test_a_row_that_the_reader_may_not_know_of_has_no_place(
    reports: QuerySet[ProviderReport],
) -> None:
    """Or the page behind it would tell its value."""
    hidden = reports.get(fingerprint="3")
    known = reports.exclude(pk=hidden.pk)
    behind = keyset_page(known, BY_SIZE, known=known, after=hidden.pk, size=5)
    assert keys(behind) == whole(known, BY_SIZE)[:5]
    assert keys(behind) != keys(page(known, BY_SIZE, after=whole(reports, BY_SIZE)[5]))
