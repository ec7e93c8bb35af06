"""Writes an article of the demo corpus as one JATS file."""

from __future__ import annotations

from collections.abc import Mapping

from demo_corpus.markup import Markers, write_blocks
from demo_corpus.model import Article, Related, Work
from demo_corpus.people import PEOPLE
from demo_corpus.references import read_entries, write_reference_list

SYNTHETIC = "This is a synthetic article made for testing."
LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"
PUBLISHER = "Semsearch Demo Press"
_DOCTYPE = (
    '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.3'
    ' 20210610//EN" "JATS-archivearticle1-3.dtd">'
)
_SUBJECTS = {
    "research-article": "Research Article",
    "review-article": "Review",
    "editorial": "Editorial",
    "abstract": "Meeting Abstract",
    "retraction": "Retraction",
    "correction": "Correction",
    "expression-of-concern": "Expression of Concern",
}


def write_article(article: Article, works: Mapping[str, Work]) -> str:
    """The JATS file of one article.

    Args:
        article: what to write.
        works: every work that a reference list can name, by its key.

    Raises:
        ValueError: notation that cannot be read; the message names the article or the marker.
    """
    entries = read_entries(article, works)
    markers = Markers(
        style=article.style,
        prefix=article.prefix,
        ref_type=article.ref_type,
        works=tuple(entry.works[0] for entry in entries),
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines += [_DOCTYPE] if article.doctype else []
    lines += [
        f"<!-- {SYNTHETIC} Its authors, journals, data and findings are invented. -->",
        '<article xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' xmlns:mml="http://www.w3.org/1998/Math/MathML"'
        f' article-type="{article.article_type}" dtd-version="1.3" xml:lang="en">',
        "  <front>",
        *_journal_meta(article),
        *_article_meta(article, markers),
        "  </front>",
    ]
    if article.body is not None:
        body = write_blocks(article.body, markers, depth=2, wrapped=article.wrapped)
        lines += ["  <body>", *body, "  </body>"]
    back = _back(article, markers)
    back += write_reference_list(article, entries) if entries else []
    lines += ["  <back>", *back, "  </back>"] if back else []
    if article.floats is not None:
        floats = write_blocks(article.floats, markers, depth=2)
        lines += ["  <floats-group>", *floats, "  </floats-group>"]
    return "\n".join([*lines, "</article>", ""])


def _journal_meta(article: Article) -> list[str]:
    return [
        "    <journal-meta>",
        f'      <journal-id journal-id-type="publisher-id">{article.journal.name}</journal-id>',
        "      <journal-title-group>",
        f"        <journal-title>{article.journal}</journal-title>",
        "      </journal-title-group>",
        '      <issn pub-type="epub">0000-0000</issn>',
        f"      <publisher><publisher-name>{PUBLISHER}</publisher-name></publisher>",
        "    </journal-meta>",
    ]


def _article_meta(article: Article, markers: Markers) -> list[str]:
    ids = (
        ("pmcid", article.pmcid),
        ("pmid", article.pmid),
        ("publisher-id", f"SDP-{article.number}"),
        ("doi", article.doi),
    )
    return [
        "    <article-meta>",
        *(
            f'      <article-id pub-id-type="{kind}">{value}</article-id>'
            for kind, value in ids
            if value
        ),
        '      <article-categories><subj-group subj-group-type="heading">'
        f"<subject>{_SUBJECTS[article.article_type]}</subject></subj-group></article-categories>",
        f"      <title-group><article-title>{article.title}</article-title></title-group>",
        *_contributors(article),
        '      <aff id="aff1"><label>1</label>Department of Invented Studies,'
        " Example University, Exampletown</aff>",
        f'      <author-notes><fn fn-type="other"><p>{SYNTHETIC}</p></fn></author-notes>',
        f'      <pub-date pub-type="epub"><day>1</day><month>6</month><year>{article.year}</year>'
        "</pub-date>",
        f"      <volume>{article.year - 2008}</volume>",
        f"      <elocation-id>e{article.number}</elocation-id>",
        "      <permissions>",
        f'        <license license-type="open-access" xlink:href="{LICENSE}">',
        "          <license-p>No rights reserved:"
        f' <ext-link ext-link-type="uri" xlink:href="{LICENSE}">CC0 1.0</ext-link>.</license-p>',
        "        </license>",
        "      </permissions>",
        *(_related(related) for related in article.related),
        *_abstract(article, markers),
        *_keywords(article),
        "      <custom-meta-group>",
        "        <custom-meta><meta-name>synthetic</meta-name><meta-value>true</meta-value>"
        "</custom-meta>",
        "      </custom-meta-group>",
        "    </article-meta>",
    ]


def _contributors(article: Article) -> list[str]:
    lines = ["      <contrib-group>"]
    for key in article.authors.split():
        person = PEOPLE[key]
        lines.append('        <contrib contrib-type="author">')
        if person.orcid is not None:
            lines.append(
                '          <contrib-id contrib-id-type="orcid">'
                f"https://orcid.org/{person.orcid}</contrib-id>"
            )
        lines += [
            f"          <name><surname>{person.family}</surname>"
            f"<given-names>{person.given}</given-names></name>",
            '          <xref ref-type="aff" rid="aff1"><sup>1</sup></xref>',
            "        </contrib>",
        ]
    return [*lines, "      </contrib-group>"]


def _related(related: Related) -> str:
    return (
        f'      <related-article related-article-type="{related.type}" ext-link-type="doi"'
        f' xlink:href="10.5555/semsearch.demo.{related.article}"/>'
    )


def _abstract(article: Article, markers: Markers) -> list[str]:
    if article.abstract is None:
        return []
    blocks = write_blocks(article.abstract, markers, depth=4, ids=False, wrapped=article.wrapped)
    return ["      <abstract>", *blocks, "      </abstract>"]


def _keywords(article: Article) -> list[str]:
    keywords = [f"<kwd>{word.strip()}</kwd>" for word in article.keywords.split(";") if word]
    group = f'      <kwd-group kwd-group-type="author">{"".join(keywords)}</kwd-group>'
    return [group] if keywords else []


def _back(article: Article, markers: Markers) -> list[str]:
    lines: list[str] = []
    if article.acknowledgement is not None:
        text = write_blocks(article.acknowledgement, markers, depth=3)
        lines += ["    <ack>", "      <title>Acknowledgements</title>", *text, "    </ack>"]
    if article.back is not None:
        lines += write_blocks(article.back, markers, depth=2)
    return lines
