"""What tests find of static files is what an installation finds."""

from whitenoise.middleware import WhiteNoiseMiddleware

from tests import static_files


def served() -> dict[str, str]:
    """Return what a handler that is set up now would serve: paths and files."""
    files = WhiteNoiseMiddleware(lambda request: None).files
    return {path: repr(each.alternatives) for path, each in files.items()}


def test_each_client_serves_what_is_there() -> None:
    again = served(), served()
    look = WhiteNoiseMiddleware.add_files_from_finders
    WhiteNoiseMiddleware.add_files_from_finders = static_files._look
    try:
        assert again == (served(),) * 2
    finally:
        WhiteNoiseMiddleware.add_files_from_finders = look
    assert "/static/admin/css/base.css" in again[0]
