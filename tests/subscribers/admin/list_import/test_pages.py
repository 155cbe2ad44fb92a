"""The pages of an import, from the file to the report, as somebody walks through them."""

import csv
import io
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from newsletter.models import AuditEntry
from staff.roles import ADMINISTRATOR, AUDITOR, AUTHOR, LIST_MANAGER
from subscribers.imports.uploads.folder import imports_folder
from subscribers.imports.uploads.work import sweep_imports
from subscribers.models import ImportBatch, ImportUpload, Subscriber, Topic
from subscribers.states import ImportStep, SubscriptionStatus
from subscribers.tasks import sweep_imports as sweep_task
from tests.conftest import MakeSubscriber
from tests.staff_members import browser_of, sign_in_long_ago, staff_member
from tests.subscribers.imports.sheets import followers, has_opted_out

ADD = "/staff/subscribers/importbatch/add/"
SHEET = (
    "E-mail,Name,Newsletter\n"
    "a@example.org,Ada,yes\n"
    "b@example.org,Ben,no\n"
    "=cmd@example.org,Eve,perhaps\n"
)


@pytest.fixture
def lena(db: None) -> User:
    return staff_member("lena", LIST_MANAGER)


@pytest.fixture
def browser(lena: User) -> Client:
    return browser_of(lena)


def sent(
    browser: Client, topic: Topic, content: str | bytes = SHEET, name: str = "people.csv"
) -> Any:
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, data)
    return browser.post(ADD, {"file": file, "topic": topic.pk})


def url(page: str) -> str:
    return reverse(f"admin:subscribers_importupload_{page}", args=[ImportUpload.objects.get().pk])


def text(answer: Any) -> str:
    page: str = answer.content.decode()
    return page


def at_check(browser: Client, topic: Topic, **columns: str) -> None:
    """Walk to the page that says what each row would do."""
    sent(browser, topic)
    sweep_imports()
    browser.post(url("columns"), {"time_zone": "UTC", **columns})
    sweep_imports()


def test_somebody_walks_from_the_file_to_the_report(browser: Client, topic: Topic) -> None:
    answer = sent(browser, topic)
    assert (answer.status_code, answer["Location"]) == (302, url("columns"))
    assert "Reading the file" in text(browser.get(url("columns")))
    sweep_imports()

    page = text(browser.get(url("columns")))
    assert "a@example.org" in page, "examples of what stands in a column"
    assert '<option value="email" selected>' in page
    answer = browser.post(url("columns"), {"time_zone": "UTC", "column_0": "email"})
    assert answer["Location"] == url("check")
    sweep_imports()

    page = text(browser.get(url("check")))
    assert "Will be subscribed" in page
    assert "Newsletter: no" in page, "why somebody is an opt-out"
    assert "perhaps" in page, "why somebody has no consent"
    assert not Subscriber.objects.exists()

    answer = browser.post(url("import"), {"consent": "The old form, 2019: 'Send me news.'"})
    assert answer["Location"] == url("result")
    assert "Importing" in text(browser.get(url("result")))
    sweep_imports()
    page = text(browser.get(url("result")))
    assert "The list is imported" in page
    assert followers(topic) == {"a@example.org"}
    assert has_opted_out("b@example.org", topic)

    given: Any = browser.post(url("report"))
    report = b"".join(given.streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(report))) == [
        ["row", "email", "outcome", "reason"],
        ["row 2", "a@example.org", "Subscribed", "The row has no date of consent."],
        ["row 3", "b@example.org", "Opt-outs, kept", "Newsletter: no"],
        [
            "row 4",
            "'=cmd@example.org",
            "No consent",
            "We don't know what 'Newsletter' means by 'perhaps', so this person was not "
            "subscribed.",
        ],
    ]
    assert AuditEntry.objects.filter(action="subscribers.import_report_exported").count() == 1


def test_the_file_is_kept_for_its_owner_alone(browser: Client, topic: Topic) -> None:
    sent(browser, topic)
    [folder] = imports_folder().iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]


@pytest.mark.parametrize(
    ("content", "field", "words"),
    [
        ("", "topic", "The file is empty."),
        (None, "topic", "Choose a file."),
        (SHEET, "", "Choose a topic."),
    ],
)
def test_a_form_with_a_mistake_keeps_no_file(
    content: str | None, field: str, words: str, browser: Client, topic: Topic
) -> None:
    fields: dict[str, object] = {"topic": topic.pk} if field else {}
    if content is not None:
        fields["file"] = SimpleUploadedFile("people.csv", content.encode())
    answer = browser.post(ADD, fields)
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert not list(imports_folder().iterdir())


