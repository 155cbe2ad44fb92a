"""What was done to a row, as its history tells it."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from subscribers.models import Subscriber


def rows() -> list[Model]:
    """One row of each table that has staff pages and is not empty."""
    found = [model._default_manager.first() for model in admin.site._registry]
    return [row for row in found if row is not None]


@pytest.mark.parametrize("number", [1, 3, 250])
def test_it_counts_what_happened_and_has_just_so_many_pages(
    sams: Client, sam: User, draft: Campaign, ada: Subscriber, cleo: Subscriber, number: int
) -> None:
    for row in rows():
        about = {
            "user": sam,
            "content_type": ContentType.objects.get_for_model(row),
            "object_id": str(row.pk),
            "object_repr": "x",
        }
        LogEntry.objects.all().delete()
        LogEntry.objects.bulk_create(
            LogEntry(**about, action_flag=CHANGE, change_message=f"change {each}")
            for each in range(number)
        )
        opts = row._meta
        answer = sams.get(
            reverse(f"admin:{opts.app_label}_{opts.model_name}_history", args=[row.pk])
        )
        if answer.status_code in (302, 403):  # a page of its own stands in its place
            continue
        shown = answer.content.decode()
        assert f"{number} entr" in " ".join(shown.split())
        assert "9999999999" not in shown
        assert ("?p=3" in shown) is (number > 200)
        assert "?p=4" not in shown


def test_no_list_tells_a_number_that_nobody_counted(
    sams: Client, draft: Campaign, ada: Subscriber, cleo: Subscriber
) -> None:
    for row in rows():
        opts = row._meta
        shown = sams.get(
            reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"), follow=True
        ).content.decode()
        assert "9999999999" not in shown
        assert "9,999,999,999" not in shown
