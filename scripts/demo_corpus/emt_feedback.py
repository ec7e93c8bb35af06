"""Demo articles on both directions at once: a model of the loop, and a replication."""

from __future__ import annotations

from demo_corpus.model import Article, Form, Journal, Style

_MODEL = Article(
    number="16",
    title="A two-variable model of the feedback between EMT and interleukin-6",
    authors="zelenkov tiwandi",
    year=2021,
    journal=Journal.SCIENCE,
    style=Style.BRACKETS,
    form=Form.ELEMENT,
    prefix="bib",
    has_pmcid=True,
    keywords="mathematical model; bistability; feedback",
    abstract="""
If EMT and interleukin-6 (IL-6) promote each other, a tissue can be caught in one of two states. We
write down the smallest model that shows this, and compare it with published time courses.
""",
    references="demo.01; demo.02; ext.37; demo.09; demo.14; demo.05; ext.28; demo.04; ext.30;"
    " demo.12; demo.08; demo.06; ext.3; ext.45",
    body=r"""
# I. Introduction

A loop needs two arrows. The first is that EMT induces interleukin-6, as measured in mammary cells
[@1,5]. The second is that interleukin-6 induces EMT, as measured in spheroids [@2]. Reviews treat
them one at a time [@4]. Autocrine loops of other cytokines have been modelled before [@3,13].

# II. The model

Let <inline-formula><mml:math><mml:mi>x</mml:mi></mml:math></inline-formula> be the share of
mesenchymal cells and <inline-formula><mml:math><mml:mi>y</mml:mi></mml:math></inline-formula> the
concentration of IL-6.

<p>Following ref. [@3], we set the rates to
  <disp-formula id="eq1"><label>(1)</label><mml:math display="block"><mml:mrow><mml:mover
    accent="true"><mml:mi>x</mml:mi><mml:mo>˙</mml:mo></mml:mover><mml:mo>=</mml:mo><mml:mi>α</mml:mi>
    <mml:mi>y</mml:mi><mml:mo>−</mml:mo><mml:mi>δ</mml:mi><mml:mi>x</mml:mi></mml:mrow>
  </mml:math></disp-formula>
  with <inline-formula><alternatives><mml:math><mml:mi>α</mml:mi><mml:mo>=</mml:mo><mml:mn
  >0.2</mml:mn></mml:math><tex-math>\documentclass[12pt]{minimal}
  \usepackage{amsmath}
  \begin{document}$\alpha = 0.2$\end{document}</tex-math></alternatives></inline-formula> from the
  spheroid data [@2] and <inline-formula><tex-math>\documentclass[12pt]{minimal}
  \usepackage{amsmath}
  \begin{document}$\delta = 0.05$\end{document}</tex-math></inline-formula> from [@1].</p>

Phosphorylated STAT3 is assumed to follow IL-6 at once, since IL-6 activates STAT3 within minutes
[@6]. Feedback by SOCS3 is left out [@7].

# III. Results

## A. Two states

The loop is bistable for <inline-formula><mml:math><mml:mi>α</mml:mi><mml:mo>&gt;</mml:mo><mml:msup>
<mml:mi>δ</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math></inline-formula>, i.e. if IL-6 release is
increased by EMT at least as strongly as in the mammary data [@1]. A hybrid state is unstable [@9].

## B. Tissues without the first arrow

In renal cells EMT does not trigger IL-6 release [@8], and the model then has one state only. ZEB1
reverses the sign of the arrow, so that EMT lowers IL-6 and the loop becomes a thermostat [@11].

# IV. Discussion

Pulses of TGF-β suffice to tip the tissue over, because TGF-β induces EMT irreversibly above the
threshold [@10]. In return EMT induces TGF-β in some tissues [@10]. NF-κB might activate Snail in
the model as it does in cells [@12], with acetylation of p65 as the switch [@14]. Heterogeneity of
the kind found by meta-analysis [@5] follows from small differences in
<inline-formula><mml:math><mml:mi>α</mml:mi></mml:math></inline-formula> alone. EMT might well
contribute to IL-6 without being its main source [@4,5].
""",
)

_REPLICATION = Article(
    number="20",
    title="A preregistered replication of cytokine secretion after EMT in five cell lines",
    authors="umarova vanterpol thornquay",
    year=2022,
    journal=Journal.LETTERS,
    style=Style.BRACKETS,
    form=Form.ELEMENT,
    has_pmid=True,
    wrapped=True,
    keywords="replication; EMT; IL-6",
    abstract="""
# Objective

To repeat five published measurements of IL-6 after EMT.

# Outcome

Three of five were confirmed.
""",
    references="ext.41; demo.01; demo.04; demo.08; ext.23; demo.15; demo.02; ext.40; demo.14;"
    " ext.34; demo.05; demo.12; ext.36; demo.06; demo.03",
    acknowledgement="""
J. Doe provided RTC-9 cells [@3]. The analysis script was adapted from the one published with the
meta-analysis [@9].
""",
    body="""
# Introduction

Few results in this field have been repeated by others [@1]. EMT was claimed to induce IL-6 in
mammary [@2] and peroxide-treated cells [@6], to leave it unchanged in kidney [@3], and to reduce it
in pancreas [@4]. The plan was registered before the first culture was set up
<xref ref-type="bibr" rid="B1 B13">[1,13]</xref>.

# Methods

Cells came from the original laboratories where possible [@2-6]. Organoids were cultured as
described by [@@8]. ELISA kits were tested for their limits [@10]; one statement of the maker could
not be traced [<xref ref-type="bibr" rid="B99">99</xref>].

# Results

<list list-type="order">
  <list-item><p>In MEC-S1, EMT induced the secretion of IL-6, confirming Tervald et al. [@2].</p>
  </list-item>
  <list-item><p>In RTC-9, IL-6 was not induced by EMT, confirming Abernolt et al. [@3].</p>
  </list-item>
  <list-item><p>In PX-2, EMT inhibited IL-6, but by half as much as reported [@4].</p>
  </list-item>
  <list-item><p>In peroxide-treated cells, EMT-induced secretion of IL-6 was not seen [@6].</p>
  </list-item>
</list>

The fifth experiment concerned the reverse relation. IL-6 did not induce EMT in our spheroids, in
contrast to the original report [@7]. It did activate STAT3 in them, in line with the old kinetics
[@11].

## Secondary outcomes

TGF-β induced EMT in all five lines [@12]. Snail was activated by NF-κB in four of them [@14], and
knockdown of Snail reduced IL-6 in two [@15]. In RTC-9 cells Snail did not repress E-cadherin,
unlike in keratinocytes [@15].

# Discussion

Pooled with earlier data [@9], our results leave little doubt that EMT promotes the release of IL-6
in mammary cells [@2,5]. Outside the breast, the statement that EMT induces IL-6 was not supported
[@3,4].
""",
)

ARTICLES = (_MODEL, _REPLICATION)
