"""The lines of an archive page that name its labels: ``Region:``, ``Theme:``, ``In-depth Report:``.

They are what a model is to predict: whatever looks like one is read and taken out of the text, wherever on
the page it stands, and a sentence that merely begins with such a word is left where it is.
"""

import html
import re

from newsclf.reading.clean import plain_line, unmarked_line
from newsclf.reading.masthead import read_masthead

_FACETS = {"r": "region", "t": "theme", "i": "dossier"}
_HYPHENS = r"\s\u2010-\u2015\u2212\ufe58\ufe63\uff0d-"
_NAME = rf"(?:regions?|themes?|in[{_HYPHENS}]*depth\s+reports?)"
_LABEL_LINE = re.compile(rf"^{_NAME}\s*[:：]", re.IGNORECASE)
_LABEL_NAME = re.compile(rf"(?<!\w){_NAME}[\s*_]*[:：]", re.IGNORECASE)
_LINKED_NAME = re.compile(rf"\[[\s*_]*({_NAME}[\s*_]*[:：]?)[\s*_]*\]\([^()]*\)", re.IGNORECASE)
_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])")
_BETWEEN_LINKS = re.compile(r"[\s,;|/*_\u2022\u00b7-]|\band\b")
_BULLET = re.compile(r"\s*(?:[*+\u2022\u00b7-]|>)\s")
# Archives have labels with a comma inside; a plain list cannot be told from them without knowing the names.
_COMMA_NAME = re.compile(r"Culture, Society (?:&|and) History", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;|]")

# A value longer than this, or a full sentence, is prose that happens to begin with "Region:".
_MAX_CHARS = 1_000
_MAX_WORDS = 8
_SENTENCE_END = re.compile(r"[.!?][\"'\u2019\u201d\u00bb)\]]*$")
# Words that a sentence has and the name of a label has not.
_SENTENCE_WORD = re.compile(
    r"\b(?:is|are|was|were|be|been|being|has|have|had|does|did|will|would|shall|should|can|cannot|could|must|said|says"
    r"|that|which|it|they|he|she|we|you|no|not|there)\b"
)
# Words that labels hold in lower case, "Crimes against Humanity".
_JOINING_WORD = re.compile(r"\b(?:against|and|at|between|by|de|for|from|in|of|on|or|the|to|under|with)\b")


def take_label_lines(lines: list[str]) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Split label lines from the rest; a facet whose line names no label is absent."""
    kept: list[str] = []
    found: dict[str, list[str]] = {}
    index = 0
    while index < len(lines):
        if not is_label_line(lines[index]):
            kept.append(lines[index])
            index += 1
            continue
        value, index = _with_following(lines, index)
        for facet, names in _read_labels(value):
            found.setdefault(facet, []).extend(names)
    return kept, {facet: tuple(dict.fromkeys(names)) for facet, names in found.items() if names}


def is_label_line(line: str) -> bool:
    """Say whether a line begins with a label header and goes on as a list of names, or ends there."""
    plain = plain_line(line)
    head = _LABEL_LINE.match(plain)
    if not head:
        return False
    if _is_link_list(_LABEL_NAME.sub(",", _with_short_links(line))):
        return True
    return len(plain) <= _MAX_CHARS and _is_name_list(plain[head.end() :])


def _with_short_links(line: str) -> str:
    """Return a line whose links hold labels only: no header, and no address that could look like one."""
    return _LINK.sub(r"[\1](-)", _LINKED_NAME.sub(r"\1", unmarked_line(line)))


def _is_link_list(value: str) -> bool:
    rest, links = _LINK.subn("", value)
    return links > 0 and not _BETWEEN_LINKS.sub("", rest).strip(".:")


def _is_name_list(value: str) -> bool:
    names = [name.strip() for part in _LABEL_NAME.split(value) for name in _SEPARATOR.split(part)]
    is_sentence = bool(_SENTENCE_END.search(value))
    return all(_is_label_name(name, in_sentence=is_sentence) for name in names)


def _is_label_name(name: str, *, in_sentence: bool) -> bool:
    """Say whether a list item can be a label's name; in a sentence of some words it needs capitals to be one."""
    words = name.split()
    if len(words) > _MAX_WORDS or _SENTENCE_WORD.search(name):
        return False
    return not in_sentence or len(words) <= 2 or _is_capitalised(name)


def _is_capitalised(name: str) -> bool:
    words = re.findall(r"(?<![\w'\u2019])[^\W\d_]", _JOINING_WORD.sub("", name))
    return not any(letter.islower() for letter in words)


def _with_following(lines: list[str], index: int) -> tuple[str, int]:
    """Return a label line with the lines that go on with its list, and the index after them."""
    values = [_with_short_links(lines[index])]
    is_bare = _is_open(lines[index], (":", "："))
    last, index = index, index + 1
    while (found := _next_value(lines, index, may_skip=is_bare)) is not None:
        if not (_goes_on(lines[last], lines[found]) or (is_bare and _goes_on_below(lines, last, found))):
            break
        values += ["" if _is_open(lines[last], (",", ":", "：", ";")) else ",", _with_short_links(lines[found])]
        last, index = found, found + 1
    return " ".join(values), index


def _next_value(lines: list[str], index: int, *, may_skip: bool) -> int | None:
    """Return the index of the line whose turn it is; a header without a value may have blank lines behind it."""
    while may_skip and index < len(lines) and not plain_line(lines[index]):
        index += 1
    if index >= len(lines) or not plain_line(lines[index]) or is_label_line(lines[index]):
        return None
    return None if lines[index].lstrip(" >").startswith("#") or read_masthead(plain_line(lines[index])) else index


def _goes_on(last: str, line: str) -> bool:
    """Say whether a line is a list of links, or has names after a comma that ended the line before."""
    if _is_link_list(_with_short_links(line)):
        return True
    plain = plain_line(line)
    return _is_open(last, (",", ";")) and _is_name_list(plain) and not _SENTENCE_END.search(plain)


def _goes_on_below(lines: list[str], last: int, index: int) -> bool:
    """Say whether a line is a name of a list that stands below its header, one name a line."""
    plain = plain_line(lines[index])
    if not _is_name_list(plain) or _SENTENCE_END.search(plain):
        return False
    if _BULLET.match(lines[index]) and (is_label_line(lines[last]) or _BULLET.match(lines[last])):
        return True
    is_first, is_next = is_label_line(lines[last]), index == last + 1
    return (is_first and is_next) or ((is_first or is_next) and _is_capitalised(plain))


def _is_open(line: str, endings: tuple[str, ...]) -> bool:
    return plain_line(line).rstrip("* _|").endswith(endings)


def _read_labels(value: str) -> list[tuple[str, list[str]]]:
    """Read ``Region: [A](x), B Theme: C`` into facets and names."""
    value = value if _LABEL_NAME.search(value) else plain_line(value)
    names = list(_LABEL_NAME.finditer(value))
    ends = [*(match.start() for match in names[1:]), len(value)]
    return [
        (_FACETS[match.group()[0].lower()], _label_names(value[match.end() : end]))
        for match, end in zip(names, ends, strict=False)
    ]


def _label_names(value: str) -> list[str]:
    value = html.unescape(value)
    rest = _LINK.sub("", value)
    listed = _SEPARATOR.split(_COMMA_NAME.sub("", rest))
    names = (*_LINK.findall(value), *_COMMA_NAME.findall(rest), *(name.strip(" .*_\t[]") for name in listed))
    plain = (plain_line(name).strip(" *_\t[]") for name in names)
    return [" ".join(name.split()) for name in plain if re.search(r"\w", name) and name.lower() != "and"]
