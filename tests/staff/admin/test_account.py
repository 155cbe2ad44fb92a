"""Staff accounts: roles are given in plain words, and nothing else can be given."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from newsletter.models import AuditEntry, Brand, TransactionalMessage
from staff.accounts.roles_of import groups_of, roles_of
from staff.audit_actions import AccountAction
from staff.models import SecondFactorDue
from staff.roles import ADMINISTRATOR, AUDITOR, AUTHOR, PUBLISHER, REVIEWER, ROLES, Action, Role
from tests.staff_members import PASSWORD, browser_of, staff_member

LIST = "admin:auth_user_changelist"


@pytest.fixture
def noor(brand: Brand) -> User:
    """Noor, who has no role yet."""
    return staff_member("noor")


@pytest.fixture
def iris(brand: Brand) -> User:
    """Iris, the only administrator."""
    return staff_member("iris", ADMINISTRATOR)


@pytest.fixture
def irises(iris: User) -> Client:
    return browser_of(iris)


def change_page(account: User) -> str:
    return reverse("admin:auth_user_change", args=[account.pk])


def typed(account: User, *roles: Role, **more: object) -> dict[str, object]:
    """Return what the form of an account sends, with these boxes ticked."""
    return {
        "username": account.username,
        "email": account.email,
        "is_active": "on",
        "groups": [group.pk for group in groups_of(roles)],
        **more,
    }


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


@pytest.mark.parametrize("name", ["auth_user_add", "auth_user_change", "auth_user_password_change"])
def test_every_field_of_an_account_has_a_label(irises: Client, iris: User, name: str) -> None:
    arguments = [iris.pk] if "add" not in name else []
    html = irises.get(reverse(f"admin:{name}", args=arguments)).content.decode()
    assert unlabelled(html.partition("<main")[2].partition("</main>")[0]) == []


def test_sign_in_dates_are_shown_and_can_not_be_edited(irises: Client, iris: User) -> None:
    html = irises.get(change_page(iris)).content.decode()
    assert "Last sign-in (UTC)" in html
    assert 'name="last_login' not in html
    assert 'name="date_joined' not in html


def test_each_role_is_offered_with_what_it_is_for_and_all_that_it_allows(
    irises: Client, noor: User
) -> None:
    html = irises.get(change_page(noor)).content.decode()
    boxes = re.findall(r'<label[^>]*><input type="checkbox" name="groups".*?</label>', html, re.S)
    assert len(boxes) == len(ROLES)
    for box, role in zip(boxes, ROLES.values(), strict=True):
        assert f"<strong>{role.name}</strong>" in box
        assert escape(role.what_for) in box
        assert [action for action in Action if f"{escape(action)}." in box] == [
            action for action in Action if action in role.actions
        ]


def test_roles_are_given_by_ticking_them(irises: Client, noor: User) -> None:
    irises.post(change_page(noor), typed(noor, AUTHOR, AUDITOR))
    assert roles_of(noor) == [AUTHOR, AUDITOR]
    irises.post(change_page(noor), typed(noor, AUTHOR))
    assert roles_of(User.objects.get(pk=noor.pk)) == [AUTHOR]


def test_the_audit_log_tells_which_roles_were_given_and_taken(irises: Client, noor: User) -> None:
    irises.post(change_page(noor), typed(noor, AUTHOR, REVIEWER))
    irises.post(change_page(noor), typed(noor, REVIEWER, PUBLISHER))
    irises.post(change_page(noor), typed(noor, REVIEWER, PUBLISHER))

    entries = AuditEntry.objects.filter(action=AccountAction.ROLES_CHANGED).order_by("pk")
    assert [(each.object_id, each.details) for each in entries] == [
        (str(noor.pk), {"given": ["Author", "Reviewer"], "taken": []}),
        (str(noor.pk), {"given": ["Publisher"], "taken": ["Author"]}),
    ]
    history = irises.get(reverse("admin:auth_user_history", args=[noor.pk])).content.decode()
    assert "Given: Publisher; Taken: Author" in history


def test_a_forged_form_gives_roles_alone(irises: Client, noor: User) -> None:
    other = Group.objects.create(name="Editors")
    forged = {
        "is_superuser": "on",
        "user_permissions": ["1", "2"],
        "is_staff": "",
        "password": "pbkdf2_sha256$1$salt$hash",
        "last_login": "2020-01-01",
        "id": "999",
        "pk": "999",
    }
    before = noor.password
    irises.post(change_page(noor), typed(noor, AUTHOR, **forged))
    noor.refresh_from_db()
    assert roles_of(noor) == [AUTHOR]
    assert (noor.is_superuser, noor.is_staff, noor.last_login) == (False, True, None)
    assert (noor.password, noor.user_permissions.count()) == (before, 0)
    answer = irises.post(change_page(noor), {**typed(noor), "groups": [other.pk]})
    assert "groups" in answer.context["adminform"].form.errors
    assert roles_of(User.objects.get(pk=noor.pk)) == [AUTHOR]


def test_nobody_but_an_administrator_gives_roles(brand: Brand, iris: User) -> None:
    others = staff_member("olga", *(role for role in ROLES.values() if role != ADMINISTRATOR))
    answer = browser_of(others).post(change_page(others), typed(others, ADMINISTRATOR))
    assert answer.status_code == 403
    assert ADMINISTRATOR not in roles_of(User.objects.get(pk=others.pk))


def test_what_a_colleague_changed_meanwhile_is_left_alone(irises: Client, noor: User) -> None:
    noor.groups.set(groups_of([AUTHOR, PUBLISHER]))
    html = irises.get(change_page(noor)).content.decode()
    opened_with = re.findall(
        r'<input type="hidden" name="(initial-[^"]+)"(?: value="([^"]*)")?', html
    )
    initial: dict[str, list[str]] = {}
    for name, value in opened_with:
        initial.setdefault(name, []).append(value)
    noor.groups.set(groups_of([AUTHOR]))
    User.objects.filter(pk=noor.pk).update(is_active=False)
    irises.post(change_page(noor), typed(noor, AUTHOR, PUBLISHER, first_name="Noor", **initial))
    noor = User.objects.get(pk=noor.pk)
    assert noor.first_name == "Noor"
    assert roles_of(noor) == [AUTHOR]
    assert not noor.is_active


@pytest.mark.parametrize(
    ("change", "field"),
    [({"groups": []}, "groups"), ({"is_active": ""}, "is_active")],
)
def test_the_last_administrator_stays_one(
    irises: Client, iris: User, change: dict[str, object], field: str
) -> None:
    staff_member("hugo", REVIEWER)
    User.objects.create_user("ida", is_staff=True).groups.set(groups_of([ADMINISTRATOR]))
    closed = staff_member("carl", ADMINISTRATOR)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    answer = irises.post(change_page(iris), {**typed(iris, ADMINISTRATOR), **change})
    errors = answer.context["adminform"].form.errors
    assert list(errors) == [field]
    assert "Make someone else an administrator first." in errors[field][0]
    iris = User.objects.get(pk=iris.pk)
    assert (iris.is_active, roles_of(iris)) == (True, [ADMINISTRATOR])


def test_a_superuser_is_one_until_somebody_gives_them_roles(irises: Client, iris: User) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    assert "can do everything now" in irises.get(change_page(root)).content.decode()
    irises.post(change_page(root), typed(root, AUTHOR))
    root = User.objects.get(pk=root.pk)
    assert (root.is_superuser, roles_of(root)) == (False, [AUTHOR])


def test_a_superuser_who_is_the_last_administrator_must_take_the_role(brand: Brand) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    answer = browser_of(root).post(change_page(root), typed(root, AUTHOR))
    assert list(answer.context["adminform"].form.errors) == ["groups"]
    assert User.objects.get(pk=root.pk).is_superuser
    browser_of(root).post(change_page(root), typed(root, ADMINISTRATOR))
    assert roles_of(User.objects.get(pk=root.pk)) == [ADMINISTRATOR]


def test_one_of_two_administrators_can_go(irises: Client, iris: User) -> None:
    staff_member("carl", ADMINISTRATOR)
    answer = irises.post(change_page(iris), typed(iris, AUTHOR), follow=True)
    assert roles_of(User.objects.get(pk=iris.pk)) == [AUTHOR]
    assert answer.status_code == 403, "the list of accounts is no more for Iris"


def test_an_auditor_reads_roles_and_changes_nothing(iris: User, noor: User) -> None:
    noor.groups.set(groups_of([AUDITOR]))
    auditor = browser_of(noor)
    html = auditor.get(change_page(iris)).content.decode()
    page = html.partition("<main")[2].partition("</main>")[0]
    assert "<strong>Administrator</strong>" in page
    assert "Invite staff, and change their roles." in page
    assert "Password and second steps" not in page
    assert "<input" not in page.replace('<input type="hidden" name="csrf', "")
    assert iris.password not in html
    for address in (
        change_page(iris),
        reverse("account_invite"),
        reverse("account_colleague_password", args=[iris.pk]),
        reverse("account_colleague_clear", args=[iris.pk]),
    ):
        assert auditor.post(address, typed(iris, AUTHOR)).status_code == 403
    assert roles_of(User.objects.get(pk=iris.pk)) == [ADMINISTRATOR]


def test_the_list_names_everybody_s_roles(irises: Client, noor: User) -> None:
    staff_member("hugo", REVIEWER, PUBLISHER)
    User.objects.create_superuser("root")
    html = irises.get(reverse(LIST)).content.decode()
    for words in ("Reviewer, Publisher", "Administrator", "None", "All (superuser)"):
        assert words in html


def test_an_account_is_made_by_invitation_alone(irises: Client) -> None:
    page = reverse("admin:auth_user_add")
    fields = {"username": "ines", "password1": PASSWORD, "password2": PASSWORD}
    assert irises.get(page)["Location"] == reverse("account_invite")
    assert irises.post(page, fields)["Location"] == reverse("account_invite")
    assert not User.objects.filter(username="ines").exists()


def test_nobody_types_a_password_for_somebody_else(irises: Client, noor: User) -> None:
    page = reverse("admin:auth_user_password_change", args=[noor.pk])
    fields = {"password1": "another long password", "password2": "another long password"}
    assert irises.post(page, fields)["Location"] == reverse("account_colleague", args=[noor.pk])
    noor.refresh_from_db()
    assert noor.check_password(PASSWORD)


def test_a_role_that_needs_a_second_factor_begins_its_days_of_grace(
    irises: Client, noor: User
) -> None:
    irises.post(change_page(noor), typed(noor, AUTHOR))
    assert not SecondFactorDue.objects.filter(account=noor).exists()
    irises.post(change_page(noor), typed(noor, PUBLISHER))
    assert SecondFactorDue.objects.filter(account=noor).exists()


@pytest.mark.parametrize("field", ["first_name", "last_name"])
@pytest.mark.parametrize("name", ["Win at evil.example/now", "<b>Noor</b>", "Noor\u202eroon"])
def test_a_name_that_would_not_be_invited_is_none_here_either(
    name: str, field: str, irises: Client, noor: User
) -> None:
    answer = irises.post(change_page(noor), typed(noor, **{field: name}))
    assert list(answer.context["adminform"].form.errors) == [field]
    irises.post(change_page(noor), typed(noor, **{field: " Noor  al-Ali "}))
    assert getattr(User.objects.get(pk=noor.pk), field) == "Noor al-Ali"


def test_the_former_address_is_told_of_a_new_one(irises: Client, noor: User) -> None:
    irises.post(change_page(noor), typed(noor, first_name="Noor"))
    assert not TransactionalMessage.objects.exists()
    irises.post(change_page(noor), typed(noor, email="eve@example.org"))
    message = TransactionalMessage.objects.get()
    assert (message.kind, message.to) == ("staff_account_changed", "noor@example.org")
    assert "changed its email address" in message.text
    assert "eve@" not in message.text + message.html


def test_an_account_without_an_address_gets_its_first_one_unannounced(
    irises: Client, noor: User
) -> None:
    User.objects.filter(pk=noor.pk).update(email="")
    irises.post(change_page(noor), typed(noor, email="noor@example.org"))
    assert User.objects.get(pk=noor.pk).email == "noor@example.org"
    assert not TransactionalMessage.objects.exists()


@pytest.mark.parametrize(
    "was", [{"email": "nor@example.org"}, {"is_active": False}], ids=["address", "active"]
)
def test_an_invitation_follows_the_account_until_it_is_accepted(
    was: dict[str, object], irises: Client, noor: User
) -> None:
    noor.set_unusable_password()
    noor.save()
    User.objects.filter(pk=noor.pk).update(**was)

    page = irises.post(change_page(noor), typed(noor, AUTHOR), follow=True)

    assert "Invitation sent to noor@example.org." in page.content.decode()
    message = TransactionalMessage.objects.get()
    assert (message.kind, message.to) == ("staff_invitation", "noor@example.org")
    assert AuditEntry.objects.filter(action=AccountAction.INVITED_AGAIN).count() == 1


def test_the_list_says_who_has_a_second_step_and_who_has_not_come_yet(
    irises: Client, iris: User, noor: User
) -> None:
    Authenticator.objects.create(user=iris, type=Authenticator.Type.WEBAUTHN, data={})
    Authenticator.objects.create(user=noor, type=Authenticator.Type.RECOVERY_CODES, data={})
    noor.set_unusable_password()
    noor.save()

    html = irises.get(reverse(LIST)).content.decode()
    rows = [" ".join(row.split()) for row in re.findall(r"<tr.*?</tr>", html, re.S)]
    [irises_row] = [row for row in rows if "iris@example.org" in row]
    [noors_row] = [row for row in rows if "noor@example.org" in row]
    assert "Not set up" not in irises_row
    assert "Set up" in irises_row
    assert "Not set up" in noors_row
    assert "Invited, not accepted yet" in noors_row
    assert "Invited" not in irises_row


def test_closing_an_account_that_nobody_accepted_sends_nothing(irises: Client, noor: User) -> None:
    noor.set_unusable_password()
    noor.save()
    fields = typed(noor, AUTHOR)
    del fields["is_active"]
    irises.post(change_page(noor), fields)
    assert not User.objects.get(pk=noor.pk).is_active
    assert not TransactionalMessage.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("username", "iris@example.org", "has this username or email address"),
        ("username", "IRIS@Example.org", "has this username or email address"),
        ("username", "Iris", "has this username or email address"),
        ("username", "ıris", "has this username or email address"),
        ("username", "ir\u0456s", "Cyrillic and Latin"),
        ("username", "iris\u3164", "invisible"),
        ("email", "IRIS@example.org", "already a staff account with this email address"),
        ("email", "root@example.org", "already a staff account with this email address"),
        ("email", "noor@-example.org", "example.org"),
        ("last_name", "\u3164", "invisible"),
        ("last_name", "Lоvelace", "Cyrillic and Latin"),
    ],
)
def test_an_account_s_form_refuses_what_an_invitation_refuses(
    irises: Client, noor: User, field: str, value: str, words: str
) -> None:
    User.objects.create_user("Root@example.org")
    answer = irises.post(change_page(noor), typed(noor, **{field: value}))
    errors = answer.context["adminform"].form.errors
    assert list(errors) == [field]
    assert words in errors[field][0]
    assert getattr(User.objects.get(pk=noor.pk), field) == getattr(noor, field)


def test_an_account_may_have_its_own_address_for_a_username(irises: Client, noor: User) -> None:
    irises.post(change_page(noor), typed(noor, username="NOOR@example.org"))
    irises.post(change_page(noor), typed(noor, username="noor", first_name=" Noor  Inayat "))
    noor.refresh_from_db()
    assert (noor.username, noor.first_name) == ("noor", "Noor Inayat")


def test_a_name_from_before_these_rules_stands_in_no_one_s_way(irises: Client, noor: User) -> None:
    User.objects.filter(pk=noor.pk).update(first_name="Noor <b>", email="iris@example.org")
    noor.refresh_from_db()
    irises.post(change_page(noor), typed(noor, AUTHOR, first_name="Noor <b>"))
    assert roles_of(User.objects.get(pk=noor.pk)) == [AUTHOR]


def test_an_account_made_inactive_is_signed_out_everywhere_for_good(
    irises: Client, noor: User
) -> None:
    noor.groups.set(groups_of([AUTHOR]))
    noors = Client()
    noors.post("/staff/login/", {"username": "noor", "password": PASSWORD})
    assert noors.get("/staff/account/").status_code == 200
    irises.post(change_page(noor), typed(noor, AUTHOR, is_active=""))
    assert noors.get("/staff/account/").status_code == 302
    told = AuditEntry.objects.get(action=AccountAction.SESSIONS_CLOSED)
    assert (told.object_id, told.details) == (str(noor.pk), {"devices": 1})
    irises.post(change_page(noor), typed(noor, AUTHOR))
    assert User.objects.get(pk=noor.pk).is_active
    assert noors.get("/staff/account/").status_code == 302


def test_accounts_are_never_deleted(irises: Client, noor: User) -> None:
    assert "/delete/" not in irises.get(change_page(noor)).content.decode()
    answer = irises.post(reverse("admin:auth_user_delete", args=[noor.pk]), {"post": "yes"})
    assert answer.status_code == 403
    assert User.objects.filter(pk=noor.pk).exists()


def test_an_account_s_page_shows_nothing_of_the_password_hash(irises: Client, iris: User) -> None:
    html = irises.get(change_page(iris)).content.decode()
    assert "Password and second steps" in html
    assert iris.password not in html
    assert "iterations" not in html


def test_groups_have_no_pages(irises: Client) -> None:
    assert irises.get("/staff/auth/group/").status_code == 404
