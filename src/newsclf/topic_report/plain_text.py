"""Make text of unknown origin fit to be shown: in HTML, in a link, and inside a script element."""

import json
import unicodedata
from typing import Any
from urllib.parse import urlsplit

# Whatever could end the script element or open a comment in it, and two line ends of JavaScript that JSON allows.
_ESCAPED_IN_SCRIPT = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
# Control characters, marks that turn the direction of what follows, halves of surrogate pairs.
_HIDDEN_CATEGORIES = ("Cc", "Cs")
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown_text(text: str, *, limit: int) -> str:
    """Return text in one line, without characters that are not seen but act, cut to `limit` characters."""
    visible = (" " if unicodedata.category(c) in _HIDDEN_CATEGORIES else c for c in text if c not in _DIRECTION_MARKS)
    line = " ".join("".join(visible).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def web_address(url: str) -> str:
    """Return an http or https address as it is, and anything else, such as ``javascript:``, as empty."""
    url = url.strip()
    if any(c.isspace() or unicodedata.category(c) in _HIDDEN_CATEGORIES or c in _DIRECTION_MARKS for c in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""


def json_for_script(value: Any) -> str:
    """Return JSON that cannot leave the script element that it stands in."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(_ESCAPED_IN_SCRIPT)
