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


_WITHOUT_SUBJECT = ("is ", "must ", "has ", "holds ")
_PLAINLY = {
    "is empty": "Fill in this field.",
    "is missing": "Fill in this field.",
    "holds no text": "Enter some text, or remove this block.",
    "holds control characters": "Remove the special characters that can’t be saved.",
    "must be one line without control characters": "Use one line only.",
}
"""The commonest problems: what the person should do."""


def as_sentence(problem: str) -> str:
    """Return a problem as a sentence, to be shown beside its field.

    Some problems come without a subject, such as “is unknown here”, and all without a full stop.
    """
    if problem in _PLAINLY:
        return _PLAINLY[problem]
    words = f"it {problem}" if problem.startswith(_WITHOUT_SUBJECT) else problem
    sentence = f"{words[:1].upper()}{words[1:]}"
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
