"""Plain text out of Markdown, and the article out of the page."""

import pytest

from newsclf.reading.clean import drop_furniture, normalise_text, plain_line
from newsclf.reading.furniture import is_furniture

FIRST = "Government forces took five villages on Monday, a spokesman said."
SECOND = "Two hundred families had stayed in their houses through the night."
BITCOIN = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
SEGWIT = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
ETHEREUM = "0x52908400098527886E0F7030069857D2E4169EE7"
MONERO = "4A" + "9zXq7" * 18 + "k2m"
IBAN = "DE89 3704 0044 0532 0130 00"


# Characters


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\u2028b", "a\nb"),
        ("a\u0085b", "a\nb"),
        ("a\u2029b", "a\n\nb"),
        ("a\u00a0b", "a b"),
        ("a\u202fb", "a b"),
        ("a\tb", "a b"),
        ("a   b", "a b"),
        ("\ufeffa", "a"),
        ("a\u200bb", "ab"),
        ("a\u00adb", "ab"),
        ("a\u202eb", "ab"),
        ("a\x00b", "ab"),
        ("cafe\u0301", "caf\u00e9"),
        ("e\u200b\u0301", "\u00e9"),
        ("\ud800a", "?a"),
        ("北京 🙂", "北京 🙂"),
    ],
    ids=ascii,
)
def test_characters_are_brought_to_one_form(text: str, normal: str) -> None:
    assert normalise_text(text) == normal


# Markdown


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("# A heading", "A heading"),
        ("### A heading", "A heading"),
        ("#Together they marched", "#Together they marched"),
        ("- an item", "an item"),
        ("* an item", "an item"),
        ("+ an item", "an item"),
        ("• an item", "an item"),
        ("> a quotation", "a quotation"),
        (">a quotation", "a quotation"),
        ("> > - an item", "an item"),
        ("-5 degrees", "-5 degrees"),
        ("**bold** and *italic*", "bold and italic"),
        ("__bold__ and _italic_", "bold and italic"),
        ("***both***", "both"),
        ("**bold with *italic* inside**", "bold with italic inside"),
        ("**Bold:**text", "Bold:text"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("a file_name_with_lines", "a file_name_with_lines"),
        ("5 \\* 3", "5 * 3"),
        ("the \\[sic\\] mark", "the [sic] mark"),
        ("[a link](https://archive.example/a)", "a link"),
        ("[a link](https://archive.example/a_(b))", "a link"),
        ('[a link](https://archive.example/a "its title")', "a link"),
        ("[a link](<https://archive.example/a b>)", "a link"),
        ("[a link][2]", "a link"),
        ("[**a bold link**](a)", "a bold link"),
        ("![a picture](https://archive.example/a.jpg)", "a picture"),
        ("[![a picture](https://archive.example/a.jpg)](https://archive.example)", "a picture"),
        ("two [links](a) in [one](b) line", "two links in one line"),
        ("the law [as amended] of 2004", "the law [as amended] of 2004"),
        ("f(x) and a[0]", "f(x) and a[0]"),
        ("", ""),
    ],
)
def test_line_loses_its_markdown_and_nothing_else(line: str, plain: str) -> None:
    assert plain_line(line) == plain


# Furniture that goes


