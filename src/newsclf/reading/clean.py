"""Remove what is on a page but not part of the article: appeals, disclaimers, notices, contacts."""

import re
import unicodedata
from collections.abc import Iterator

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3})(?=\S)(.+?)(?<=\S)\1")
_LINE_MARKS = re.compile(r"^(?:\s|[>|#*\u2022\u00b7+-](?=\s|[*\[|])|\*{1,3}(?=\S)|\|)+")

# Each pattern matches the start of a line once links and emphasis are plain text.
_NOTICE = re.compile(
    r"""(?:
      disclaimer\s*:
    | articles?\s+by\s*:
    | note\s+to\s+(?:our\s+)?readers\s*:
    | the\s+original\s+source\s+of\s+this\s+article\s+is\b
    | (?:source\s+)?url(?:\s+of\s+this\s+article)?\s*:
    | copyright\s*(?:©|\(c\))
    | ©\s
    | (?:for\s+)?(?:media|press)\s+(?:inquir(?:y|ies)|enquir(?:y|ies)|contacts?)\s*[:,]
    | fair\s+use\s+notice\b
    | related\s+(?:articles?|stories|content)\s*:
    | all\s+.{0,40}\barticles\s+can\s+be\s+read\s+in\s+\d+\s+languages\b
    | https?://\S+$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# Invitations begin like sentences that an article could hold: they count in short lines without a quotation.
_INVITATION = re.compile(
    r"""(?:please\s+)?(?:click\s+here\s+to\s+)?(?:please\s+)?(?:consider\s+)?(?:
      (?:leave|post|write)\s+a\s+comment\b
    | (?:add|view|read|see)\s+(?:your\s+|all\s+|the\s+)?comments?\b
    | comment\s+on\s+.{0,60}\s(?:facebook|articles?|page|site|forum)\b
    | becom(?:e|ing)\s+an?\s+(?:\w+\s+)?(?:member|subscriber|patron|supporter)\b
    | donat(?:e|ing|ions?\s*:)(?!\w)
    | mak(?:e|ing)\s+a\s+(?:[\w-]+\s+){0,2}(?:donation|contribution)\b
    | (?:help|support)(?:ing)?\s+(?:us|our|independent)\b
    | (?:to\s+)?(?:sign\s+up|subscribe)\s+(?:for|to)\s+(?:our|the|receive)\b
    | to\s+receive\s+.{0,60}\bnewsletter\b
    | follow\s+us\s+on\b
    | share\s+this\s+(?:article|story|page)\b
    | (?:print|email|e-mail)\s+this\s+(?:article|story|page)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_QUOTATION = re.compile(r"[\"\u201c\u201d\u00ab\u00bb]")
_INVITATION_MAX_WORDS = 60
_FAIR_USE = re.compile(
    r"\bcopyrighted\s+material\b.*\b(?:fair\s+use|authorized|authorised|permission)\b", re.IGNORECASE
)
_APPEAL_WORDS = re.compile(
    r"\b(?:donat\w+|contribution|paypal|patreon|bitcoin|ethereum|monero|iban|bic|swift|cheque|money\s+order"
    r"|your\s+support|readers?\s+like\s+you)\b",
    re.IGNORECASE,
)
_PAYMENT_ADDRESS = re.compile(
    r"\b(?:bc1[a-z0-9]{20,}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40}|[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7})\b"
)
# A payment address stands in an appeal, not in a long report about payments.
_APPEAL_MAX_WORDS = 80
# Lines at least this long were probably wrapped, so that the next line goes on with the same paragraph.
_WRAPPED_LINE_CHARS = 60


def normalise_text(text: str) -> str:
    """Bring line ends, spaces and composed characters to one form; replace what UTF-8 cannot hold."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = text.replace("\u2029", "\n\n").replace("\u00a0", " ").replace("\u202f", " ")
    return _INVISIBLE.sub("", text)


def unmarked_line(line: str) -> str:
    """Return a line without emphasis, list and quote marks; its links stay."""
    previous = None
    while previous != line:
        previous, line = line, _EMPHASIS.sub(r"\2", line)
    return _LINE_MARKS.sub("", line).strip().removesuffix("|").rstrip()


def plain_line(line: str) -> str:
    """Return a line without its Markdown: links as their text, no emphasis, no list or quote marks."""
    return unmarked_line(_LINK.sub(r"\1", line))


def is_furniture(line: str) -> bool:
    """Say whether a plain line begins something that is on the page but not in the article."""
    if _NOTICE.match(line) or _FAIR_USE.search(line):
        return True
    words = len(line.split())
    if words <= _INVITATION_MAX_WORDS and _INVITATION.match(line) and not _QUOTATION.search(line):
        return True
    return words <= _APPEAL_MAX_WORDS and _is_payment(line)


def _is_payment(line: str) -> bool:
    """Say whether a short line gives an address to pay to."""
    if _PAYMENT_ADDRESS.fullmatch(line.rpartition(":")[2].strip()):
        return True
    return bool(_APPEAL_WORDS.search(line) and _PAYMENT_ADDRESS.search(line))


def drop_furniture(text: str) -> str:
    """Remove the furniture's lines with those that go on with them; turn Markdown links into their text."""
    kept = "\n".join(_article_lines(text))
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def _article_lines(text: str) -> Iterator[str]:
    dropped = ""
    for line in text.split("\n"):
        plain = plain_line(line)
        if plain and (is_furniture(plain) or _goes_on(dropped)):
            dropped = plain
        else:
            dropped = ""
            yield plain


def _goes_on(dropped: str) -> bool:
    """Say whether the line after a dropped one belongs to the same paragraph of furniture."""
    wrapped = len(dropped) >= _WRAPPED_LINE_CHARS and dropped[-1] not in ".!?"
    return wrapped or dropped.endswith((":", ","))
