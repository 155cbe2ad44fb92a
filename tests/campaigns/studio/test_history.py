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
from tests.opened_form import opened_form


def rows() -> list[Model]:
    """One row of each table that has staff pages and is not empty."""
    found = [model._default_manager.first() for model in admin.site._registry]
    return [row for row in found if row is not None]


@pytest.mark.parametrize("number", [1, 3, 250])
def test_what_was_done_before_there_was_an_audit_log_is_shown(
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
        assert shown.count("change ") == min(number, 200)
        assert ("The audit log has all." in shown) is (number > 200)


def test_a_change_is_told_with_its_fields_and_whose_it_was(sams: Client, ada: Subscriber) -> None:
    page = reverse("admin:subscribers_subscriber_change", args=[ada.pk])
    form = opened_form(sams, page)
    assert sams.post(page, {**form, "institution": "A parliament"}).status_code == 302

    shown = sams.get(reverse("admin:subscribers_subscriber_history", args=[ada.pk]))

    assert "Changed: Institution" in shown.content.decode()
    assert "<td>sam</td>" in shown.content.decode()


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