@pytest.mark.parametrize(
    "line",
    [
        # Appeals
        "Donate",
        "DONATE NOW",
        "Donate today!",
        "Donate to Archive Daily",
        "Please donate to keep us going.",
        "Please consider making a donation to Archive Daily.",
        "Please consider becoming a member.",
        "Click here to make a one-time contribution",
        "To make a donation, click here.",
        "If you value our work, please consider making a small donation.",
        "We rely on readers like you.",
        "Your donation helps us pay our writers.",
        "Help us keep this site free.",
        "Support independent journalism!",
        "Support our work",
        "Donate via PayPal",
        "Donate: PayPal | Bitcoin | Cheque",
        # Payment
        BITCOIN,
        f"Bitcoin: {BITCOIN}",
        f"BTC address: {SEGWIT}",
        f"Ethereum {ETHEREUM}",
        f"Monero: {MONERO}",
        f"IBAN: {IBAN}",
        f"Bank transfer to {IBAN}",
        f"Our readers can donate in bitcoin to {BITCOIN}, and every cent goes to our reporters.",
        "BIC: COBADEFFXXX",
        "SWIFT/BIC: COBADEFF",
        "PayPal: gifts@archive.example",
        "PayPal: https://pay.example/archive",
        "Cheques can be made payable to Archive Society, PO Box 12, Port City",
        # Comments, members, letters
        "Leave a comment",
        "Post a Comment",
        "View all comments",
        "Read 12 comments",
        "View comments (12)",
        "Comment on Archive Daily articles on our Facebook page",
        "Become a Member",
        "Become a Member of Archive Daily",
        "Become a member today!",
        "Sign up for our newsletter",
        "Subscribe to the Archive Daily newsletter",
        "Follow us on Instagram",
        "Share this article",
        "Print this page",
        # Notices
        "Articles by: Maria Halabi",
        "Article by: Maria Halabi",
        "Disclaimer: The contents of this article are of sole responsibility of the author.",
        "DISCLAIMER: the views are the author's own.",
        "The views expressed in this article are the author's own.",
        "Archive Daily will not be responsible for any inaccurate or incorrect statement in this article.",
        "Fair Use Notice",
        "This site contains copyrighted material the use of which has not always been specifically authorized.",
        "We make such material available to our readers under the provisions of “fair use”.",
        "To use copyrighted material for purposes other than “fair use” you must request permission.",
        "Archive Daily grants permission to cross-post original articles on community sites.",
        "The original source of this article is Archive Daily",
        "Copyright © Maria Halabi, Archive Daily, 2016",
        "© Archive Daily 2016",
        "Note to readers: please click the share buttons above.",
        "Related articles: The Dam, The River",
        # Contacts and addresses
        "For media inquiries: press@archive.example",
        "For press enquiries, please contact press@archive.example",
        "Press contact: Maria Halabi",
        "Media contacts:",
        "press@archive.example",
        "E-mail: press@archive.example",
        "Tel: +1 514 555 0100",
        "Phone: (514) 555-0100",
        "https://archive.example/2016/03/five-villages",
        "URL of this article: https://archive.example/2016/03/five-villages",
    ],
    ids=lambda line: line[:40],
)
def test_line_is_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        # Articles about donations
        "Donations to the party fell by a third last year, the treasurer said.",
        "Donating blood takes less than an hour, the clinic says.",
        "Donors have pledged two billion dollars for the harbour.",
        "Donate blood, save a life: the slogan was everywhere that spring.",
        "Donations: who gives, and why",
        "Making a donation to a campaign from abroad is against the law.",
        "The foundation asked its members to donate to the victims of the flood.",
        "Support our troops became the slogan of the decade.",
        "Support for the strike is growing, a survey shows.",
        "Help us, the women cried from the roof.",
        "Supporting independent media is a duty of the state, the minister told the committee.",
        "Please, he said, and the line went dead.",
        "“Please consider making a donation to us,” the letter from the swindlers began.",
        # Articles about payment
        "Bitcoin: the long fall of a currency",
        "PayPal: a history",
        "Bitcoin lost a fifth of its value on Friday.",
        f"The hackers wanted forty bitcoin, paid to {BITCOIN} within three days, the hospital said.",
        f"Investigators followed the ransom from {SEGWIT} to an exchange in the islands, and lost it there.",
        "The bank moved the money from account 20 41 53 to another on the same day.",
        "Cheques worth two million dollars bounced.",
        # Articles about members and comments
        "Becoming a member of the union took the republic ten years.",
        "Become a member of the club or leave the island, the settlers were told.",
        "Comment on the plan is invited until Friday.",
        "Comments by the minister made the currency fall.",
        "Read the comments of the judges, and you find no two of one mind.",
        "Members of the press were kept out.",
        "Subscribe to the view that prices are all that counts, and the policy follows.",
        "Share prices fell on Monday.",
        "Follow the money, her teacher used to say.",
        # Articles about disclaimers, rights and the press
        "Disclaimers in small print do not protect a company, the court ruled.",
        "A disclaimer: the author once lived in the valley.",
        "The disclaimer was printed in grey on grey.",
        "Articles by foreign reporters are read by the censor first.",
        "The court held that copyrighted material may be quoted under fair use, without permission.",
        "Fair use of the river is what both states say they want.",
        "Copyright law is to be rewritten, the minister said.",
        "For press inquiries, the ministry opened a hotline that nobody ever answered.",
        "Media enquiries about the accident went unanswered.",
        "The press office was closed.",
        "Urls are the streets of the web.",
        "Related articles of the treaty were struck out.",
        "All the articles can be read in the library.",
        "The views of the villagers were not heard.",
        "The company will not be responsible for the damage, its lawyers said.",
        "Telephone lines were cut at noon.",
        "1914–1918",
        "3,000,000",
    ],
    ids=lambda line: line[:40],
)
def test_sentence_about_the_same_words_is_no_furniture(line: str) -> None:
    assert not is_furniture(line)


