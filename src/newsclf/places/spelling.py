"""Folding of letters, so that a name is found with and without its diacritics."""

import unicodedata

#: Letters that Unicode does not take apart, and the signs that stand for an apostrophe, a dash or a space.
_ODD = {
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i", "ŧ": "t", "ə": "a",
    "’": "'", "‘": "'", "ʻ": "'", "ʼ": "'", "ʿ": "'", "ʾ": "'", "`": "'", "´": "'",
    "–": "-", "—": "-", "‐": "-", "‑": "-", "\n": " ", "\r": " ", "\t": " ", "\u00a0": " ", "\u202f": " ",
}  # fmt: skip


def _fold_table() -> dict[int, str]:
    table = {ord(odd): plain for odd, plain in _ODD.items()}
    for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            table[code] = base
    return table


_FOLDED = _fold_table()


def fold(text: str) -> str:
    """Replace letters by their plain ones and blanks by spaces, one for one: offsets stay."""
    return text.translate(_FOLDED)


def compose(text: str) -> tuple[str, list[int] | None]:
    """Join letters with the accents that follow them; the offsets back to ``text``, None where nothing changed."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text, None
    composed: list[str] = []
    offsets: list[int] = []
    begin = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and unicodedata.combining(text[end]):
            continue
        letters = unicodedata.normalize("NFC", text[begin:end])
        composed.append(letters)
        offsets += [begin] * len(letters)
        begin = end
    return "".join(composed), [*offsets, len(text)]
