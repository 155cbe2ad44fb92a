"""The database finds the same code in an answer as we do."""

import pytest

from newsletter.models import TransactionalMessage
from newsletter.transport.results.code_in_rows import CodeInRows
from newsletter.transport.results.reply_codes import code_of
from tests.bounce_corpus import samples

ODD = (
    "",
    "550 5.1.1 <recipient>: no such user here",
    "smtp; 550-5.1.1 The email account does not exist",
    "Failed after 8 attempts. 451 4.7.1 Greylisted",
    "Failed after 8 attempts. HTTP 429: 451 4.7.1",
    "said: 421 Try later, then:452 #4.2.2 full",
    "554 rejected (5.7.26)",
    "554 rejected 1.5.7.26.1",
    "HTTP 4290 HTTP 42",
    "5504 5.1.1",
    "550 5.1.1234 or 550 5.1.",
    "No ASCII: 451 4.7.1é, 2ü2 452",
    "%s %(x)s 451 4.7.1 'quoted'",
    "a\nb: 450 4.2.0\r\n",
)


@pytest.mark.django_db
@pytest.mark.postgres
def test_the_database_finds_the_code_of_whatever_mail_systems_wrote() -> None:
    lines = {
        line[:300].replace("\0", "")
        for sample in samples()
        for line in sample.raw.decode("utf-8", "replace").splitlines()
    }
    TransactionalMessage.objects.bulk_create(
        TransactionalMessage(kind="welcome", to="ada@mail.example", reason=line)
        for line in sorted({*lines, *ODD})
    )
    found = TransactionalMessage.objects.annotate(code=CodeInRows("reason"))
    seen = set[str]()
    for reason, code in found.values_list("reason", "code"):
        assert code_of(code) == code_of(reason), reason
        seen.add(code_of(code))
    assert len(seen) > 20, "the samples hold many"
