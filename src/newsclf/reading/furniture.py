"""Tell what is on a page but not part of its article: appeals, invitations, notices, contacts.

Every pattern asks for more than a word: an article about donations, disclaimers or fair use has to stay.
"""

import re
from collections.abc import Sequence

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
    | (?:for\s+)?(?:all\s+)?(?:media|press)\s+(?:[ei]nquir(?:y|ies)|contacts?|office)\s*(?::|,.*(?:@|contact))
    | fair\s+use\s+notice\b
    | (?:this\s+(?:article|story|post)\s+(?:is\s+|was\s+)?)?(?:tagged|filed|posted)\s+(?:under|in|as|with)\s*:
    | related\s+(?:articles?|stories|content)\s*:
    | all\s+.{0,40}\barticles\s+can\s+be\s+read\s+in\s+\d+\s+languages\b
    | https?://\S+$
    | (?:e-?mail\s*:?\s*)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+$
    | (?:tel|telephone|phone|fax)\.?\s*:?\s*\+?[\d(][\d\s()./-]{5,}$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# The set phrases of disclaimers and fair-use notices, wherever in a line they stand.
_LEGAL = re.compile(
    r"\bcopyrighted\s+material\s+the\s+use\s+of\s+which\b"
    r"|\b(?:contains|making|use)\s+(?:such\s+)?copyrighted\s+material\s+(?:for\s+purposes|available|from\s+this\s+site)\b"
    r"|\bthis\s+(?:site|website|page)\s+contains\s+copyrighted\s+material\b"
    r"|\bgrants?\s+permission\s+to\s+(?:cross-?)?(?:re)?post\b"
    r"|\bunder\s+the\s+provisions\s+of\s+\W?fair\s+use\b"
    r"|^the\s+(?:contents?|views|opinions)\s+(?:expressed\s+)?(?:of|in)\s+this\s+article\s+(?:is|are|do)\b"
    r"|\bwill\s+not\s+be\s+(?:held\s+)?responsible\s+(?:or\s+liable\s+)?for\s+any\s+(?:inaccurate|incorrect)\b",
    re.IGNORECASE,
)
# One of these is in each of the set phrases, and is found far sooner than they are.
_LEGAL_WORDS = ("copyrighted", "permission", "provisions", "responsible", "this article")
# Invitations begin like sentences that an article could hold: they count in short lines without a quotation.
_INVITATION = re.compile(
    r"""(?:please\s+|click\s+(?:here\s+)?to\s+|to\s+)*(?:
      (?:leave|post|write)\s+a\s+comment\b
    | (?:add|view|read|see)\s+(?:(?:your|all|the|\d+)\s+)?comments?\W*(?:\d*|here|below)\W*$
    | comment\s+on\s+.{0,60}\s(?:facebook|articles?|page|site|forum)\b(?:[^.]*|.*\b(?:our|this|here)\b.*)$
    | become\s+an?\s+(?:\w+\s+)?(?:member|subscriber|patron|supporter)\b
      (?:\W*$|\s+(?:today|now|here)\b|\s+of\s+(?:our|this)\b|\s+of\s+[^.]{1,50}$)
    | donat(?:e|ions?)\b(?:\W*$|\s+(?:now|today|here|online|via)\b|\s+to\s+(?:us|our|this)\b)
    | donate\s+to\s+[^.]{1,40}$
    | (?:consider\s+making|make)\s+an?\s+(?:[\w-]+\s+){0,2}(?:donation|contribution)\b
    | consider\s+(?:donating|(?:becoming|supporting)\b.{0,40}\b(?:us|our|member|subscriber|patron|supporter))\b
    | (?:consider\s+)?(?:help|support)(?:ing)?\s+(?:us\s+(?:by|continue|fund|grow|in|keep|reach|report|stay|survive)\b
      |our\s+(?:journalism|mission|newsroom|reporting|site|team|work)\b
      |independent\s+(?:journalism|media|news|reporting|voices)\W*$)
    | (?:sign\s+up|subscribe)\s+(?:for|to)\s+(?:our\b|receive\b|.{0,60}\b(?:channel|feed|newsletter|podcast)\b)
    | receive\s+.{0,60}\bnewsletter\b
    | follow\s+us\s+on\b
    | (?:share|print|email|e-mail)\s+this\s+(?:article|story|page)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_APPEAL = re.compile(
    r"\bplease\s+(?:consider\s+)?(?:donat(?:e|ing)|mak(?:e|ing)\s+an?\s+(?:[\w-]+\s+){0,2}(?:donation|contribution)"
    r"|support(?:ing)?\s+(?:us|our)\b)|\byour\s+(?:donation|contribution)s?\b|\breaders?\s+like\s+you\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:our|us|we)\b", re.IGNORECASE)
_QUOTATION = re.compile(r"[\"\u201c\u201d\u00ab\u00bb]")
_INVITATION_MAX_WORDS = 80

_PAYMENT_WORD = re.compile(
    r"\b(?:donat\w+|contribut\w+|paypal|patreon|bitcoin|btc|ethereum|eth|litecoin|monero|iban|bic|swift|bank|account"
    r"|che(?:que|ck)s?|money\s+order)\b",
    re.IGNORECASE,
)
_PAYMENT_ADDRESS = re.compile(
    r"\b(?:bc1[a-z0-9]{20,}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40}|[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}"
    r"|[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?)\b"
)
# "PayPal: gifts@…", "BIC: …", "Cheques payable to: …"; "Bitcoin: the long fall" is a subheading.
_PAYMENT_LINE = re.compile(
    r"(?:(?:by|via)\s+)?(?:paypal|patreon|bitcoin|ethereum|litecoin|monero|iban|bic|swift(?:/bic)?|(?:bank\s+)?account)"
    r"(?:\s+(?:address|code|number))?\s*:\s*(?:\S+@\S+|(?:https?://|www\.)\S+|\S+\.\w+/\S*|[A-Z]{6}[A-Z0-9]{2,5}|[\d\s-]{6,})$"
    r"|(?:che(?:que|ck)s?|money\s+orders?)\b.{0,30}\bpayable\s+to\b.{0,100}$",
    re.IGNORECASE,
)
# A line of nothing but ways to pay, "Donate via PayPal or by cheque".
_PAYMENT_MENU = re.compile(
    r"(?:contribute|donate|donations?)(?:\W+(?:a|an|and|bank|bitcoin|by|card|check|cheque|credit|donation|ethereum|here"
    r"|monero|now|online|or|patreon|paypal|through|today|transfer|us|via|with))*\W*",
    re.IGNORECASE,
)
# A payment address stands in an appeal or behind its name, not in a report about payments.
_ADDRESS_MAX_WORDS = 12
# Hard-wrapped lines have some such length; a longer line is a paragraph.
_WRAPPED_CHARS = range(55, 121)
_SENTENCE_END = re.compile(r"[.!?][\"'\u2019\u201d\u00bb)\]]*$")
_LISTED_MAX_WORDS = 12


def is_furniture(line: str) -> bool:
    """Say whether a plain line begins something that is on the page but not in the article."""
    if _is_notice(line):
        return True
    words = len(line.split())
    return words <= _INVITATION_MAX_WORDS and (_is_invitation(line) or _is_payment(line, words))


def _is_notice(line: str) -> bool:
    lower = line.lower()
    return bool(_NOTICE.match(line) or (any(word in lower for word in _LEGAL_WORDS) and _LEGAL.search(line)))


def _is_invitation(line: str) -> bool:
    if _QUOTATION.search(line):
        return False
    is_appeal = _APPEAL.search(line) and (_FIRST_PERSON.search(line) or line.lower().startswith("please"))
    return bool(_INVITATION.match(line) or is_appeal)


def _is_payment(line: str, words: int) -> bool:
    """Say whether a short line gives an address to pay to, or ways to pay."""
    if _PAYMENT_LINE.match(line) or _PAYMENT_MENU.fullmatch(line):
        return True
    if not _PAYMENT_ADDRESS.search(line):
        return False
    is_label = words <= _ADDRESS_MAX_WORDS and not _SENTENCE_END.search(line)
    return is_label or bool(_PAYMENT_WORD.search(line) and _FIRST_PERSON.search(line))


def goes_on(dropped: Sequence[str], line: str) -> bool:
    """Say whether a line belongs to the paragraph or list of furniture whose lines were just dropped."""
    if not dropped:
        return False
    last = dropped[-1]
    if dropped[0].lower().startswith("disclaimer") and last.endswith(":"):
        return True
    if dropped[0].endswith(":"):
        return len(line.split()) <= _LISTED_MAX_WORDS and not _SENTENCE_END.search(line)
    if " " not in last or _SENTENCE_END.search(last) or not (len(last) in _WRAPPED_CHARS or last.endswith(",")):
        return False
    return line[0].islower() or (_is_notice(dropped[0]) and len(line) < _WRAPPED_CHARS.stop)
