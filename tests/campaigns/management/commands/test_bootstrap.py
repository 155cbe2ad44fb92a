"""The command `bootstrap` makes what is missing and changes nothing else, however often it runs."""

import stat
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django.fixtures import Settings

from campaigns.models import Campaign
from newsletter.models import Brand
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from staff.accounts.roles_of import roles_of
from staff.roles import ADMINISTRATOR, AUDITOR, AUTHOR, ROLES
from subscribers.models import Subscriber
from tests.staff_members import staff_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def bootstrap(*arguments: str) -> str:
    out = StringIO()
    call_command("bootstrap", *arguments, stdout=out)
    return out.getvalue()


def login(folder: Path) -> tuple[str, str]:
    lines = dict(
        line.split(":", 1)
        for line in (folder / "staff-login.txt").read_text(encoding="utf-8").splitlines()
    )
    return lines["username"].strip(), lines["password"].strip()


def test_the_login_that_is_printed_opens_the_staff_pages(folder: Path) -> None:
    said = bootstrap()
    name, password = login(folder)
    assert password in said
    user = authenticate(username=name, password=password)
    assert isinstance(user, User)
    assert user.is_staff
    assert not user.is_superuser
    assert [*ROLES.values()] == [*roles_of(user), AUDITOR]
    assert user.has_perm("campaigns.launch_campaign")
    assert not user.has_perm("newsletter.view_auditentry")


def test_the_login_is_for_its_owner_alone(folder: Path) -> None:
    bootstrap()
    assert stat.S_IMODE((folder / "staff-login.txt").stat().st_mode) == 0o600


def test_every_machine_gets_a_password_of_its_own(folder: Path) -> None:
    bootstrap()
    first = login(folder)
    User.objects.all().delete()
    bootstrap()
    assert login(folder)[1] != first[1]
    assert authenticate(username=login(folder)[0], password=login(folder)[1])
    assert stat.S_IMODE((folder / "staff-login.txt").stat().st_mode) == 0o600


def test_a_second_run_prints_where_the_login_is_and_no_password(folder: Path) -> None:
    bootstrap()
    _, password = login(folder)
    said = bootstrap()
    assert str(folder / "staff-login.txt") in said
    assert password not in said
    assert User.objects.count() == 1


def test_an_account_that_staff_made_is_enough(sam: User, folder: Path) -> None:
    bootstrap()
    assert list(User.objects.all()) == [sam]
    assert not (folder / "staff-login.txt").exists()


def test_an_account_without_the_administrator_s_role_is_not_enough(folder: Path) -> None:
    staff_member("abe", AUTHOR)
    bootstrap()
    assert ADMINISTRATOR in roles_of(User.objects.get(username=login(folder)[0]))


def test_an_account_that_can_t_sign_in_is_not_enough(sam: User, folder: Path) -> None:
    User.objects.update(is_active=False, username="staff")
    bootstrap()
    assert login(folder)[0] == "staff-2"
    sam.refresh_from_db()
    assert not sam.is_active


def test_no_account_is_made_whose_login_can_t_be_kept(settings: Settings, folder: Path) -> None:
    settings.VAR_DIR = folder / "gone"
    with pytest.raises(CommandError, match="Can't save the staff login"):
        bootstrap()
    assert not User.objects.exists()


def test_without_demo_there_is_a_neutral_brand_that_can_t_send_yet() -> None:
    bootstrap()
    brand = Brand.objects.get()
    assert brand.name == "Convene"
    assert not brand.may_send
    assert not Subscriber.objects.exists()


def test_a_brand_that_staff_have_written_stays() -> None:
    bootstrap()
    Brand.objects.update(name="Our parliament", postal_address="1 Square")
    assert "No demo data was added" in bootstrap("--demo")
    assert Brand.objects.get().name == "Our parliament"
    assert not Subscriber.objects.exists()


def test_the_sender_is_proposed_at_the_domain_of_the_site(settings: Settings) -> None:
    settings.SITE_URL = "https://lists.parliament.example"
    bootstrap()
    assert Brand.objects.get().sender_email == "lists@lists.parliament.example"


@pytest.mark.thorough
def test_demo_comes_once() -> None:
    assert "Demo data added" in bootstrap("--demo")
    assert Brand.objects.get().short_name == "ITHT"
    before = Campaign.objects.count()
    assert "No demo data was added" in bootstrap("--demo")
    assert Campaign.objects.count() == before


@pytest.mark.thorough
def test_demo_after_a_neutral_start_dresses_the_neutral_brand() -> None:
    bootstrap()
    bootstrap("--demo")
    assert Brand.objects.get().may_send


def test_demo_is_refused_where_mail_really_leaves(settings: Settings) -> None:
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk": parse_mailer_url("smtp://user:secret@mail.example.org:587"),
    }
    with pytest.raises(CommandError, match="inbox://"):
        bootstrap("--demo")
    assert not Subscriber.objects.exists()


@pytest.mark.thorough
def test_demo_that_is_there_already_does_no_harm_beside_a_real_mailer(settings: Settings) -> None:
    bootstrap("--demo")
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk": parse_mailer_url("smtp://user:secret@mail.example.org:587"),
    }
    assert "No demo data was added" in bootstrap("--demo")
