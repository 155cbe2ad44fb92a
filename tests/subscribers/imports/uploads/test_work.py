"""A worker takes an uploaded list from step to step; whoever dies leaves it to the next."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.models import AuditEntry
from subscribers.imports.row_outcomes import RowOutcome, count_outcomes_in, rows_with
from subscribers.imports.sources.as_list import LIST
from subscribers.imports.uploads import work
from subscribers.imports.uploads.choices import Choices
from subscribers.imports.uploads.folder import ROWS, UPLOAD, folder_named
from subscribers.imports.uploads.upload import choose, start_import
from subscribers.imports.uploads.work import advance_import, sweep_imports
from subscribers.models import ImportBatch, ImportUpload, Subscriber, Subscription, Topic
from subscribers.states import ImportStep, SubscriptionStatus
from tests.subscribers.imports.sheets import followers, has_opted_out, why
from tests.subscribers.imports.uploads.conftest import UploadList
from tests.subscribers.imports.workbooks import archive, text_rows, workbook

SHEET = (
    "Email,Name,Newsletter\n"
    "a@example.org,Ada,yes\n"
    "b@example.org,Ben,no\n"
    "c@example.org,Cleo,perhaps\n"
    "not an address,Dora,yes\n"
    "a@example.org,Ada,yes\n"
)


def step_of(upload: ImportUpload) -> str:
    upload.refresh_from_db()
    return upload.status


def checked(upload: ImportUpload, **choices: object) -> ImportUpload:
    """Take an upload to where it can be imported."""
    assert advance_import(upload.pk)
    upload.refresh_from_db()
    choose(upload, choices=Choices(**choices), rows_as={})  # type: ignore[arg-type] # a test's shorthand
    assert advance_import(upload.pk)
    upload.refresh_from_db()
    return upload


def imported(upload: ImportUpload, **choices: object) -> ImportUpload:
    """Take an upload to its end."""
    checked(upload, **choices)
    assert step_of(upload) == ImportStep.CHECKED, upload.problem
    start_import(upload, consent="The old form", re_permission=False)
    assert advance_import(upload.pk)
    upload.refresh_from_db()
    return upload


def test_a_look_says_what_each_row_would_do_and_changes_nothing(
    upload_list: UploadList, topic: Topic
) -> None:
    upload = checked(upload_list(SHEET))
    assert upload.status == ImportStep.CHECKED
    assert upload.findings["counts"] == {
        "added": 1, "opt_out": 1, "no_consent": 1, "refused": 1, "repeated": 1,
    }  # fmt: skip
    path = folder_named(upload.folder) / ROWS
    [left] = rows_with(path, RowOutcome.OPT_OUT, after=0, limit=9)
    assert (left.number, left.address, left.reason) == (3, "b@example.org", "Newsletter: no")
    [gap] = rows_with(path, RowOutcome.NO_CONSENT, after=0, limit=9)
    assert "perhaps" in gap.reason
    assert not Subscriber.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not has_opted_out("b@example.org", topic)


def test_the_import_does_what_the_look_said(upload_list: UploadList, topic: Topic) -> None:
    upload = imported(upload_list(SHEET))
    assert upload.status == ImportStep.IMPORTED
    assert followers(topic) == {"a@example.org"}
    assert has_opted_out("b@example.org", topic)
    assert upload.batch is not None
    assert upload.batch.consent_words == "The old form"
    assert upload.findings["counts"]["added"] == 1


def test_the_file_goes_once_it_is_imported_and_the_outcomes_stay(
    upload_list: UploadList,
) -> None:
    upload = upload_list(SHEET)
    folder = folder_named(upload.folder)
    assert {path.name for path in folder.iterdir()} == {UPLOAD}
    imported(upload)
    assert {path.name for path in folder.iterdir()} == {ROWS}
    assert count_outcomes_in(folder / ROWS)["added"] == 1


def test_the_audit_log_names_whoever_imported(upload_list: UploadList, lena: User) -> None:
    imported(upload_list(SHEET))
    [entry] = AuditEntry.objects.filter(action="subscribers.imported")
    assert (entry.actor_name, entry.actor_id) == ("lena", lena.pk)
    assert AuditEntry.objects.filter(action="subscribers.list_uploaded").count() == 1


def test_a_list_is_never_imported_twice(upload_list: UploadList, topic: Topic) -> None:
    upload = imported(upload_list(SHEET))
    assert not advance_import(upload.pk)
    sweep_imports()
    assert ImportBatch.objects.count() == 1


def test_a_step_that_a_worker_has_is_left_to_it(upload_list: UploadList) -> None:
    upload = upload_list(SHEET)
    ImportUpload.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    assert not advance_import(upload.pk)
    assert step_of(upload) == ImportStep.READING


def test_the_step_of_a_dead_worker_is_done_by_the_next(upload_list: UploadList) -> None:
    upload = upload_list(SHEET)
    ImportUpload.objects.update(lease_until=timezone.now() - timedelta(seconds=1), attempt=1)
    sweep_imports()
    assert step_of(upload) == ImportStep.COLUMNS


def test_a_worker_that_was_taken_over_imports_nothing(
    upload_list: UploadList, topic: Topic
) -> None:
    """It was too slow, and comes back while another one has the list."""
    upload = checked(upload_list(SHEET))
    start_import(upload, consent="The old form", re_permission=False)
    slow = work._claim(upload.pk)
    assert slow is not None
    ImportUpload.objects.update(claim_token=uuid4())
    with pytest.raises(work.TakenOver):
        work._import(slow)
    assert not ImportBatch.objects.exists()
    assert not Subscriber.objects.exists()
    ImportUpload.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert advance_import(upload.pk)
    assert followers(topic) == {"a@example.org"}


def test_a_list_that_fails_again_and_again_goes_back_with_the_reason(
    upload_list: UploadList,
) -> None:
    upload = upload_list(SHEET)
    ImportUpload.objects.update(attempt=work.MOST_ATTEMPTS)
    assert advance_import(upload.pk)
    assert step_of(upload) == ImportStep.REFUSED
    assert "failed 3 times" in upload.problem


def test_a_host_without_the_files_leaves_the_list_to_the_one_that_has_them(
    upload_list: UploadList,
) -> None:
    upload = upload_list(SHEET)
    ImportUpload.objects.update(folder="0" * 32)
    assert not advance_import(upload.pk)
    assert step_of(upload) == ImportStep.READING


def test_a_file_that_is_no_list_is_refused_with_the_reason(upload_list: UploadList) -> None:
    upload = upload_list(b"%PDF-1.7 rubbish", name="list.csv")
    advance_import(upload.pk)
    assert step_of(upload) == ImportStep.REFUSED
    assert "PDF" in upload.problem
    assert "--" not in upload.problem


def test_a_column_that_may_decide_leads_back_to_the_columns(upload_list: UploadList) -> None:
    upload = checked(upload_list("Email,Remark\na@example.org,unsubscribed\n"))
    assert upload.status == ImportStep.COLUMNS
    assert upload.problem_header == "Remark"
    assert "may say who must not get email" in upload.problem
    assert "--map" not in upload.problem
    choose(upload, choices=Choices(columns={"Remark": "status"}), rows_as={})
    advance_import(upload.pk)
    assert step_of(upload) == ImportStep.CHECKED
    assert upload.findings["counts"] == {"opt_out": 1}


def test_another_encoding_has_the_headings_read_anew(upload_list: UploadList) -> None:
    upload = upload_list("E-mail,Prénom\na@example.org,Zoë\n".encode("windows-1252"))
    advance_import(upload.pk)
    assert step_of(upload) == ImportStep.COLUMNS
    assert "not UTF-8" in upload.problem
    choose(upload, choices=Choices(encoding="windows-1252"), rows_as={})
    assert step_of(upload) == ImportStep.READING
    advance_import(upload.pk)
    assert step_of(upload) == ImportStep.COLUMNS
    assert (upload.problem, upload.parts[0]["headers"]) == ("", ["E-mail", "Prénom"])
    choose(upload, choices=Choices(encoding="windows-1252"), rows_as={})
    advance_import(upload.pk)
    start_import(ImportUpload.objects.get(), consent="Form", re_permission=False)
    advance_import(upload.pk)
    assert Subscriber.objects.get().full_name == "Zoë"


def test_a_whole_export_brings_its_opt_outs(upload_list: UploadList, topic: Topic) -> None:
    header = "Email Address,First Name\n"
    upload = imported(
        upload_list(
            archive(
                {
                    "subscribed_members_export_1.csv": f"{header}a@example.org,Ada\n",
                    "unsubscribed_members_export_1.csv": f"{header}b@example.org,Ben\n",
                    "cleaned_members_export_1.csv": f"{header}c@example.org,Cleo\n",
                }
            ),
            name="audience.zip",
        )
    )
    assert upload.status == ImportStep.IMPORTED, upload.problem
    assert followers(topic) == {"a@example.org"}
    assert has_opted_out("b@example.org", topic)
    assert why("c@example.org") == {"hard_bounce"}
    assert not (folder_named(upload.folder) / LIST).exists()


def test_a_workbook_is_imported(upload_list: UploadList, topic: Topic) -> None:
    rows = text_rows(["Email", "Name"], ["a@example.org", "Ada Lovelace"])
    imported(upload_list(workbook({"People": rows}), name="people.xlsx"))
    assert followers(topic) == {"a@example.org"}


def test_a_list_that_grew_changes_only_what_is_new(upload_list: UploadList, topic: Topic) -> None:
    imported(upload_list("Email,Name\na@example.org,Ada\n"))
    first = Subscription.objects.values("pk", "changed_at").get()
    upload = imported(upload_list("Email,Name\na@example.org,Ada\nb@example.org,Ben\n"))
    assert upload.findings["counts"] == {"known": 1, "added": 1}
    assert Subscription.objects.values("pk", "changed_at").get(pk=first["pk"]) == first
    again = imported(upload_list("Email,Name\na@example.org,Ada\nb@example.org,Ben\n"))
    assert (again.status, again.batch) == (ImportStep.IMPORTED, None)
    assert ImportBatch.objects.count() == 2


def test_whoever_may_no_longer_import_imports_nothing(
    upload_list: UploadList, lena: User, topic: Topic
) -> None:
    upload = checked(upload_list(SHEET))
    start_import(upload, consent="The old form", re_permission=False)
    lena.groups.clear()
    advance_import(upload.pk)
    assert step_of(upload) == ImportStep.COLUMNS
    assert "may not import" in upload.problem
    assert not followers(topic)


def test_a_topic_that_was_hidden_meanwhile_gets_nobody(
    upload_list: UploadList, topic: Topic
) -> None:
    upload = checked(upload_list(SHEET))
    start_import(upload, consent="The old form", re_permission=False)
    Topic.objects.update(is_public=False, is_restricted=True)
    advance_import(upload.pk)
    assert step_of(upload) == ImportStep.COLUMNS
    assert not followers(topic)


def test_people_may_be_asked_instead_of_subscribed(upload_list: UploadList) -> None:
    upload = checked(upload_list(SHEET))
    start_import(upload, consent="The old form", re_permission=True)
    advance_import(upload.pk)
    assert step_of(upload) == ImportStep.IMPORTED
    assert upload.findings["counts"]["asked"] == 1
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING


def test_whatever_fails_is_tried_again_and_goes_back_in_the_end(
    upload_list: UploadList, caplog: pytest.LogCaptureFixture
) -> None:
    upload = upload_list(SHEET)
    (folder_named(upload.folder) / UPLOAD).unlink()
    for _ in range(work.MOST_ATTEMPTS):
        sweep_imports()
        assert step_of(upload) == ImportStep.READING
    sweep_imports()
    assert step_of(upload) == ImportStep.REFUSED
    assert "failed while it was reading" in caplog.text
    assert "people.csv" not in caplog.text
