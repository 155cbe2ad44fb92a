"""Every search of the staff pages can be used without seeing it."""

import re

from django.contrib import admin
from django.urls import reverse

from campaigns.models import Campaign
from staff.roles import ROLES
from tests.staff_members import browser_of, staff_member


def test_every_search_has_a_label_and_a_button(draft: Campaign) -> None:
    browser = browser_of(staff_member("una", *ROLES.values()))
    for model, page in admin.site._registry.items():
        if not page.search_fields:
            continue
        html = browser.get(
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
            {"q": "nowhere@example.org"},
            follow=True,
        ).content.decode()
        assert '<label class="st-visually-hidden" for="searchbar">Search</label>' in html
        assert re.search(r'<button[^>]*id="searchbar-submit">.*?Search</button>', html, re.DOTALL)
