"""All articles of the demo corpus, in the order of their numbers."""

from __future__ import annotations

from demo_corpus import (
    earth,
    emt_feedback,
    emt_receptor,
    emt_review,
    emt_secretion,
    emt_tgf_beta,
    emt_transcription,
    fields,
    health,
    machines,
    notices,
    special_cases,
)
from demo_corpus.model import Article, Work
from demo_corpus.references import work_of
from demo_corpus.works import WORKS
from demo_corpus.writer import write_article

_MODULES = (
    emt_secretion.ARTICLES,
    emt_receptor.ARTICLES,
    emt_transcription.ARTICLES,
    emt_tgf_beta.ARTICLES,
    emt_review.ARTICLES,
    emt_feedback.ARTICLES,
    special_cases.ARTICLES,
    fields.ARTICLES,
    health.ARTICLES,
    earth.ARTICLES,
    machines.ARTICLES,
    notices.ARTICLES,
)
#: Every article, sorted by number.
ARTICLES: tuple[Article, ...] = tuple(
    sorted((article for group in _MODULES for article in group), key=lambda a: a.number)
)


def write_corpus() -> dict[str, bytes]:
    """File name → content of every article.

    Raises:
        ValueError: an article that does not keep to the notation.
    """
    inside = {work.key: work for work in map(work_of, ARTICLES)}
    works: dict[str, Work] = {**WORKS, **inside}
    return {
        f"demo-{article.number}.xml": write_article(article, works).encode() for article in ARTICLES
    }
