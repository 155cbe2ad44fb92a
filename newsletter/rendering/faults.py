"""What is wrong with content that staff or a program handed in, and where."""


class BlockError(ValueError):
    """Content that can't be taken. Fit to be shown to the person who wrote it.

    Attributes:
        path: the faulty field, such as `contents.en.blocks[2].url`.
        problem: what is wrong with it, a sentence.
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


_WITHOUT_SUBJECT = ("is ", "must ", "has ", "holds ", "names ")


def as_sentence(problem: str) -> str:
    """A problem as it is shown beside its field: some come without a subject (“is empty”), all without a full stop."""
    words = f"it {problem}" if problem.startswith(_WITHOUT_SUBJECT) else problem
    sentence = f"{words[:1].upper()}{words[1:]}"
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
