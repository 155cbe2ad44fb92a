"""The failed emails of a campaign, counted by what a retry would do with them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Case, Count, TextField, Value, When

from campaigns.models import Campaign, Delivery
from campaigns.sending.left_failed import WAS_PUT_OFF, why_it_stays
from campaigns.states import DeliveryStatus
from newsletter.transport.results.code_in_rows import CodeInRows
from newsletter.transport.results.reply_codes import code_of


@dataclass(frozen=True, slots=True)
class Failures:
    """The failed emails of a campaign: those that can be tried again, and all others.

    Args:
        again: how many can be tried again.
        codes: of them, how many by the code of the last answer.
        others: how many stay as they are, by reason.
    """

    again: int = 0
    codes: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)


def failures_of(campaign: Campaign) -> Failures:
    """Count the failed emails of a campaign, in one statement however many there are.

    It reads these alone, by an index that has them and few others.
    """
    failed = Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.FAILED)
    # The code is asked of all that were put off, since asking which of them stay costs more.
    code = Case(
        When(WAS_PUT_OFF, then=CodeInRows("reason")),
        default=Value(""),
        output_field=TextField(),
    )
    rows = failed.annotate(why=why_it_stays(campaign), code=code).values_list("why", "code")
    codes, others = Counter[str](), Counter[str]()
    for why, answer, number in rows.annotate(number=Count("*")).order_by():
        if why:
            others[why] += number
        else:
            codes[code_of(answer)] += number
    return Failures(codes.total(), codes, others)
