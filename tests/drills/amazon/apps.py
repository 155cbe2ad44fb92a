import os
from pathlib import Path

from django.apps import AppConfig

from tests.fakes.amazon import CERTIFICATE_URL, VARIABLE


class AmazonConfig(AppConfig):
    name = "tests.drills.amazon"
    label = "drill_amazon"

    def ready(self) -> None:
        """Remember the certificate in this process, as if it had been fetched."""
        if path := os.environ.get(VARIABLE):
            from newsletter.transport.providers.ses.certificates import remember_certificate

            remember_certificate(CERTIFICATE_URL, Path(path).read_bytes())
