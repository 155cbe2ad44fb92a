"""Staff pages show without scripts, too, though unfold hides them until its own has run."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from staff.roles import LIST_MANAGER
from tests.staff_members import browser_of, staff_member

SHEET = re.compile(r'<noscript><link rel="stylesheet" href="/static/(\S+\.css)"></noscript>')


@pytest.mark.parametrize("path", ["/staff/login/", "/staff/", "/staff/subscribers/subscriber/"])
@pytest.mark.django_db
def test_a_style_sheet_shows_the_page_where_no_script_does(path: str) -> None:
    known = staff_member("lia", LIST_MANAGER)
    browser = Client() if "login" in path else browser_of(known)
    page = browser.get(path).content.decode()
    assert "x-cloak" in page.partition("<body")[0]
    (name,) = SHEET.findall(page.partition("<body")[0])
    found = finders.find(name)
    assert isinstance(found, str)
    rules = Path(found).read_text(encoding="utf-8")
    assert re.search(r"html\[x-cloak\]\s*{\s*display: block !important;", rules)
