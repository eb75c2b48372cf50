"""Find what a model read of a text in that text as it was given, with its markup, header lines and furniture.

Both sides are compared by their letters and digits alone, so that emphasis, line ends, blanks, composed accents and
soft hyphens make no difference. Lines that cleaning took out, and addresses of links, have no letters here.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsclf.reading.clean import LINK_TAIL, normalise_text, plain_line
from newsclf.schema import Article

_LINE = re.compile("[^\n\r\u0085\u2028\u2029]+")
# Stands for a line that was taken out: no sentence goes on across it.
_GAP = "\n"
# Markup between a sentence's words and the marks before and behind them.
_MARKS_BEFORE, _MARKS_BEHIND = "*_[!\\", "*_]\\"


@dataclass(frozen=True, slots=True)
class GivenText:
    """A text as given, and which of its letters were read.

    Parameters
    ----------
    letters
        Letters and digits that were read, accents apart, in order; `_GAP` for each line that was not.
    offsets
        Of each of `letters`, where in `text` it stands; rising.
    """

    text: str
    letters: str
    offsets: Sequence[int]

    def reads(self, position: int) -> bool:
        """Say whether the letter at a position of the text is one that was read."""
        index = bisect_left(self.offsets, position)
        return index < len(self.offsets) and self.offsets[index] == position and self.letters[index] != _GAP

    def locate(self, sentences: Sequence[str]) -> list[tuple[int, int] | None]:
        """Return where sentences stand in the text, as start and end; None for one that cannot be found.

        Parameters
        ----------
        sentences
            In their order, all of them: each is looked for behind the one before it, so that of a sentence
            that stands twice each has its own place.
        """
        found: list[tuple[int, int] | None] = []
        cursor = last_end = 0
        for sentence in sentences:
            letters = "".join(letter for letter, _ in _letters(sentence))
            index = self._find(letters, cursor)
            if index < 0:
                found.append(None)
                continue
            cursor = index + len(letters)
            start, end = self._span(sentence, index, cursor)
            found.append((max(start, last_end), end))
            last_end = end
        return found

    def _find(self, letters: str, cursor: int) -> int:
        """Return where letters stand as whole words in what was read, or -1."""
        index = self.letters.find(letters, cursor) if letters else -1
        while index >= 0 and not self._is_whole(index, index + len(letters)):
            index = self.letters.find(letters, index + 1)
        return index

    def _is_whole(self, first: int, stop: int) -> bool:
        start, end = self.offsets[first], self._end(stop)
        return not self.text[start - 1 : start].isalnum() and not self.text[end : end + 1].isalnum()

    def _end(self, stop: int) -> int:
        """Return where the letters before ``letters[stop]`` end, the accents behind the last one included."""
        end = self.offsets[stop - 1] + 1
        while end < len(self.text) and unicodedata.combining(self.text[end]):
            end += 1
        return end

    def _span(self, sentence: str, first: int, stop: int) -> tuple[int, int]:
        """Return the span of words together with the marks that the sentence has before and behind them."""
        words = [i for i, character in enumerate(sentence) if character.isalnum()]
        # Accents behind the last letter are within its end already.
        behind = sentence[words[-1] + 1 :].lstrip("".join(filter(unicodedata.combining, sentence)))
        start = _reach(self.text, self.offsets[first] - 1, sentence[: words[0]][::-1], step=-1) + 1
        return start, _reach(self.text, self._end(stop), behind, step=1)


def read_given(text: str, article: Article) -> GivenText:
    """Compare a text as given with the article that cleaning made of it."""
    kept = set(article.content.split("\n"))
    letters: list[str] = []
    offsets = array("q")
    for line in _LINE.finditer(text):
        plain = plain_line(normalise_text(line.group()))
        if plain and plain not in kept:
            letters.append(_GAP)
            offsets.append(line.start())
        for letter, at in _letters(line.group()) if plain in kept else ():
            letters.append(letter)
            offsets.append(line.start() + at)
    return GivenText(text, "".join(letters), offsets)


def _letters(line: str) -> Iterator[tuple[str, int]]:
    """Yield letters and digits, without accents and the addresses of links, with where they stand."""
    position = 0
    for tail in [*LINK_TAIL.finditer(line), None]:
        end = tail.start() if tail else len(line)
        for at in range(position, end):
            for letter in line[at] if line[at].isascii() else unicodedata.normalize("NFD", line[at]):
                if letter.isalnum():
                    yield letter, at
        position = tail.end() if tail else end


def _reach(text: str, position: int, marks: str, *, step: int) -> int:
    """Return the position behind marks that go on from one, forwards or backwards, with markup between them."""
    markup = _MARKS_BEFORE if step < 0 else _MARKS_BEHIND
    reached = position
    for mark in marks:
        while 0 <= position < len(text) and text[position] != mark:
            tail = LINK_TAIL.match(text, position) if step > 0 else None
            if tail:
                position = tail.end()
            elif text[position] in markup or (mark.isspace() and text[position].isspace()):
                position += step
            else:
                break
        if 0 <= position < len(text) and text[position] == mark:
            position += step
            reached = position
        elif not mark.isspace():
            break
    return reached
