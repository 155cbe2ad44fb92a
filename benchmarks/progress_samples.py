"""Ask for a campaign's progress page: `python -m benchmarks.progress_samples CAMPAIGN`.

Every 200 ms, as a browser would, from launch until the campaign has ended. Prints a line of JSON
for each page: the seconds and CPU seconds that it took, the sum of the numbers on it, and the
number of recipients that they are of.
"""

import json
import os
import re
import sys
import time

EVERY = 0.2
PATIENCE = 600
"""Seconds for the campaign to end."""

_NUMBER = re.compile(r'<td class="st-number">([\d,]+)</td>')
_OF = re.compile(r"</strong> of ([\d,]+) done")


def sample(campaign_id: int) -> None:
    """Print the figures of each page.

    Raises:
        TimeoutError: the campaign did not end.
    """
    from django.contrib.auth.models import User
    from django.test import Client

    from campaigns.models import Campaign
    from campaigns.states import CampaignStatus
    from staff.accounts.roles_of import groups_of
    from staff.roles import LIST_MANAGER, PUBLISHER

    account, _ = User.objects.get_or_create(username="watching", defaults={"is_staff": True})
    account.groups.set(groups_of([PUBLISHER, LIST_MANAGER]))
    browser = Client(HTTP_HOST="lists.example.org")
    browser.force_login(account)
    url = f"/staff/campaigns/campaign/{campaign_id}/progress/"
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        began, used = time.perf_counter(), time.process_time()
        answer = browser.get(url, secure=True, headers={"HX-Request": "true"})
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
        html = answer.content.decode() if answer.status_code == 200 else ""
        if of := _OF.search(html):
            numbers = [int(each.replace(",", "")) for each in _NUMBER.findall(html)]
            line = {
                "seconds": seconds, "cpu": cpu, "sum": sum(numbers),
                "of": int(of[1].replace(",", "")),
            }  # fmt: skip
            print(json.dumps(line), flush=True)
        status = Campaign.objects.values_list("status", flat=True).get(pk=campaign_id)
        if status in (CampaignStatus.SENT, CampaignStatus.CANCELLED):
            return
        time.sleep(max(0.0, EVERY - seconds))
    raise TimeoutError("the campaign did not end")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    sample(int(sys.argv[1]))
