"""A store on loopback that speaks as much of Amazon's S3 as images need, and checks signatures.

Signatures: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

KEY, SECRET, BUCKET, REGION = "AKIAEXAMPLE", "s3cret/with+signs", "convene-media", "eu-central-1"
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/s3/aws4_request, "
    r"SignedHeaders=(?P<signed>[^,]+), Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(slots=True)
class Store:
    """A running store: where it is, and what it has."""

    port: int
    objects: dict[str, bytes] = field(default_factory=dict)
    refused: int = 0
    is_gone: bool = False

    def url(self, *, secret: str = "s3cret%2Fwith%2Bsigns", more: str = "") -> str:
        return f"s3+plain://{KEY}:{secret}@127.0.0.1:{self.port}/{BUCKET}?region={REGION}{more}"


class Handler(BaseHTTPRequestHandler):
    """One connection to the store."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self._is_signed(body):
            self.server.store.objects[self._name()] = body
            self._answer(200)

    def do_GET(self) -> None:
        self._give(with_body=True)

    def do_HEAD(self) -> None:
        self._give(with_body=False)

    def do_DELETE(self) -> None:
        if self._is_signed(b""):
            self.server.store.objects.pop(self._name(), None)
            self._answer(204)

    def _give(self, *, with_body: bool) -> None:
        if not self._is_signed(b""):
            return
        parts = urlsplit(self.path)
        if parts.path == f"/{BUCKET}":
            self._answer(200, _listing(self.server.store, dict(parse_qsl(parts.query))))
            return
        body = self.server.store.objects.get(self._name())
        if body is None:
            self._answer(404, _problem("NoSuchKey") if with_body else b"")
        else:
            self._answer(200, body, with_body=with_body)

    def _name(self) -> str:
        return urlsplit(self.path).path.removeprefix(f"/{BUCKET}/")

    def _is_signed(self, body: bytes) -> bool:
        if self.server.store.is_gone:
            # Connections are kept open, and would outlive the server.
            self.close_connection = True
            return False
        if _signature_fits(self, body):
            return True
        self.server.store.refused += 1
        self._answer(403, _problem("SignatureDoesNotMatch") if self.command != "HEAD" else b"")
        return False

    def _answer(self, status: int, body: bytes = b"", *, with_body: bool = True) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Mon, 30 Nov 2026 13:00:00 GMT")
        self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    store: Store


@contextmanager
def s3_store() -> Iterator[Store]:
    """Run a store."""
    server = _Server(("127.0.0.1", 0), Handler)
    store = server.store = Store(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        store.is_gone = True
        server.shutdown()
        server.server_close()
        thread.join()


def _listing(store: Store, asked: dict[str, str]) -> bytes:
    """Answer ListObjects with a delimiter, all in one page."""
    prefix = asked.get("prefix", "")
    below = [name.removeprefix(prefix) for name in sorted(store.objects) if name.startswith(prefix)]
    folders = dict.fromkeys(name.partition("/")[0] for name in below if "/" in name)
    found = "".join(
        f"<Contents><Key>{prefix}{name}</Key><Size>{len(store.objects[prefix + name])}</Size>"
        "<LastModified>2026-11-30T13:00:00.000Z</LastModified></Contents>"
        for name in below
        if "/" not in name
    ) + "".join(
        f"<CommonPrefixes><Prefix>{prefix}{each}/</Prefix></CommonPrefixes>" for each in folders
    )
    return (
        f"<?xml version='1.0'?><ListBucketResult><IsTruncated>false</IsTruncated>{found}"
        f"</ListBucketResult>"
    ).encode()


def _problem(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()


def _signature_fits(request: BaseHTTPRequestHandler, body: bytes) -> bool:
    said = _AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
    payload = request.headers.get("x-amz-content-sha256", "")
    if said is None or said["key"] != KEY or said["region"] != REGION:
        return False
    if payload != hashlib.sha256(body).hexdigest():
        return False
    parts = urlsplit(request.path)
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    headers = "".join(
        f"{name}:{' '.join((request.headers.get(name) or '').split())}\n"
        for name in said["signed"].split(";")
    )
    canonical = "\n".join(
        [request.command, parts.path, query, headers, said["signed"], payload]
    ).encode()
    scope = f"{said['day']}/{REGION}/s3/aws4_request"
    to_sign = "\n".join(
        [
            "AWS4-HMAC-SHA256",
            request.headers.get("x-amz-date", ""),
            scope,
            hashlib.sha256(canonical).hexdigest(),
        ]
    )
    key = f"AWS4{SECRET}".encode()
    for word in (said["day"], REGION, "s3", "aws4_request", to_sign):
        key = hmac.digest(key, word.encode(), "sha256")
    return hmac.compare_digest(key.hex(), said["signature"])