def test_a_file_that_is_too_large_is_not_kept(
    browser: Client, topic: Topic, settings: Settings
) -> None:
    settings.IMPORT_UPLOAD_BYTES = 1_000
    answer = sent(browser, topic, "Email\n" + "a@example.org\n" * 100)
    assert (answer.status_code, "The file is larger than" in text(answer)) == (422, True)
    assert not list(imports_folder().iterdir())
    assert sent(browser, topic, "Email\n" + "a@example.org\n" * 1_000).status_code == 400
    assert not list(imports_folder().iterdir())


def test_nobody_else_uploads_anything(topic: Topic) -> None:
    for client in (Client(), browser_of(staff_member("ann", AUTHOR, AUDITOR))):
        answer = sent(client, topic)
        assert answer.status_code in (302, 403)
        assert not list(imports_folder().iterdir())
    assert not ImportUpload.objects.exists()


def test_another_page_takes_no_file(browser: Client, topic: Topic) -> None:
    file = SimpleUploadedFile("people.csv", SHEET.encode())
    browser.post("/staff/subscribers/topic/add/", {"file": file, "name": "News"})
    assert not list(imports_folder().iterdir())


def test_a_forged_form_leaves_no_file_for_long(lena: User, topic: Topic) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(lena)
    assert sent(client, topic).status_code == 403
    assert not ImportUpload.objects.exists()


def test_whoever_signed_in_long_ago_shows_again_that_it_is_them(
    browser: Client, topic: Topic
) -> None:
    sign_in_long_ago(browser)
    assert "/again/" in sent(browser, topic)["Location"]
    assert not list(imports_folder().iterdir())
    assert "/again/" in browser.get(ADD)["Location"]


@pytest.mark.parametrize("page", ["columns", "check", "rows", "import", "result", "discard"])
def test_somebody_else_s_list_is_not_there(page: str, browser: Client, topic: Topic) -> None:
    sent(browser, topic)
    other = browser_of(staff_member("lars", LIST_MANAGER))
    assert other.get(url(page)).status_code == 404


def test_a_need_to_know_topic_is_offered_to_nobody_who_may_not_know_it(
    browser: Client, topic: Topic
) -> None:
    hidden = Topic.objects.create(
        slug="inner-x7", name="Wolpertingers", is_public=False, is_restricted=True
    )
    assert hidden.name not in text(browser.get(ADD))
    answer = sent(browser, hidden)
    assert (answer.status_code, "Choose a topic from the list." in text(answer)) == (422, True)


def test_a_page_of_another_step_leads_to_the_page_of_this_one(
    browser: Client, topic: Topic
) -> None:
    sent(browser, topic)
    for page in ("check", "import", "result", "rows"):
        assert browser.get(url(page))["Location"] == url("columns")
    answer = browser.post(url("import"), {"consent": "x"}, follow=True)
    assert "Nothing was changed" in text(answer)


def test_without_a_column_of_addresses_nothing_goes_on(browser: Client, topic: Topic) -> None:
    sent(browser, topic, "Anschrift,Name\na@example.org,Ada\n")
    sweep_imports()
    answer = browser.post(url("columns"), {"time_zone": "UTC"})
    assert answer.status_code == 422
    assert "Choose which column holds email addresses." in text(answer)
    browser.post(url("columns"), {"time_zone": "UTC", "column_0": "email"})
    sweep_imports()
    assert ImportUpload.objects.get().status == ImportStep.CHECKED


def test_a_column_that_may_decide_is_asked_for_at_its_field(browser: Client, topic: Topic) -> None:
    sent(browser, topic, "Email,Remark\na@example.org,unsubscribed\n")
    sweep_imports()
    browser.post(url("columns"), {"time_zone": "UTC", "column_0": "email"})
    sweep_imports()
    page = text(browser.get(url("columns")))
    assert 'id="column_1_error"' in page
    browser.post(url("columns"), {"time_zone": "UTC", "column_0": "email", "column_1": "ignore"})
    sweep_imports()
    assert ImportUpload.objects.get().findings["counts"] == {"added": 1}


def test_a_column_that_is_left_alone_is_still_watched(browser: Client, topic: Topic) -> None:
    """ "Not imported" is no decision on a column that says who has left."""
    sent(browser, topic, "Email,Remark\na@example.org,unsubscribed\n")
    sweep_imports()
    browser.post(url("columns"), {"time_zone": "UTC", "column_0": "email", "column_1": ""})
    sweep_imports()
    assert ImportUpload.objects.get().status == ImportStep.COLUMNS


