import pytest
from django.test import Client

from campaigns.models import Campaign, CampaignContent
from campaigns.review.finding import PreflightFinding, Severity
from campaigns.studio.preflight_findings import in_words
from newsletter.models import Brand
from staff.roles import ADMINISTRATOR, AUTHOR, LIST_MANAGER, REVIEWER, Role
from subscribers.models import Subscriber
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import browser_of, staff_member


@pytest.mark.parametrize(
    ("path", "place", "url"),
    [
        ("contents.en.subject", "English, subject", "/content/en/#subject"),
        ("contents.en.blocks", "English", "/content/en/"),
        ("contents.en.blocks[0].text", "English, block 1: heading", "/content/en/#block-b0"),
        ("contents.en.blocks[2]", "English, block 3: event card", "/content/en/#block-b2"),
        (
            "contents.en.blocks[3].url",
            "English, block 4: button, “Link”",
            "/content/en/#block-b3",
        ),
        ("contents.en.blocks[4].type", "English, block 5", "/content/en/#block-b4"),
        ("contents.en.preheader", "English, preview text", "/content/en/#preheader"),
        ("contents.fr", "French", "/content/fr/"),
        ("event.join_url", "Event", "/details/"),
        ("audience", "Audience", "/audience/"),
        ("brand.postal_address", "Brand", "/newsletter/brand/"),
        ("", "", ""),
    ],
)
def test_a_finding_says_in_words_where_it_stands_and_leads_there(
    draft: Campaign, path: str, place: str, url: str
) -> None:
    content = CampaignContent.objects.get()
    content.blocks += [{"type": "button"}, {"type": "unheard-of"}]
    content.save()
    (shown,) = in_words(
        draft,
        [PreflightFinding(severity=Severity.BLOCKER, message="Fill in this field.", path=path)],
        may=lambda permission: True,
    )

    assert shown.place == place
    assert shown.url.endswith(url)
    assert bool(shown.url) == bool(url)


@pytest.mark.parametrize(
    ("role", "leads_to"),
    [(AUTHOR, ["content"]), (REVIEWER, []), (ADMINISTRATOR, ["brand"]), (LIST_MANAGER, [])],
)
def test_a_finding_leads_only_to_pages_where_the_person_can_mend_it(
    draft: Campaign, role: Role, leads_to: list[str]
) -> None:
    CampaignContent.objects.update(subject="")
    Brand.objects.update(postal_address="")
    answer = browser_of(staff_member("rory", role)).get(page("review", draft))
    urls = [shown.url for shown in answer.context["findings"] if shown.url]
    assert [name for name in ("content", "brand") if any(f"/{name}/" in url for url in urls)] == (
        leads_to
    )
    assert "English, subject" in answer.content.decode()


@pytest.mark.parametrize("name", ["review", "launch"])
def test_pages_show_no_path_of_ours(sams: Client, draft: Campaign, name: str) -> None:
    CampaignContent.objects.update(blocks=[{"type": "image"}], subject="")
    Brand.objects.update(postal_address="")
    html = sams.get(page(name, draft)).content.decode()

    assert "English, block 1: image" in html
    assert "contents." not in html
    assert "brand.postal" not in html


def test_a_refused_approval_shows_none_either(
    lees: Client, draft: Campaign, ada: Subscriber
) -> None:
    CampaignContent.objects.update(subject="")
    seen = lees.get(page("review", draft)).context["fingerprint"]
    html = lees.post(
        page("decide", draft), {"fingerprint": seen, "decision": "approve"}, follow=True
    ).content.decode()

    assert "Not approved. English, subject: Fill in this field." in html
    assert "contents." not in html
