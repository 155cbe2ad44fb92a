"""Links of a campaign are tried when somebody asks, once, and tell of themselves as advice."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.utils import timezone

from campaigns.models import Campaign, LinkTrial
from campaigns.review.finding import blockers
from campaigns.review.link_trials.ask import AFTER_TROUBLE, AGAIN_AFTER, NotTried, ask_to_try
from campaigns.review.link_trials.attempt import attempt
from campaigns.review.link_trials.run import FORGOTTEN_AFTER, try_links
from campaigns.review.link_trials.summary import tried_links
from campaigns.review.preflight import preflight
from campaigns.review_states import LinkOutcome
from campaigns.states import CampaignStatus
from campaigns.tasks import forget_expired
from newsletter.core.outbound.reach import Reach
from tests.fakes import dns_server, raw_sites
from tests.fakes.raw_sites import OK, Authority, Behaviour, Site, hangs, leads_to, says

HOST = "conference.test-site.org"
OTHER = "elsewhere.another-site.org"
NAMES = {HOST: [["127.0.0.1"]], OTHER: [["127.0.0.1"]], f"www.{HOST}": [["127.0.0.1"]]}

type Opens = Callable[..., tuple[Site, Reach]]


def status(code: int, reason: str = "x") -> bytes:
    return f"HTTP/1.1 {code} {reason}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Opens]:
    """Serve a website, and return it with what may be opened."""
    with ExitStack() as stack:
        resolver = stack.enter_context(dns_server.serve(NAMES))
        authority = Authority(tmp_path)

        def serve(behaviour: Behaviour, *, host: str = "", days: int = 1) -> tuple[Site, Reach]:
            tls = authority.context(host, days=days) if host else None
            site = stack.enter_context(raw_sites.serve(behaviour, tls=tls))
            reach = Reach(
                networks=(ip_network("127.0.0.0/8"),),
                ports=frozenset({site.port}),
                resolver=resolver,
                authorities=str(authority.path),
            )
            return site, reach

        yield serve


def opened(behaviour: Behaviour, opens: Opens, path: str = "/") -> tuple[LinkOutcome, Site]:
    site, reach = opens(behaviour)
    return attempt(f"http://{HOST}:{site.port}{path}", reach=reach).outcome, site


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (200, LinkOutcome.REACHED),
        (204, LinkOutcome.REACHED),
        (206, LinkOutcome.REACHED),
        (304, LinkOutcome.REACHED),
        (416, LinkOutcome.REACHED),
        (401, LinkOutcome.ASKS_TO_SIGN_IN),
        (404, LinkOutcome.NOT_FOUND),
        (410, LinkOutcome.NOT_FOUND),
        (500, LinkOutcome.SITE_FAILS),
        (400, LinkOutcome.TURNED_AWAY),
        (403, LinkOutcome.TURNED_AWAY),
        (405, LinkOutcome.TURNED_AWAY),
        (429, LinkOutcome.TURNED_AWAY),
        (451, LinkOutcome.TURNED_AWAY),
        (503, LinkOutcome.TURNED_AWAY),
        (999, LinkOutcome.TURNED_AWAY),
        (302, LinkOutcome.TURNED_AWAY),
    ],
)
def test_an_answer_means_this_for_the_link(code: int, outcome: LinkOutcome, opens: Opens) -> None:
    assert opened(says(status(code)), opens)[0] == outcome


def test_a_site_is_asked_for_the_head_and_only_else_for_the_beginning_of_the_page(
    opens: Opens,
) -> None:
    def knows_no_head(connection: socket.socket, head: str) -> None:
        connection.sendall(OK if head.startswith("GET") else status(405))

    outcome, one = opened(says(status(200)), opens)
    assert outcome == LinkOutcome.REACHED
    assert [each.split(" ", 1)[0] for each in one.requests] == ["HEAD"]

    outcome, other = opened(knows_no_head, opens)
    assert outcome == LinkOutcome.REACHED
    assert [each.split(" ", 1)[0] for each in other.requests] == ["HEAD", "GET"]
    assert "Range: bytes=0-1023" in other.requests[1]


def test_a_site_that_hangs_up_on_a_head_is_asked_for_the_page(opens: Opens) -> None:
    def answer(connection: socket.socket, head: str) -> None:
        if head.startswith("GET"):
            connection.sendall(OK)

    assert opened(answer, opens)[0] == LinkOutcome.REACHED


def test_sites_learn_nothing_of_whose_email_it_is(opens: Opens) -> None:
    _, site = opened(says(status(404)), opens, "/programme?page=2")

    names = {
        line.partition(":")[0].lower() for each in site.requests for line in each.splitlines()[1:]
    }
    assert names <= {"", "host", "user-agent", "accept", "accept-encoding", "connection", "range"}


def test_where_a_link_leads_is_told_if_it_is_another_site(opens: Opens) -> None:
    def answer(connection: socket.socket, head: str) -> None:
        if OTHER in head or "www." in head:
            connection.sendall(status(200))
        else:
            to = OTHER if "/far" in head else f"www.{HOST}"
            port = head.partition("Host: ")[2].splitlines()[0].partition(":")[2]
            connection.sendall(leads_to(f"http://{to}:{port}/there"))

    site, reach = opens(answer)
    assert attempt(f"http://{HOST}:{site.port}/far", reach=reach).leads_to == OTHER
    assert attempt(f"http://{HOST}:{site.port}/near", reach=reach).leads_to == ""


@pytest.mark.parametrize(
    ("host", "days", "outcome"),
    [
        (HOST, 1, LinkOutcome.REACHED),
        (HOST, -1, LinkOutcome.CERTIFICATE_EXPIRED),
        (OTHER, 1, LinkOutcome.CERTIFICATE_OF_ANOTHER),
    ],
)
def test_certificates_are_looked_at(
    host: str, days: int, outcome: LinkOutcome, opens: Opens
) -> None:
    site, reach = opens(says(status(200)), host=host, days=days)

    assert attempt(f"https://{HOST}:{site.port}/", reach=reach).outcome == outcome


def test_a_page_that_is_shown_by_http_alone_is_told(opens: Opens) -> None:
    plain, plain_reach = opens(says(status(200)))
    site, reach = opens(says(leads_to(f"http://{HOST}:{plain.port}/")), host=HOST)
    both = Reach(reach.networks, reach.ports | plain_reach.ports, reach.resolver, reach.authorities)

    assert attempt(f"https://{HOST}:{site.port}/", reach=both).ends_in_http


def test_a_name_that_nobody_has_and_one_inside() -> None:
    with dns_server.serve({OTHER: [["10.0.0.1"]], dns_server.ROOT: [[]]}) as resolver:
        reach = Reach(resolver=resolver)
        assert attempt(f"https://{HOST}/", reach=reach).outcome == LinkOutcome.NO_SUCH_NAME
        assert attempt(f"https://{OTHER}/", reach=reach).outcome == LinkOutcome.NOT_PUBLIC


@pytest.mark.thorough
def test_without_a_network_nothing_is_said_against_a_link() -> None:
    with dns_server.serve({HOST: [["93.184.216.34"]]}) as resolver:
        resolver.nameservers = ["127.0.0.1"]
        resolver.port, resolver.lifetime = 9, 0.3  # nobody answers at "discard"
        found = attempt(f"https://{HOST}/", reach=Reach(resolver=resolver))

    assert found.outcome == LinkOutcome.NOT_TRIED


@pytest.fixture
def linked(draft: Campaign) -> Callable[..., Campaign]:
    def write(*urls: str) -> Campaign:
        content = draft.contents.get(language="en")
        links = "".join(f'<p><a href="{url}">Page {n}</a></p>' for n, url in enumerate(urls))
        content.blocks = [*content.blocks, {"type": "rich_text", "html": links}]
        content.save()
        return draft

    return write


@pytest.mark.django_db
def test_links_that_wait_are_tried_and_settled(opens: Opens) -> None:
    def answer(connection: socket.socket, head: str) -> None:
        connection.sendall(status(404 if "/gone" in head else 403 if "/bots" in head else 200))

    site, reach = opens(answer, host=HOST)
    for path in ("good", "gone", "bots"):
        url = f"https://{HOST}:{site.port}/{path}"
        LinkTrial.objects.create(url_hash=path, url=url, host=HOST, asked_at=timezone.now())

    assert try_links(reach=reach)  # two of a host at once
    assert not try_links(reach=reach)

    assert dict(LinkTrial.objects.values_list("url_hash", "outcome")) == {
        "good": LinkOutcome.REACHED,
        "gone": LinkOutcome.NOT_FOUND,
        "bots": LinkOutcome.TURNED_AWAY,
    }
    before = len(site.requests)
    assert not try_links(reach=reach)
    assert len(site.requests) == before


def trial(url: str, outcome: LinkOutcome, **more: object) -> LinkTrial:
    """Return an attempt as a worker leaves it, a minute after somebody asked."""
    asked = timezone.now() - timedelta(minutes=2)
    found = LinkTrial.objects.get(url=url)
    values = {"asked_at": asked, "tried_at": asked + timedelta(minutes=1), "outcome": outcome}
    LinkTrial.objects.filter(pk=found.pk).update(**values, **more)
    found.refresh_from_db()
    return found


@pytest.mark.django_db
class TestAsking:
    def test_each_link_waits_once(self, linked: Callable[..., Campaign]) -> None:
        campaign = linked(f"https://{HOST}/a", f"https://{HOST}/a#b", "https://un.org/?token=x")

        assert ask_to_try(campaign) == 1
        assert ask_to_try(campaign) == 0
        found = tried_links(campaign)
        assert (found.number, found.waiting, len(found.left_alone)) == (1, 1, 1)

    @pytest.mark.parametrize(
        ("outcome", "after"),
        [
            (LinkOutcome.REACHED, AGAIN_AFTER),
            (LinkOutcome.TURNED_AWAY, AGAIN_AFTER),
            (LinkOutcome.NOT_FOUND, AFTER_TROUBLE),
            (LinkOutcome.NOT_TRIED, AFTER_TROUBLE),
        ],
    )
    def test_a_site_is_left_in_peace_for_a_while(
        self, linked: Callable[..., Campaign], outcome: LinkOutcome, after: timedelta
    ) -> None:
        campaign = linked(f"https://{HOST}/a")
        ask_to_try(campaign)
        tried = trial(f"https://{HOST}/a", outcome)
        assert tried.tried_at

        assert ask_to_try(campaign, now=tried.tried_at + after - timedelta(seconds=1)) == 0
        assert ask_to_try(campaign, now=tried.tried_at + after) == 1
        assert LinkTrial.objects.get().is_waiting

    def test_one_site_is_asked_ten_times_an_hour(self, linked: Callable[..., Campaign]) -> None:
        campaign = linked(*(f"https://{HOST}/{n}" for n in range(14)))
        now = timezone.now()

        assert ask_to_try(campaign, now=now) == 10
        assert ask_to_try(campaign, now=now + timedelta(minutes=59)) == 0
        assert ask_to_try(campaign, now=now + timedelta(minutes=61)) == 4

    def test_links_of_a_need_to_know_topic_are_never_tried(
        self, linked: Callable[..., Campaign]
    ) -> None:
        campaign = linked(f"https://{HOST}/a")
        campaign.topic.is_restricted, campaign.topic.is_public = True, False
        campaign.topic.save()

        with pytest.raises(NotTried, match="need-to-know"):
            ask_to_try(campaign)
        assert not LinkTrial.objects.exists()
        assert "need-to-know" in tried_links(campaign).never

    def test_a_campaign_that_has_left_is_not_tried(self, linked: Callable[..., Campaign]) -> None:
        campaign = linked(f"https://{HOST}/a")
        Campaign.objects.filter(pk=campaign.pk).update(status=CampaignStatus.SENT)
        campaign.refresh_from_db()

        with pytest.raises(NotTried):
            ask_to_try(campaign)

    def test_attempts_are_deleted_after_three_days(self, linked: Callable[..., Campaign]) -> None:
        ask_to_try(linked(f"https://{HOST}/a", f"https://{OTHER}/b"))
        LinkTrial.objects.filter(host=HOST).update(asked_at=timezone.now() - FORGOTTEN_AFTER)

        forget_expired()

        assert [each.host for each in LinkTrial.objects.all()] == [OTHER]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("outcome", "more", "words"),
    [
        (LinkOutcome.NOT_FOUND, {"status": 404}, "has no page at this address (404)"),
        (LinkOutcome.TOO_SLOW, {}, "didn’t answer our server in time"),
        (LinkOutcome.CERTIFICATE_EXPIRED, {}, "has expired"),
        (LinkOutcome.REACHED, {"ends_in_http": True}, "by http alone"),
        (LinkOutcome.REACHED, {"leads_to": OTHER}, f"another site, {OTHER}"),
        (
            LinkOutcome.NO_SUCH_NAME,
            {"leads_to": OTHER},
            f"{HOST} leads on to {OTHER}. There is no website at {OTHER}",
        ),
    ],
)
def test_what_was_found_is_advice_at_the_link(
    linked: Callable[..., Campaign], outcome: LinkOutcome, more: dict[str, object], words: str
) -> None:
    url = f"https://{HOST}/a"
    campaign = linked(f"{url}#part")
    before = preflight(campaign)
    ask_to_try(campaign)
    trial(url, outcome, **more)

    (found,) = [each for each in preflight(campaign) if each not in before]

    assert words in found.message
    assert found.severity == "advice"
    assert found.path == f"contents.en.blocks[{len(campaign.contents.get().blocks) - 1}].html"
    assert not blockers([found])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("outcome", "unknown"),
    [
        (LinkOutcome.REACHED, 0),
        (LinkOutcome.TURNED_AWAY, 1),
        (LinkOutcome.NOT_TRIED, 1),
    ],
)
def test_nothing_is_said_against_a_link_of_which_nothing_is_known(
    linked: Callable[..., Campaign], outcome: LinkOutcome, unknown: int
) -> None:
    campaign = linked(f"https://{HOST}/a")
    before = preflight(campaign)
    ask_to_try(campaign)
    trial(f"https://{HOST}/a", outcome, status=403)

    assert preflight(campaign) == before
    assert len(tried_links(campaign).unknown) == unknown


@pytest.mark.django_db
def test_every_outcome_has_words_or_is_no_finding(linked: Callable[..., Campaign]) -> None:
    campaign = linked(f"https://{HOST}/a")
    ask_to_try(campaign)
    for outcome in LinkOutcome:
        trial(f"https://{HOST}/a", outcome, status=500)
        found = tried_links(campaign)
        assert found.fine + found.odd + len(found.unknown) == 1


@pytest.mark.django_db
def test_a_worker_that_died_leaves_its_links_to_others(
    linked: Callable[..., Campaign], opens: Opens
) -> None:
    ask_to_try(linked(f"https://{HOST}/a"))
    now = timezone.now()
    _, reach = opens(hangs)

    LinkTrial.objects.update(lease_until=now + timedelta(minutes=3))
    assert not try_links(reach=reach)
    assert LinkTrial.objects.get().is_waiting

    LinkTrial.objects.update(lease_until=now - timedelta(seconds=1))
    try_links(reach=reach)
    assert not LinkTrial.objects.get().is_waiting
