"""Demo articles that lack something: a DOI, a body, a reference list."""

from __future__ import annotations

from demo_corpus.model import Article, Form, Journal, Style

_WITHOUT_DOI = Article(
    number="17",
    title="Twist1 and IL-6 in bladder cells: a short report",
    authors="quenell hatsukawa",
    year=2014,
    journal=Journal.LETTERS,
    style=Style.PARENTHESES,
    form=Form.NLM,
    prefix="r",
    ref_type="ref",
    has_doi=False,
    has_pmid=True,
    keywords="Twist1; bladder",
    abstract="""
Bladder cells were made to express Twist1. They became mesenchymal and released no interleukin-6.
""",
    references="ext.15; demo.02; demo.01; ext.25; ext.5; ext.18; ext.43; demo.05; demo.06",
    body="""
# Background

Twist1 raises IL-6 in derivatives of the neural crest [@1]. EMT drives IL-6 production in mammary
cells [@3], whereas in the lung IL-6 brings about EMT [@2,5]. EMT can also be evoked by conditioned
medium [@6].

# Findings

Twist1 was expressed for ten days; transcripts were measured as usual [@7]. E. coli
lipopolysaccharide served as a positive control. EMT had no influence on IL-6, as in the colon [@4].
IL-6, when added, activated STAT3 [@8]. Snail rose without NF-κB, so that NF-κB was not needed to
activate Snail [@9].

# Interpretation

Twist1-driven EMT is unable to induce IL-6 in bladder cells, in contrast to mammary cells [@3].
Conversely, IL-6 contributes to EMT in the same cells [@2].
""",
)

_WITHOUT_BODY = Article(
    number="18",
    title="SNAI2 in the wound edge (meeting abstract)",
    authors="devarasan lindmarr",
    year=2018,
    journal=Journal.SCIENCE,
    style=Style.BRACKETS,
    article_type="abstract",
    prefix="R",
    keywords="SNAI2; wound healing",
    abstract="""
Snail is needed for IL-6 in keratinocytes, as we have shown before [@1]. Here we examine its
relative SNAI2 at the edge of wounds, where EMT may induce IL-6 as well [@2]. E-cadherin is cleaved
at such edges [@3] and repressed by zinc-finger factors [@4]; its fate was filmed [@5]. Silencing
was controlled as usual [@6]. SNAI2 rose within six hours and fell after closure.
""",
    references="demo.03; demo.01; ext.20; ext.13; ext.35; ext.44",
)

_WITHOUT_REFERENCES = Article(
    number="19",
    title="Say which way the arrow points",
    authors="ruskova",
    year=2023,
    journal=Journal.REVIEWS,
    style=Style.BRACKETS,
    article_type="editorial",
    body="""
Authors often write that two things are linked. This journal now asks them to say which one acts on
the other. "EMT induces IL-6" and "IL-6 induces EMT" are different claims, and a reader who looks
for one should not be handed the other.

This editorial cites nothing, so that nothing in it can be taken for a citation.
""",
)

ARTICLES = (_WITHOUT_DOI, _WITHOUT_BODY, _WITHOUT_REFERENCES)
