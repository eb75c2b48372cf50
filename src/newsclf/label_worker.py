"""A process that labels: ``python -m newsclf.label_worker``, which `label_workers` starts and talks to.

It reads what it needs to know and then chunks from its input, and answers each with a chunk or an error, all
pickled: both ends are the same program of the same user. It ends with its input, and so with its parent, however
that ends.
"""

import os
import pickle
import signal
from contextlib import suppress
from typing import IO

from newsclf.errors import BundleError, NewsclfError


def main() -> None:
    """Answer until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where Ctrl-C comes here too, the parent ends this one
    with (
        suppress(EOFError, BrokenPipeError),
        os.fdopen(os.dup(1), "wb") as answers,
        os.fdopen(os.dup(0), "rb") as questions,
    ):
        os.dup2(2, 1)  # what a library prints must not come between the answers
        _answer(questions, answers)


def _answer(questions: IO[bytes], answers: IO[bytes]) -> None:
    directory, form = pickle.load(questions)  # noqa: S301 - from our own parent
    labeller = None
    while True:
        number, chunk = pickle.load(questions)  # noqa: S301
        try:
            if labeller is None:
                from newsclf.chunk_labelling import ChunkLabeller

                labeller = ChunkLabeller(directory, form)
            answer: object = labeller.label(number, chunk)
        except (NewsclfError, OSError) as error:
            # An error with arguments of its own does not survive pickling.
            answer = BundleError(str(error)) if isinstance(error, BundleError) else error
        pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    main()
