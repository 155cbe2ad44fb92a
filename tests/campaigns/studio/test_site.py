"""The staff site as a whole: its policy, sign-in, menu and permissions."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from newsletter.models import Brand
from staff.roles import ROLES
from subscribers.models import ImportBatch, Topic
from tests.campaigns.studio.page_helpers import page, pages_of
from tests.staff_members import browser_of, staff_member

LOGIN = "/staff/login/"
PASSWORD = "correct horse battery staple"


def test_every_staff_page_has_a_policy_without_inline_scripts(
    sams: Client, approved: Campaign
) -> None:
    for address in [
        "/staff/",
        reverse("admin:subscribers_subscriber_changelist"),
        page("content", approved, "en"),
        page("launch", approved),
    ]:
        policy = sams.get(address)["Content-Security-Policy"]
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "'unsafe-inline'" not in scripts
        assert "default-src 'none'" in policy
        assert "style-src 'self'" in policy


def test_the_sign_in_page_too(client: Client, brand: Brand) -> None:
    answer = client.get(LOGIN)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert brand.name in answer.content.decode()


def test_pages_hold_no_inline_script_and_no_style_element_of_unfolds(
    sams: Client, draft: Campaign
) -> None:
    html = sams.get(page("launch", draft)).content.decode()
    assert "unfold-theme-colors" not in html
    assert "<script>" not in html


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize("method", ["get", "head"])
def test_an_address_that_is_only_posted_to_leads_to_the_page_of_its_button(
    sams: Client, approved: Campaign, method: str
) -> None:
    """For whoever signed in again, reloaded the page, or got the address from a colleague."""
    for address in pages_of(approved):
        answer = getattr(sams, method)(address, follow=True)
        assert answer.status_code in (200, 404), address  # 404: no version to remove
    assert getattr(sams, method)(page("proof", approved))["Location"] == page("review", approved)
    typed = page("typed_email", approved, "en")
    assert getattr(sams, method)(typed)["Location"] == page("email", approved, "en")


def test_a_colleague_who_may_not_press_a_button_is_led_to_its_page_all_the_same(
    wrens: Client, lees: Client, noors: Client, draft: Campaign
) -> None:
    assert wrens.get(page("decide", draft))["Location"] == page("review", draft)
    assert lees.get(page("submit", draft))["Location"] == page("review", draft)
    assert lees.get(page("typed_email", draft, "en"), follow=True).status_code == 200
    assert noors.get(page("decide", draft)).status_code == 403


def test_visitors_are_sent_to_the_sign_in_page(client: Client, draft: Campaign) -> None:
    for address in pages_of(draft):
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302
            assert answer["Location"].startswith(LOGIN)


@pytest.mark.parametrize("path", ["/staff/nowhere/", "/staff/campaigns/campaign/999/review/"])
def test_staff_find_their_way_back_from_a_page_that_is_not_there(
    sams: Client, brand: Brand, path: str
) -> None:
    answer = sams.get(path)
    assert answer.status_code == 404
    assert "Go to dashboard" in answer.content.decode()
    assert "Go to dashboard" not in sams.get("/nowhere/").content.decode()


@pytest.mark.parametrize("number", [0, 999])
def test_a_row_that_is_not_there_is_told_of_in_plain_words(
    sams: Client, brand: Brand, number: int
) -> None:
    answer = sams.get(f"/staff/subscribers/topic/{number}/change/", follow=True)
    assert "There is no such topic, or you aren’t allowed to see it." in answer.content.decode()


def test_staff_without_a_permission_are_denied(noors: Client, draft: Campaign) -> None:
    for address in pages_of(draft):
        assert {noors.get(address).status_code, noors.post(address).status_code} <= {403, 405}


def test_staff_without_a_permission_learn_nothing_from_ids(noors: Client, draft: Campaign) -> None:
    assert (
        noors.get(page("report", draft)).status_code
        == noors.get(page("report", draft).replace(str(draft.pk), "999999")).status_code
        == 403
    )


def test_forms_need_a_token_of_our_own_pages(sam: User, approved: Campaign) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(sam)
    for address in pages_of(approved):
        assert client.post(address).status_code in (403, 405)


def test_an_unknown_campaign_is_not_found(sams: Client, brand: Brand) -> None:
    for number in ("0", "999999", "9" * 18):
        assert sams.get(f"/staff/campaigns/campaign/{number}/report/").status_code == 404
    for number in ("x", "²", "9" * 40):
        assert sams.get(f"/staff/campaigns/campaign/{number}/change/").status_code == 404


def test_signing_in(client: Client, sam: User, brand: Brand) -> None:
    answer = client.post(LOGIN, {"username": "sam", "password": PASSWORD, "next": "/staff/"})
    assert answer.status_code == 302
    assert client.get("/staff/").status_code == 200


def test_a_wrong_password_and_an_unknown_name_look_the_same(
    client: Client, sam: User, brand: Brand
) -> None:
    User.objects.create_user("gone", password=PASSWORD, is_active=False, is_staff=True)
    User.objects.create_user("visitor", password=PASSWORD)
    said = set()
    for name, password in [
        ("sam", "wrong"),
        ("nobody", "wrong"),
        ("gone", PASSWORD),
        ("visitor", PASSWORD),
    ]:
        answer = client.post(LOGIN, {"username": name, "password": password})
        assert answer.status_code == 200
        said.add(tuple(answer.context["form"].non_field_errors()))
    assert len(said) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"username": "x" * 10_000, "password": "y" * 10_000},
        {"username": "a\x00b", "password": "c"},
    ],
)
def test_silly_sign_ins_are_answered_in_words(
    client: Client, brand: Brand, fields: dict[str, str]
) -> None:
    assert client.post(LOGIN, fields).status_code == 200


def test_a_click_on_a_campaign_opens_the_page_for_the_next_step(
    sams: Client, draft: Campaign, sending: Campaign
) -> None:
    change = reverse("admin:campaigns_campaign_change", args=[sending.pk])
    assert sams.get(change)["Location"] == page("progress", sending)


def test_campaigns_are_never_deleted(sams: Client, draft: Campaign) -> None:
    assert (
        sams.post(
            reverse("admin:campaigns_campaign_delete", args=[draft.pk]), {"post": "yes"}
        ).status_code
        == 403
    )
    assert Campaign.objects.filter(pk=draft.pk).exists()


def test_a_list_has_the_name_that_the_menu_gives_it(brand: Brand) -> None:
    browser = browser_of(staff_member("una", *ROLES.values()))
    for group in browser.get("/staff/").context["sidebar_navigation"]:
        for item in group["items"]:
            title = (
                browser.get(str(item.get("link_callback") or item["link"]), follow=True)
                .content.decode()
                .partition("<h1>")[2]
            )
            assert item["title"] in title.partition("</h1>")[0]


def test_accounts_are_called_staff_accounts_and_email_is_spelled_without_a_hyphen(
    sams: Client, sam: User, brand: Brand
) -> None:
    added = sams.get(reverse("admin:auth_user_add"), follow=True).content.decode()
    assert "<h1>Invite a colleague</h1>" in added
    changed = sams.post(
        reverse("admin:auth_user_change", args=[sam.pk]), {"email": "nobody"}
    ).content.decode()
    assert "Email address" in changed
    assert "Enter an email address, such as name@example.org." in changed
    assert "e-mail" not in changed.lower()


@pytest.mark.parametrize(
    "name",
    ["subscribers_topic_add", "subscribers_topic_changelist", "subscribers_importbatch_changelist"],
)
def test_no_page_shows_the_name_of_a_database_column(sams: Client, topic: Topic, name: str) -> None:
    ImportBatch.objects.create(topic=topic, file_name="old-form.csv")
    html = sams.get(reverse(f"admin:{name}")).content.decode()
    assert "Is public" not in html
    assert "Refused count" not in html


def test_the_menu_has_one_entry_for_the_four_technical_lists_and_tabs_on_their_pages(
    sams: Client, brand: Brand
) -> None:
    titles = [
        "Transactional emails",
        "Campaign emails",
        "Provider events",
        "Provider reports",
    ]
    page = sams.get(reverse("admin:campaigns_delivery_changelist"))
    menu = [
        item["title"] for group in page.context["sidebar_navigation"] for item in group["items"]
    ]
    assert menu.count("Sending log") == 1
    assert not set(titles) & set(menu)
    tabs = page.content.decode().partition('aria-label="Related lists"')[2].partition("</nav>")[0]
    assert [title for title in titles if f">{title}</a>" in tabs] == titles
    assert tabs.count('aria-current="page"') == 1


def test_an_empty_list_says_what_will_be_there_and_offers_the_first_step(
    sams: Client, brand: Brand
) -> None:
    for name in ("campaigns_campaign", "campaigns_event", "subscribers_topic"):
        html = sams.get(reverse(f"admin:{name}_changelist")).content.decode()
        assert "There are none yet." in html
        assert html.count(reverse(f"admin:{name}_add")) == 2
        assert "changelist-search" not in html


def test_a_search_without_a_result_offers_to_show_all(sams: Client, draft: Campaign) -> None:
    html = sams.get(
        reverse("admin:campaigns_campaign_changelist"), {"q": "nowhere"}
    ).content.decode()
    assert "Nothing found" in html
    assert 'href="?">Show all</a>' in html
