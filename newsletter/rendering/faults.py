"""Faults of content that staff or a program handed in, and where they are."""


class BlockError(ValueError):
    """Content that can't be taken. The message can be shown to the person who wrote it.

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
    """Return a problem as a sentence, to be shown beside its field.

    Some problems come without a subject, such as “is empty”, and all without a full stop.
    """
    words = f"it {problem}" if problem.startswith(_WITHOUT_SUBJECT) else problem
    sentence = f"{words[:1].upper()}{words[1:]}"
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
