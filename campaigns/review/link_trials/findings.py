"""Advice about links that a worker has tried. It blocks nothing: a site may be better tomorrow."""

from collections.abc import Iterator, Sequence

from campaigns.models import LinkTrial
from campaigns.review.checks.link_hosts import host_in_words, host_of
from campaigns.review.checks.written import WrittenLink
from campaigns.review.finding import PreflightFinding, advice
from campaigns.review.link_trials.links import url_hash
from campaigns.review_states import LinkOutcome

_UNKNOWN = frozenset({"", LinkOutcome.TURNED_AWAY, LinkOutcome.NOT_TRIED})
"""They say nothing against a link. The list of tried links names them."""

_WORDS = {
    LinkOutcome.NOT_FOUND: "{host} has no page at this address ({status}). Check the link.",
    LinkOutcome.ASKS_TO_SIGN_IN: (
        "{host} asks whoever opens this link to sign in. Check that recipients can."
    ),
    LinkOutcome.SITE_FAILS: (
        "{host} answered with an error of its own ({status}). Try the link again before you send."
    ),
    LinkOutcome.NOT_PUBLIC: (
        "{host} is inside of one network by its address. Others can’t reach it."
    ),
    LinkOutcome.NO_SUCH_NAME: "There is no website at {host}. Check the spelling.",
    LinkOutcome.NOT_CONNECTED: "No website answers at {host}. Check the link.",
    LinkOutcome.TOO_SLOW: "{host} didn’t answer our server in time. Open the link to check.",
    LinkOutcome.CERTIFICATE_EXPIRED: (
        "The certificate of {host} has expired, so browsers warn of the site. Tell whoever runs it."
    ),
    LinkOutcome.CERTIFICATE_OF_ANOTHER: (
        "The certificate at {host} is for another site, so browsers warn of it. Check the link."
    ),
    LinkOutcome.CERTIFICATE_UNTRUSTED: (
        "Our server doesn’t trust the certificate of {host}. Open the link to see if browsers do."
    ),
    LinkOutcome.TOO_MANY_REDIRECTS: "{host} leads in a circle. Open the link to check.",
}


def tried_link_findings(links: Sequence[WrittenLink]) -> Iterator[PreflightFinding]:
    """Find links that didn't work when they were tried, and those that lead somewhere else.

    Args:
        links: of one language, in the order of reading.
    """
    hashes = {url_hash(link.url) for link in links if host_of(link.url)}
    trials = LinkTrial.objects.filter(url_hash__in=hashes).exclude(tried_at=None) if hashes else []
    tried = {trial.url_hash: trial for trial in trials}
    for link in links:
        trial = tried.get(url_hash(link.url))
        if trial and (words := words_of(trial)):
            yield advice(words, link.path)


def words_of(trial: LinkTrial) -> str:
    """Return what is to be said of a link that was tried, or "" where it is as it should be."""
    if trial.outcome in _UNKNOWN:
        return ""
    asked = host_in_words(trial.host)
    host = host_in_words(trial.leads_to) if trial.leads_to else asked
    if trial.outcome != LinkOutcome.REACHED:
        before = f"{asked} leads on to {host}. " if trial.leads_to else ""
        return before + _WORDS[LinkOutcome(trial.outcome)].format(host=host, status=trial.status)
    if trial.ends_in_http:
        return (
            f"{host} shows this page by http alone, so others on the way can see and change it. "
            f"Look for a link that stays with https."
        )
    if trial.leads_to:
        return f"{asked} leads on to another site, {host}. If that is right, link there directly."
    return ""
