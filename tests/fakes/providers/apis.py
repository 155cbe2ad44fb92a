"""The providers by the names that mailer URLs give them, and such URLs for those that run."""

from collections.abc import Mapping

from tests.fakes.providers import brevo, mailgun, mailjet, postmark, resend, ses

APIS = {
    "brevo": brevo.take,
    "mailgun": mailgun.take,
    "mailjet": mailjet.take,
    "postmark": postmark.take,
    "resend": resend.take,
    "ses": ses.take,
}

_URLS: Mapping[str, str] = {
    "brevo": "brevo://:key@?api_url={url}",
    "mailgun": "mailgun://:key@lists.example.org?api_url={url}v3",
    "mailjet": "mailjet://key:secret@?api_url={url}",
    "postmark": "postmark://:token@?api_url={url}",
    "resend": "resend://:key@?api_url={url}",
    "ses": "ses://AKIDEXAMPLE:secret@eu-west-1?api_url={url}",
}


def mailer_url(name: str, url: str, **options: object) -> str:
    """The mailer URL of provider `name` that runs at `url`."""
    return _URLS[name].format(url=url) + "".join(
        f"&{option}={value}" for option, value in options.items()
    )
