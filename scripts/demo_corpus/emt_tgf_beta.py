"""Demo articles on TGF-β as an inducer of EMT, and on E-cadherin."""

from __future__ import annotations

from demo_corpus.model import Article, Form, Journal, Style

_DOSE = Article(
    number="12",
    title="Dose and duration of TGF-β in epithelial–mesenchymal transition",
    authors="castrovel nakorn",
    year=2009,
    journal=Journal.BIOLOGY,
    style=Style.SUPERSCRIPT,
    prefix="CR",
    form=Form.NLM,
    has_pmid=True,
    keywords="TGF-β; dose; time course",
    abstract="""
Published protocols differ by three orders of magnitude in dose. We measured how much TGF-&#x03B2;,
for how long, is needed to convert four epithelia.
""",
    references="ext.7; ext.8; ext.4; ext.13; ext.14; ext.29; ext.42; ext.43; ext.2; ext.37; ext.18",
    body=r"""
# Introduction

Transforming growth factor-&#x03B2; (TGF-&#x03B2;) induces epithelial–mesenchymal transition (EMT)
in mammary and renal epithelium.<sup><xref ref-type="bibr" rid="CR1">1</xref>,<xref ref-type="bibr"
rid="CR2">2</xref></sup> Doses range from 0.01 to 10&#x2009;ng/ml.[@1,2,11] Textbooks give
none.[@3] Serum is a confounder.<sup><xref ref-type="bibr" rid="CR7 CR8">7,8</xref></sup>

# Methods

Four lines were treated for 1–10 days in medium without serum.[@7] Transcripts were normalised to
three genes.[@8] The response was fitted by

<disp-formula id="Equ1"><label>1</label><tex-math id="M3">\documentclass[12pt]{minimal}
\usepackage{amsmath}
\usepackage{wasysym}
\begin{document}$$R = \frac{D^{n}}{K^{n} + D^{n}}$$\end{document}</tex-math></disp-formula>

with the least-squares method of Romano et al.[@10]

# Results

## Dose

EMT was induced by TGF-&#x03B2; in three of four lines at 2&#x2009;ng/ml, close to the dose of the
kidney study.[@2] In the fourth line TGF-&#x03B2; did not induce EMT at any dose, in disagreement
with a claim of general validity.<xref ref-type="bibr" rid="CR1"><sup>1</sup></xref> Half-maximal
effects were seen at 0.4&#x2009;ng/ml (see Fig. 2 and Eq. 1).

## Duration

TGF-&#x03B2;-induced EMT took 48–96&#xA0;h. Snail rose first, and E-cadherin was repressed by Snail
within a day.[@4,5] Removal of TGF-&#x03B2; reversed the change, which was not seen with conditioned
medium.[@11] p&#x2009;&lt;&#x2009;0.05 throughout.

# Discussion

We confirm that TGF-&#x03B2; promotes EMT,[@1,2] with one exception. EMT itself may raise
TGF-&#x03B2;: mesenchymal clones produce more of the factor,[@9] so that a loop is possible. IL-6
was reported to rise as well.[@9] Conditioned media contain unknown amounts of both.[@6]
""",
)

_E_CADHERIN = Article(
    number="11",
    title="E-cadherin: a brake on inflammatory signalling rather than a passive marker",
    authors="phelandre aldermoor vintrask",
    year=2017,
    journal=Journal.LETTERS,
    style=Style.AUTHOR_YEAR,
    form=Form.ELEMENT,
    prefix="bib",
    has_pmid=True,
    keywords="E-cadherin; adhesion; cytokines",
    abstract="""
# Introduction

E-cadherin is read as a marker of the epithelial state. We removed it without touching the factors
that repress it.

# Conclusion

Loss of E-cadherin alone does not bring about EMT.
""",
    references="ext.13; ext.14; ext.20; ext.35; ext.4; demo.01; demo.03; demo.08; demo.12; ext.5;"
    " ext.31; ext.39; ext.11",
    body="""
# Introduction

Snail represses E-cadherin (<xref ref-type="bibr" rid="bib1">Martin, 1999</xref>; <xref
ref-type="bibr" rid="bib2">Green et al., 2001</xref>), and repression of E-cadherin by Snail is
often equated with EMT [@5]. Inflammation cleaves E-cadherin as well [@3]. IL-6 treatment leads to
EMT in part through this route [@10]. Conversely, EMT induces the cytokine IL-6 [@6] or, where ZEB1
dominates, inhibits it [@8].

# Materials and methods

CDH1 was deleted with two guides. Junctions were filmed as before [@4].

# Results

## Junctions

Junctions opened within a day, as in live images of untreated cells [@4]. IL-6 was unchanged.
Deletion of CDH1 did not cause EMT, and IL-6 rose only once EMT had been induced by TGF-β, in line
with [@@6]. In that setting IL-6 secretion was triggered by EMT rather than by the loss of adhesion
[@6,7].

## Snail

Snail failed to repress E-cadherin in cells with a mutated E-box [@2]. Snail knockout restored
E-cadherin and lowered IL-6 [@7]. NF-κB was required for Snail [@13].

# Discussion

Smith-type models (i.e. loss of polarity as the cause of secretion) are not supported. TGF-β can
induce EMT without loss of E-cadherin at first [@9]. Single-cell data show the order of events
[@11]. In patients, circulating IL-6 rises with mesenchymal markers, which might mean that EMT
contributes to IL-6 in the blood [@12].
""",
)

ARTICLES = (_DOSE, _E_CADHERIN)
