"""Staff lists can be filtered by what their menus offer, and asked about nothing else."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import RequestFactory
from django.urls import reverse

from newsletter.models import Brand, TransactionalMessage
from newsletter.outbox.queue import queue_message
from newsletter.rendering.rendered import Rendered
from staff.roles import LIST_MANAGER, ROLES
from tests.staff_members import browser_of, staff_member

LOOKUPS = ("", "__exact", "__contains", "__startswith", "__regex", "__gt", "__in", "__isnull")


@pytest.mark.django_db
@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_no_list_is_filtered_by_a_column_that_its_menus_do_not_offer(model: type[Model]) -> None:
    pages = admin.site._registry[model]
    request = RequestFactory().get("/")
    request.user = staff_member("everything", *ROLES.values())
    offered = {getattr(each, "parameter_name", each) for each in pages.get_list_filter(request)}
    columns = {field.name for field in model._meta.get_fields(include_hidden=True)}
    allowed = {
        column
        for column in columns
        for lookup in LOOKUPS
        if pages.lookup_allowed(f"{column}{lookup}", "x", request)
    }
    assert allowed <= offered
    for name in offered & columns:
        assert not pages.lookup_allowed(f"{name}__regex", "(", request)


def test_the_link_in_an_email_can_not_be_found_out_by_filtering(brand: Brand) -> None:
    link = "https://lists.example.org/staff/account/password/new/?token=Secret"
    queue_message(
        "staff_password", to="iris@example.org", rendered=Rendered("Link", f"<p>{link}</p>", link)
    )
    manager = browser_of(staff_member("liam", LIST_MANAGER))
    page = reverse("admin:newsletter_transactionalmessage_changelist")
    assert manager.get(page).status_code == 200

    answers = [
        manager.get(page, {f"{column}__{lookup}": value})
        for column in ("text", "html")
        for lookup in ("contains", "regex", "startswith")
        for value in ("token=Secret", "token=Wrong", "(")
    ]
    assert {each.status_code for each in answers} == {400}
    assert len({each.content for each in answers}) == 1
    assert TransactionalMessage.objects.count() == 1
    assert User.objects.count() == 1
