"""A person's steps: each names the steps at which it applies."""

import pytest
from django.contrib.auth.models import AnonymousUser, User

from staff.roles import LIST_MANAGER
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.uploads.choices import Choices
from subscribers.imports.uploads.folder import folder_named
from subscribers.imports.uploads.upload import (
    NotNow,
    change_columns,
    choose,
    discard,
    start_import,
    visible_uploads,
)
from subscribers.imports.uploads.work import advance_import
from subscribers.models import ImportUpload, Topic
from subscribers.states import ImportStep
from tests.staff_members import staff_member
from tests.subscribers.imports.uploads.conftest import UploadList


def at(step: ImportStep, upload: ImportUpload) -> ImportUpload:
    ImportUpload.objects.filter(pk=upload.pk).update(status=step)
    upload.refresh_from_db()
    return upload


@pytest.fixture
def read(upload_list: UploadList) -> ImportUpload:
    """A list that a worker has read."""
    upload = upload_list("Email,Name\na@example.org,Ada\n")
    advance_import(upload.pk)
    upload.refresh_from_db()
    return upload


def test_only_whoever_uploaded_a_list_sees_it(read: ImportUpload, lena: User) -> None:
    other = staff_member("lars", LIST_MANAGER)
    assert list(visible_uploads(lena)) == [read]
    assert not visible_uploads(other)
    assert not visible_uploads(AnonymousUser())


def test_a_list_for_a_topic_that_one_may_not_know_of_is_not_seen(
    read: ImportUpload, lena: User
) -> None:
    Topic.objects.update(is_public=False, is_restricted=True)
    assert not visible_uploads(User.objects.get(pk=lena.pk))


@pytest.mark.parametrize("step", sorted(set(ImportStep) - {ImportStep.COLUMNS, ImportStep.CHECKED}))
def test_columns_are_chosen_at_their_step_alone(step: ImportStep, read: ImportUpload) -> None:
    with pytest.raises(NotNow):
        choose(at(step, read), choices=Choices(), rows_as={})


@pytest.mark.parametrize("step", sorted(set(ImportStep) - {ImportStep.CHECKED}))
def test_what_was_not_looked_at_is_not_imported(step: ImportStep, read: ImportUpload) -> None:
    with pytest.raises(NotNow):
        start_import(at(step, read), consent="The old form", re_permission=False)


def test_subscribers_need_words_about_their_consent(read: ImportUpload) -> None:
    with pytest.raises(ImportProblem, match="how these people agreed"):
        start_import(at(ImportStep.CHECKED, read), consent="  ", re_permission=False)


def test_opt_outs_need_none(read: ImportUpload) -> None:
    choose(read, choices=Choices(), rows_as={0: "unsubscribed"})
    start_import(at(ImportStep.CHECKED, read), consent="", re_permission=False)
    assert read.status == ImportStep.IMPORTING


def test_at_least_one_table_is_imported(read: ImportUpload) -> None:
    with pytest.raises(ImportProblem, match="at least one"):
        choose(read, choices=Choices(), rows_as={0: "left-out"})


def test_one_may_go_back_to_the_columns(read: ImportUpload) -> None:
    change_columns(at(ImportStep.CHECKED, read))
    assert read.status == ImportStep.COLUMNS


def test_a_discarded_list_leaves_no_file(
    read: ImportUpload, django_capture_on_commit_callbacks: object
) -> None:
    folder = folder_named(read.folder)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator] # a fixture's function
        discard(read)
    assert not ImportUpload.objects.exists()
    assert not folder.exists()


@pytest.mark.parametrize("step", [ImportStep.IMPORTING, ImportStep.IMPORTED])
def test_a_list_that_is_being_imported_is_not_discarded(
    step: ImportStep, read: ImportUpload
) -> None:
    with pytest.raises(NotNow):
        discard(at(step, read))
