"""An article of whatever a caller passed: a text, a saved page as a text, or an article made by hand."""

from newsclf.errors import DataError
from newsclf.reading.archive_page import clean_article, parse_page
from newsclf.schema import Article


def cleaned_article(text: object, position: int) -> Article:
    """Return a cleaned article of whatever was passed, or say what is wrong with it."""
    if isinstance(text, Article):
        article = clean_article(text)
    elif isinstance(text, str):
        page = parse_page(text)
        article = Article(title=page.title, text=page.text)
    else:
        raise DataError(f"Text {position} is {type(text).__name__}; expected a string or an Article.")
    if not article.content.strip():
        raise DataError(f"Text {position} is blank (after removing page furniture); there is nothing to label.")
    return article
