"""Staff accounts and searches: every field has a label, and nobody types what signing in sets."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from newsletter.models import Brand


def unlabelled(html: str) -> list[str]:
    """Fields that nothing names: no label for them, none around them, and no words of their own."""
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


def test_what_signing_in_sets_is_shown_and_not_typed(sams: Client, sam: User, brand: Brand) -> None:
    html = sams.get(reverse("admin:auth_user_change", args=[sam.pk])).content.decode()
    assert "Last login" in html
    assert 'name="last_login' not in html
    assert 'name="date_joined' not in html


def test_permissions_are_given_by_ticking(
    sams: Client, sam: User, brand: Brand, noors: Client
) -> None:
    noor = User.objects.get(username="noor")
    page = reverse("admin:auth_user_change", args=[noor.pk])
    wanted = re.search(
        r'<input type="checkbox" name="user_permissions" value="(\d+)"[^>]*>\s*[^<]*view campaign',
        sams.get(page).content.decode(),
        re.I,
    )
    assert wanted is not None
    sams.post(
        page,
        {"username": "noor", "is_active": "on", "is_staff": "on", "user_permissions": wanted[1]},
    )
    assert list(noor.user_permissions.values_list("codename", flat=True)) == ["view_campaign"]


def test_every_search_says_what_it_is_in_a_label_and_on_a_button(
    sams: Client, draft: Campaign
) -> None:
    for model, page in admin.site._registry.items():
        if not page.search_fields:
            continue
        html = sams.get(
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
            follow=True,
        ).content.decode()
        assert '<label class="st-visually-hidden" for="searchbar">Search</label>' in html
        assert re.search(r'<button[^>]*id="searchbar-submit">.*?Search</button>', html, re.DOTALL)
