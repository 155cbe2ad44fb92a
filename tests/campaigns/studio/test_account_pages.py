"""Staff accounts and searches: every field has a label, and abilities are in plain words."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from campaigns.admin.abilities import ABILITIES, known_permissions
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


def test_permissions_that_the_form_does_not_show_are_kept(
    sams: Client, brand: Brand, noors: Client
) -> None:
    noor = User.objects.get(username="noor")
    hidden = Permission.objects.get(codename="add_logentry")
    noor.user_permissions.add(hidden)
    page = reverse("admin:auth_user_change", args=[noor.pk])
    assert "log entry" not in sams.get(page).content.decode()
    sams.post(page, {"username": "noor", "is_active": "on", "is_staff": "on"})
    assert list(noor.user_permissions.all()) == [hidden]


def test_every_permission_with_words_exists(db: None) -> None:
    assert known_permissions().count() == len(ABILITIES)


def test_the_abilities_are_in_the_order_of_the_table(sams: Client, brand: Brand) -> None:
    html = sams.get(reverse("admin:auth_group_add")).content.decode()
    places = [html.index(words) for words in ABILITIES.values()]
    assert places == sorted(places)


def test_a_new_account_may_open_the_staff_pages(sams: Client, brand: Brand) -> None:
    secret = "correct horse battery staple"
    fields = {"username": "ines", "email": "ines@example.org", "first_name": "Inês"}
    answer = sams.post(
        reverse("admin:auth_user_add"),
        {**fields, "password1": secret, "password2": secret},
        follow=True,
    )
    ines = User.objects.get(username="ines")
    assert "Staff account created." in answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("admin:auth_user_change", args=[ines.pk])
    assert (ines.is_staff, ines.is_superuser) == (True, False)
    assert (ines.first_name, ines.email) == ("Inês", "ines@example.org")
    assert ines.check_password(secret)


def test_a_new_account_needs_a_password(sams: Client, brand: Brand) -> None:
    page = reverse("admin:auth_user_add")
    html = sams.get(page).content.decode()
    for field in ("password1", "password2"):
        label = html.partition(f'<label for="id_{field}">')[2].partition("</label>")[0]
        assert label.startswith("Password")
        assert "optional" not in label
    answer = sams.post(page, {"username": "ines", "usable_password": "false"})
    assert list(answer.context["adminform"].form.errors) == ["password1", "password2"]
    assert not User.objects.filter(username="ines").exists()


def test_whoever_deletes_an_account_is_told_so(sams: Client, brand: Brand, noors: Client) -> None:
    noor = User.objects.get(username="noor")
    answer = sams.post(
        reverse("admin:auth_user_delete", args=[noor.pk]), {"post": "yes"}, follow=True
    )
    assert "Staff account deleted." in answer.content.decode()
    assert not User.objects.filter(username="noor").exists()


def test_an_account_s_page_shows_nothing_of_the_password_hash(
    sams: Client, sam: User, brand: Brand
) -> None:
    html = sams.get(reverse("admin:auth_user_change", args=[sam.pk])).content.decode()
    assert "Set new password" in html
    assert "pbkdf2" not in html
    assert "iterations" not in html


def test_an_account_is_deleted_apart_from_where_it_is_saved(sams: Client, sam: User) -> None:
    other = User.objects.create_user("other", is_staff=True)
    html = sams.get(reverse("admin:auth_user_change", args=[other.pk])).content.decode()
    form, _, below = html.partition('id="submit-row"')[2].partition("</form>")
    delete = reverse("admin:auth_user_delete", args=[other.pk])
    assert delete not in form
    assert delete in below
    assert reverse("admin:auth_user_changelist") in sams.get(delete).content.decode()
    sams.post(delete, {"post": "yes"})
    assert not User.objects.filter(pk=other.pk).exists()


def test_every_search_has_a_label_and_a_button(sams: Client, draft: Campaign) -> None:
    for model, page in admin.site._registry.items():
        if not page.search_fields:
            continue
        html = sams.get(
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
            {"q": "nowhere@example.org"},
            follow=True,
        ).content.decode()
        assert '<label class="st-visually-hidden" for="searchbar">Search</label>' in html
        assert re.search(r'<button[^>]*id="searchbar-submit">.*?Search</button>', html, re.DOTALL)