def test_rows_of_one_kind_are_listed_page_by_page(browser: Client, topic: Topic) -> None:
    lines = "".join(f"{number}@example.org,no\n" for number in range(120))
    sent(browser, topic, f"Email,Newsletter\n{lines}")
    sweep_imports()
    browser.post(url("columns"), {"time_zone": "UTC"})
    sweep_imports()
    first = text(browser.get(f"{url('rows')}?outcome=opt_out"))
    assert ("0@example.org" in first, "50@example.org" in first) == (True, False)
    second = text(browser.get(f"{url('rows')}?outcome=opt_out&after=51"))
    assert "50@example.org" in second
    assert browser.get(f"{url('rows')}?outcome=rubbish")["Location"] == url("check")
    assert browser.get(f"{url('rows')}?outcome=opt_out&after=²").status_code == 200


def test_what_we_know_of_people_is_shown_to_whoever_may_see_them(topic: Topic) -> None:
    """An administrator may import, and doesn't find out who is known to us."""
    browser = browser_of(staff_member("max", ADMINISTRATOR))
    at_check(browser, topic)
    page = text(browser.get(url("check")))
    assert "a@example.org" not in page.partition("<main")[2]
    assert "Small numbers are shown only" in page
    assert browser.get(f"{url('rows')}?outcome=added")["Location"] == url("check")
    assert "b@example.org" in text(browser.get(f"{url('rows')}?outcome=opt_out"))
    assert browser.post(url("report")).status_code == 403
    browser.post(url("import"), {"consent": "The old form"})
    sweep_imports()
    assert followers(topic) == {"a@example.org"}
    batch = ImportBatch.objects.get()
    page = text(browser.get(f"/staff/subscribers/importbatch/{batch.pk}/change/"))
    assert "perhaps" not in page, "reasons quote what stands in the file"
    assert "Already subscribed" not in page, "of a small list, numbers tell who is known to us"


@pytest.mark.parametrize("known", [True, False])
def test_a_look_at_one_address_tells_an_administrator_nothing(
    topic: Topic, known: bool, make_subscriber: MakeSubscriber
) -> None:
    if known:
        make_subscriber("a@example.org", topic=topic)
    browser = browser_of(staff_member("max", ADMINISTRATOR))
    sent(browser, topic, "Email,Newsletter\na@example.org,yes\n")
    sweep_imports()
    browser.post(url("columns"), {"time_zone": "UTC"})
    sweep_imports()
    page = text(browser.get(url("check"))).partition("<main")[2]
    assert ("New or known here" in page, "Go on to import" in page) == (True, True)
    told = ("Will be subscribed", "Already subscribed", "Nobody in this file is new")
    assert [words for words in told if words in page] == []


def test_what_came_of_it_is_said_in_the_same_words_and_without_code(
    browser: Client, topic: Topic
) -> None:
    sent(
        browser,
        topic,
        f"{SHEET.replace('Newsletter', 'Newsletter,Date')}c@example.org,C,yes,3/4/24\n"
        "d@example.org,D,yes,3/4/2024\nno address,X,yes,\n",
    )
    sweep_imports()
    browser.post(url("columns"), {"time_zone": "UTC", "column_3": "timestamp"})
    sweep_imports()
    assert "Choose the order of dates" in text(browser.get(url("check")))
    browser.post(url("import"), {"consent": "The old form"})
    sweep_imports()
    result = text(browser.get(url("result")))
    assert "could be day-first or month-first" in result
    assert "Choose the order of dates" not in result, "it is too late for that"
    batch = ImportBatch.objects.get()
    page = text(browser.get(f"/staff/subscribers/importbatch/{batch.pk}/change/"))
    assert "No consent, or can’t be used" in page
    assert "<div>Row 7: An email address must have an @-sign.</div>" in page
    assert "<div>Date: When they signed up</div>" in page
    assert "&quot;reason&quot;" not in page


def test_the_import_wants_words_about_consent(browser: Client, topic: Topic) -> None:
    at_check(browser, topic)
    answer = browser.post(url("import"), {"consent": " "})
    assert answer.status_code == 422
    assert 'id="consent_error"' in text(answer)


def test_the_import_asks_who_is_there(browser: Client, topic: Topic) -> None:
    at_check(browser, topic)
    sign_in_long_ago(browser)
    assert "/again/" in browser.get(url("import"))["Location"]
    assert "/again/" in browser.post(url("import"), {"consent": "x"})["Location"]
    assert ImportUpload.objects.get().status == ImportStep.CHECKED