# Furniture within a text


def test_furniture_between_paragraphs_goes_and_both_paragraphs_stay() -> None:
    text = f"{FIRST}\n\n[Become a Member of Archive Daily](https://archive.example/member)\n\n{SECOND}"

    assert drop_furniture(text) == f"{FIRST}\n\n{SECOND}"


def test_furniture_without_blank_lines_takes_no_paragraph_with_it() -> None:
    text = f"{FIRST}\nFollow us on our pages and sign up for the weekly letter from our newsroom\n{SECOND}"

    assert drop_furniture(text) == f"{FIRST}\n{SECOND}"


def test_furniture_that_ends_without_a_full_stop_does_not_take_a_quotation_with_it() -> None:
    text = f"Sign up for our newsletter and never miss what our reporters find out\n“It is over.”\n{SECOND}"

    assert drop_furniture(text) == f"“It is over.”\n{SECOND}"


def test_address_on_a_line_of_its_own_takes_no_paragraph_with_it() -> None:
    text = f"https://archive.example/2016/03/15/five-villages-fall-east-of-the-river\n{SECOND}"

    assert drop_furniture(text) == SECOND


def test_wrapped_disclaimer_goes_to_its_last_line() -> None:
    text = f"""{FIRST}

**Disclaimer:** The contents of this article are of sole responsibility of the author. The
Society for the Archive and its staff cannot be held to account for what is
said in it.

{SECOND}"""

    assert drop_furniture(text) == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["next-line", "next-paragraph"])
def test_disclaimer_below_its_heading_goes(gap: str) -> None:
    text = f"{FIRST}\n\n**Disclaimer:**{gap}What is said above is for the author alone to answer for.\n\n{SECOND}"

    assert drop_furniture(text) == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["next-line", "next-paragraph"])
def test_name_below_articles_by_goes(gap: str) -> None:
    assert drop_furniture(f"{FIRST}\n\n**Articles by:**{gap}[Maria Halabi](link)\n") == FIRST


def test_list_of_related_articles_goes_to_its_last_item() -> None:
    text = f"{FIRST}\n\nRelated articles:\n- [The Dam](a)\n- [The River](b)\n- [The Bridge](c)\n\n{SECOND}"

    assert drop_furniture(text) == f"{FIRST}\n\n{SECOND}"


def test_paragraph_below_a_list_heading_stays() -> None:
    assert drop_furniture(f"Related stories:\n{FIRST}\n{SECOND}") == f"{FIRST}\n{SECOND}"


def test_press_contact_goes_with_name_and_numbers() -> None:
    text = f"{FIRST}\n\nPress contact:\nMaria Halabi\nArchive Society\n+1 514 555 0100\npress@archive.example"

    assert drop_furniture(text) == FIRST


def test_appeal_with_addresses_goes_as_a_whole() -> None:
    text = f"""{FIRST}

**We need your help. Please consider making a donation to keep our reporters in the field.**

- Bitcoin: `{BITCOIN}`
- Ethereum: {ETHEREUM}
- IBAN: {IBAN}
- BIC: COBADEFFXXX
- PayPal: [gifts@archive.example](mailto:gifts@archive.example)
- Cheques payable to: Archive Society, PO Box 12, Port City

{SECOND}"""

    assert drop_furniture(text) == f"{FIRST}\n\n{SECOND}"


def test_article_about_donations_stays_whole() -> None:
    text = """Donations to the flood victims have passed ten million dollars, the relief fund said on Friday.

“Please donate to us, not to strangers on the phone,” its director said.

Donate or be shamed is how one mayor put it to the shopkeepers of his town.

A disclaimer on the fund's letters says that one dollar in ten pays for its office.

Bitcoin: a gift like any other?

The fund takes bank transfers, cheques and, since June, bitcoin."""

    assert drop_furniture(text) == text


def test_paragraphs_keep_one_blank_line_between_them() -> None:
    assert drop_furniture(f"\n\n{FIRST}\n\n\n\n\n{SECOND}\n\n") == f"{FIRST}\n\n{SECOND}"


def test_links_in_paragraphs_become_their_text() -> None:
    assert drop_furniture("The [dam](https://archive.example/dam) **broke**.") == "The dam broke."
