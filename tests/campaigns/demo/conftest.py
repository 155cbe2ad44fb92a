"""The demo, loaded once for all tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from campaigns.demo.load import Loaded, load_demo
from campaigns.models import Campaign
from tests.shared_rows import copy_files, shared_rows


@pytest.fixture(scope="module")
def files_of_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def shared_demo(
    files_of_demo: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Loaded]:
    """The demo takes three seconds of CPU to load, and most tests read it."""
    with shared_rows(load_demo, folder=files_of_demo, blocker=django_db_blocker) as made:
        assert made is not None
        yield made


@pytest.fixture
def loaded(shared_demo: Loaded, files_of_demo: Path, db: None) -> Loaded:
    """The loaded demo, of which nothing has been changed."""
    copy_files(files_of_demo)
    return Loaded(
        sent=Campaign.objects.get(pk=shared_demo.sent.pk),
        ready=Campaign.objects.get(pk=shared_demo.ready.pk),
    )