def test_people_are_asked_to_confirm_where_the_box_is_ticked(browser: Client, topic: Topic) -> None:
    at_check(browser, topic)
    browser.post(url("import"), {"consent": "The old form", "re_permission": "on"})
    sweep_imports()
    assert "To be asked to confirm" in text(browser.get(url("result")))
    assert followers(topic) == set()


def test_a_list_can_be_discarded(browser: Client, topic: Topic) -> None:
    sent(browser, topic)
    answer = browser.post(url("discard"), follow=True)
    assert "Discarded." in text(answer)
    assert not ImportUpload.objects.exists()
    assert AuditEntry.objects.filter(action="subscribers.list_discarded").exists()


def test_one_may_go_back_and_choose_other_columns(browser: Client, topic: Topic) -> None:
    at_check(browser, topic)
    assert browser.post(url("back"))["Location"] == url("columns")
    assert browser.get(url("columns")).status_code == 200


def test_a_waiting_list_is_found_again(browser: Client, topic: Topic) -> None:
    sent(browser, topic)
    page = text(browser.get(ADD))
    assert ("people.csv" in page, url("columns") in page) == (True, True)


def test_a_page_that_waits_asks_again_and_is_renewed_when_the_step_is_done(
    browser: Client, topic: Topic
) -> None:
    sent(browser, topic)
    answer = browser.get(url("columns"), headers={"HX-Request": "true"})
    assert ("Reading the file" in text(answer), "<html" in text(answer)) == (True, False)
    sweep_imports()
    answer = browser.get(url("columns"), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_an_undo_says_what_it_takes_back_and_is_done_by_a_worker(
    browser: Client, topic: Topic
) -> None:
    at_check(browser, topic)
    browser.post(url("import"), {"consent": "The old form"})
    sweep_imports()
    batch = ImportBatch.objects.get()
    undo = reverse("admin:subscribers_importbatch_undo", args=[batch.pk])
    change = reverse("admin:subscribers_importbatch_change", args=[batch.pk])
    assert undo in text(browser.get(change))
    page = text(browser.get(undo))
    assert "This can’t be taken back" in page
    assert "1 opt-out that the file brought" in page
    assert browser.post(undo)["Location"] == change
    assert "is being undone" in text(browser.get(change))
    assert followers(topic) == {"a@example.org"}
    sweep_task()
    assert followers(topic) == set()
    assert has_opted_out("b@example.org", topic)
    page = text(browser.get(change))
    assert "opt-outs from the file stay" in page
    [entry] = AuditEntry.objects.filter(action="subscribers.import_undone")
    assert entry.actor_name == "lena"
    assert browser.get(undo)["Location"] == change
    assert "was undone already" in text(browser.post(undo, follow=True))


def test_an_undo_counts_whom_it_takes_back_by_what_became_of_them(
    browser: Client, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    mine, other = (
        ImportBatch.objects.create(topic=topic, file_name=name) for name in ("a.csv", "b.csv")
    )
    numbers = dict(zip(SubscriptionStatus, (1, 2, 3, 4, 5), strict=True))
    for batch in (mine, other, mine):
        for status, number in numbers.items():
            for _ in range(number):
                email = f"{uuid4().hex}@example.org"
                person = make_subscriber(email, topic=topic, status=status)
                person.subscriptions.update(import_batch=batch)
    page: Any = browser.get(reverse("admin:subscribers_importbatch_undo", args=[mine.pk]))
    assert page.context["subscribed"] == 2 * numbers[SubscriptionStatus.CONFIRMED]
    assert page.context["pending"] == 2 * numbers[SubscriptionStatus.PENDING]
    gone = numbers[SubscriptionStatus.UNSUBSCRIBED] + numbers[SubscriptionStatus.DECLINED]
    assert page.context["left"] == 2 * gone


def test_an_undo_asks_who_is_there(browser: Client, topic: Topic, sam: User) -> None:
    batch = ImportBatch.objects.create(topic=topic, file_name="x.csv", file_digest="0" * 64)
    undo = reverse("admin:subscribers_importbatch_undo", args=[batch.pk])
    sign_in_long_ago(browser)
    assert "/again/" in browser.post(undo)["Location"]
    assert browser_of(staff_member("ann", AUDITOR)).get(undo).status_code == 403
    batch.refresh_from_db()
    assert batch.undo_asked_at is None
