"""MEDIA_STORAGE_URL: a folder, or an S3-compatible store."""

import pytest

from config.environment.media_storage_url import MediaStorageError, parse_media_storage_url


@pytest.mark.parametrize("value", ["/srv/media", "file:///srv/media"])
def test_a_folder(value: str) -> None:
    assert parse_media_storage_url(value)["OPTIONS"]["location"] == "/srv/media"


def test_a_store() -> None:
    options = parse_media_storage_url(
        "s3://AKIA:a%2Fb%2Bc@s3.example.org:9000/convene-media?region=eu-west-1&prefix=a/b"
    )["OPTIONS"]
    assert options["endpoint_url"] == "https://s3.example.org:9000"
    assert (options["access_key"], options["secret_key"]) == ("AKIA", "a/b+c")
    assert (options["bucket_name"], options["location"]) == ("convene-media", "a/b")
    assert options["region_name"] == "eu-west-1"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("media", "must be a folder"),
        ("relative/media", "must be a folder"),
        ("file://host/media", "must be a folder"),
        ("https://key:hidden@host/bucket", "must be a folder"),
        ("s3://host/bucket", "needs a key"),
        ("s3://key@host/bucket", "needs a key"),
        ("s3://key:hidden@/bucket", "needs a key"),
        ("s3://key:hidden@host", "bucket"),
        ("s3://key:hidden@host/Big_Bucket", "bucket"),
        ("s3://key:hidden@host/one/two", "bucket"),
        ("s3://key:hidden@host/bucket?acl=public", "'acl' is not an allowed option"),
        ("s3://key:hidden@host/bucket?prefix=../up", "prefix"),
        ("s3+plain://key:hidden@s3.example.org/bucket", "loopback"),
        ("s3://key:hid/den@host/bucket", "can't be read|needs a key|bucket"),
    ],
)
def test_a_mistake_is_told_without_the_secret(value: str, says: str) -> None:
    with pytest.raises(MediaStorageError, match=says) as told:
        parse_media_storage_url(value)
    assert "hidden" not in str(told.value)
    assert "hid/den" not in str(told.value)


def test_a_web_page_waits_for_a_store_once_and_briefly() -> None:
    config = parse_media_storage_url("s3://A:b@s3.example.org/convene-media")["OPTIONS"][
        "client_config"
    ]
    assert config.retries["total_max_attempts"] == 1
    assert config.connect_timeout + config.read_timeout < 10
