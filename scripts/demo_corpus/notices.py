"""Editorial notices of the demo corpus: a retraction, a correction, an expression of concern."""

from __future__ import annotations

from demo_corpus.model import Article, Journal, Related, Style

_RETRACTION = Article(
    number="33",
    title="Retraction: Twist1 binds the <italic>IL6</italic> enhancer and secures cytokine output"
    " during EMT",
    authors="tiwandi zelenkov yarrowby",
    year=2019,
    journal=Journal.BIOLOGY,
    style=Style.BRACKETS,
    article_type="retraction",
    related=(Related(type="retracted-article", article="10"),),
    references="demo.10",
    body="""
The authors retract this article [@1] because the lanes of two figures were mixed up. The claim that
EMT raises IL-6 through Twist1 is withdrawn. All authors agree.
""",
)

_CORRECTION = Article(
    number="34",
    title="Correction: Hydrogen peroxide, hypoxia &amp; the secretory phenotype of mesenchymal"
    " cells",
    authors="castrovel abernolt sirikhan",
    year=2017,
    journal=Journal.LETTERS,
    style=Style.BRACKETS,
    article_type="correction",
    related=(Related(type="corrected-article", article="15"),),
    references="demo.15",
    body="""
In the Methods of the article [@1] the concentration of H<sub>2</sub>O<sub>2</sub> should read
10<sup>−6</sup>&#xA0;M. The conclusions are not affected.
""",
)

_CONCERN = Article(
    number="35",
    title="Expression of concern: IL-6 trans-signalling and the mesenchymal state of pleural cells",
    authors="ruskova",
    year=2022,
    journal=Journal.BIOLOGY,
    style=Style.BRACKETS,
    article_type="expression-of-concern",
    related=(Related(type="object-of-concern", article="13"),),
    body="""
The editors have been told that the original films of two blots cannot be found. They will inform
readers as soon as the inquiry has ended.
""",
)

ARTICLES = (_RETRACTION, _CORRECTION, _CONCERN)
