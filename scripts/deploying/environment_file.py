"""Environment files as systemd reads them, for whoever runs commands beside the services."""

from enum import Enum, auto

WHITESPACE = " \t\n\r"
NEWLINES = "\n\r"
ESCAPED_IN_DOUBLE_QUOTES = '"\\`$'


class _State(Enum):
    BEFORE_NAME = auto()
    NAME = auto()
    BEFORE_VALUE = auto()
    VALUE = auto()
    ESCAPE = auto()
    SINGLE_QUOTES = auto()
    DOUBLE_QUOTES = auto()
    ESCAPE_IN_DOUBLE_QUOTES = auto()
    COMMENT = auto()
    ESCAPE_IN_COMMENT = auto()


def parse(text: str) -> dict[str, str]:
    """Return the variables of an environment file, by name.

    A quoted part may go over several lines, a backslash joins lines, and a line that assigns
    nothing is passed over, as `EnvironmentFile=` does. The last of several assignments counts.
    Names that no variable can have are left out, as systemd leaves them.

    Args:
        text: of the file.

    Source: systemd.exec(5), EnvironmentFile=, of systemd 257.
    """
    reader = _Reader()
    for character in text:
        reader.take(character)
    reader.end()
    return {name: value for name, value in reader.found.items() if _is_a_name(name)}


def _is_a_name(name: str) -> bool:
    return name.isascii() and name.isidentifier()


class _Reader:
    """The variables of a file, which is read one character after another."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._state = _State.BEFORE_NAME
        self._name = ""
        self._value = ""
        self._bare_end = 0
        """Length of the value without the blanks at its end, which count in quotes alone."""

    def take(self, character: str) -> None:
        self._state = _MOVES[self._state](self, character)

    def end(self) -> None:
        if self._state in _IN_A_VALUE:
            self._assign()

    def _assign(self) -> None:
        self.found[self._name.rstrip(WHITESPACE)] = self._value[: self._bare_end]

    def _before_name(self, character: str) -> _State:
        if character in "#;":
            return _State.COMMENT
        if character in WHITESPACE:
            return _State.BEFORE_NAME
        self._name = character
        return _State.NAME

    def _in_name(self, character: str) -> _State:
        if character in NEWLINES:
            return _State.BEFORE_NAME
        if character == "=":
            self._value, self._bare_end = "", 0
            return _State.BEFORE_VALUE
        self._name += character
        return _State.NAME

    def _before_value(self, character: str) -> _State:
        if character == "'":
            return _State.SINGLE_QUOTES
        if character == '"':
            return _State.DOUBLE_QUOTES
        if character in WHITESPACE and character not in NEWLINES:
            return _State.BEFORE_VALUE
        return self._in_value(character)

    def _in_value(self, character: str) -> _State:
        if character in NEWLINES:
            self._assign()
            return _State.BEFORE_NAME
        if character == "\\":
            return _State.ESCAPE
        self._value += character
        if character not in WHITESPACE:
            self._bare_end = len(self._value)
        return _State.VALUE

    def _escaped(self, character: str) -> _State:
        if character not in NEWLINES:
            self._keep(character)
        return _State.VALUE

    def _in_single_quotes(self, character: str) -> _State:
        if character == "'":
            return _State.BEFORE_VALUE
        self._keep(character)
        return _State.SINGLE_QUOTES

    def _in_double_quotes(self, character: str) -> _State:
        if character == '"':
            return _State.BEFORE_VALUE
        if character == "\\":
            return _State.ESCAPE_IN_DOUBLE_QUOTES
        self._keep(character)
        return _State.DOUBLE_QUOTES

    def _escaped_in_double_quotes(self, character: str) -> _State:
        if character in ESCAPED_IN_DOUBLE_QUOTES:
            self._keep(character)
        elif character not in NEWLINES:
            self._keep("\\" + character)
        return _State.DOUBLE_QUOTES

    def _in_comment(self, character: str) -> _State:
        if character == "\\":
            return _State.ESCAPE_IN_COMMENT
        return _State.BEFORE_NAME if character in NEWLINES else _State.COMMENT

    def _escaped_in_comment(self, _: str) -> _State:
        return _State.COMMENT

    def _keep(self, characters: str) -> None:
        self._value += characters
        self._bare_end = len(self._value)


_IN_A_VALUE = {
    _State.BEFORE_VALUE,
    _State.VALUE,
    _State.ESCAPE,
    _State.SINGLE_QUOTES,
    _State.DOUBLE_QUOTES,
    _State.ESCAPE_IN_DOUBLE_QUOTES,
}
_MOVES = {
    _State.BEFORE_NAME: _Reader._before_name,
    _State.NAME: _Reader._in_name,
    _State.BEFORE_VALUE: _Reader._before_value,
    _State.VALUE: _Reader._in_value,
    _State.ESCAPE: _Reader._escaped,
    _State.SINGLE_QUOTES: _Reader._in_single_quotes,
    _State.DOUBLE_QUOTES: _Reader._in_double_quotes,
    _State.ESCAPE_IN_DOUBLE_QUOTES: _Reader._escaped_in_double_quotes,
    _State.COMMENT: _Reader._in_comment,
    _State.ESCAPE_IN_COMMENT: _Reader._escaped_in_comment,
}
