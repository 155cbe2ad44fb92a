"""The complaint of whatever reads the value of a setting."""


class UnusableValue(ValueError):
    """A value that can't be used. The message says why, and never repeats a secret.

    Args:
        problem: what is wrong with it, without the variable's name.
        example: a good value for this case; empty where the setting's own example will do.
    """

    example = ""

    def __init__(self, problem: str, *, example: str = "") -> None:
        super().__init__(problem)
        self.example = example or self.example
