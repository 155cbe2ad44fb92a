"""A file that came with a form, in its folder already."""

from typing import Final

from django.core.files.uploadedfile import UploadedFile

from subscribers.imports.uploads.folder import forget_files


class ReceivedFile(UploadedFile):  # type: ignore[type-arg] # generic for the type checker alone
    """An uploaded list. Its bytes lie in `folder`; a form asks for its name and size alone."""

    TOO_LARGE: Final = "too_large"
    NO_ROOM: Final = "no_room"

    def __init__(self, folder: str, *, name: str, size: int, problem: str = "") -> None:
        super().__init__(file=None, name=name, size=size)
        self.folder = folder
        self.problem = problem
        """Why it wasn't kept; empty where it was."""

    def close(self) -> None:
        """Do nothing: there is no open file. Django closes each at the end of the request."""

    def forget(self) -> None:
        """Delete it, because its form can't be used."""
        forget_files(self.folder)
