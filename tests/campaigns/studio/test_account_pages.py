"""Staff accounts and searches: every field has a label, and abilities are in plain words."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from newsletter.models import Brand


def unlabelled(html: str) -> list[str]:
    """Return the fields without a label for them, around them or in an attribute."""
    around = " ".join(re.findall(r"<label(?:(?!</label>).)*</label>", html, re.DOTALL))
    found = []
    for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", html):
        identifier = re.search(r' id="([^"]+)"', tag)
        if (
            'type="hidden"' in tag
            or 'class="hidden"' in tag
            or "aria-label" in tag
            or 'type="submit"' in tag
            or tag in around
        ):
            continue
        if not identifier or f'for="{identifier[1]}"' not in html:
            found.append(tag)
    return found


@pytest.mark.parametrize(
    "name", ["auth_user_add", "auth_user_change", "auth_group_add", "auth_user_password_change"]
)
def test_every_field_of_an_account_has_a_label(
    sams: Client, sam: User, brand: Brand, name: str
) -> None:
    arguments = [sam.pk] if "add" not in name else []
    assert (
        unlabelled(
            sams.get(reverse(f"admin:{name}", args=arguments))
            .content.decode()
            .partition("<main")[2]
            .partition("</main>")[0]
        )
        == []
    )


def test_sign_in_dates_are_shown_and_can_not_be_edited(
    sams: Client, sam: User, brand: Brand
) -> None:
    html = sams.get(reverse("admin:auth_user_change", args=[sam.pk])).content.decode()
    assert "Last login" in html
    assert 'name="last_login' not in html
    assert 'name="date_joined' not in html


def test_abilities_are_given_by_ticking_plain_words(
    sams: Client, sam: User, brand: Brand, noors: Client
) -> None:
    noor = User.objects.get(username="noor")
    page = reverse("admin:auth_user_change", args=[noor.pk])
    wanted = re.search(
        r'<input type="checkbox" name="user_permissions" value="(\d+)"[^>]*>\s*See campaigns',
        sams.get(page).content.decode(),
    )
    assert wanted is not None
    sams.post(
        page,
        {"username": "noor", "is_active": "on", "is_staff": "on", "user_permissions": wanted[1]},
    )
    assert list(noor.user_permissions.values_list("codename", flat=True)) == ["view_campaign"]


def test_every_search_has_a_label_and_a_button(sams: Client, draft: Campaign) -> None:
    for model, page in admin.site._registry.items():
        if not page.search_fields:
            continue
        html = sams.get(
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
            follow=True,
        ).content.decode()
        assert '<label class="st-visually-hidden" for="searchbar">Search</label>' in html
        assert re.search(r'<button[^>]*id="searchbar-submit">.*?Search</button>', html, re.DOTALL)
