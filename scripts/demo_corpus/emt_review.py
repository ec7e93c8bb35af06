"""Demo articles that look back on others: a review and a meta-analysis, both with tables."""

from __future__ import annotations

from demo_corpus.model import Article, Form, Journal, Style

_REVIEW = Article(
    number="09",
    title="Epithelial plasticity and interleukin-6: which comes first?",
    authors="solbakke ruskova tervald",
    year=2018,
    journal=Journal.REVIEWS,
    style=Style.BRACKETS,
    article_type="review-article",
    doctype=True,
    has_pmid=True,
    has_pmcid=True,
    keywords="review; EMT; IL-6; direction of effect",
    abstract="""
Does epithelial–mesenchymal transition (EMT) bring about interleukin-6 (IL-6), or IL-6 EMT? The
question goes back to a single report [@2]. We sort the evidence by direction and by tissue.
""",
    references="demo.01; ext.2; ext.23; demo.04; demo.08; ext.25; demo.02; ext.5; ext.24; demo.05;"
    " ext.9; demo.12; ext.8; demo.06; ext.11 + ext.12 mixed; demo.03; ext.13 + ext.14 + ext.20"
    " mixed; demo.07; demo.15 mixed link; demo.10",
    back="""
<fn-group>
  <fn id="fn1"><p>We use "induce" for any increase. Some authors reserve it for effects on
    transcription [@10].</p></fn>
</fn-group>
""",
    body="""
# 1. Introduction

Two sentences stand side by side in many introductions: EMT induces IL-6, and IL-6 induces EMT
[<xref ref-type="bibr" rid="B1">1</xref><xref ref-type="bibr" rid="B2"/><xref ref-type="bibr"
rid="B3"/>–<xref ref-type="bibr" rid="B4">4</xref>]. The first is due to Jones and Lee, who found
that IL-6 is released by cells that have undergone EMT [@2]. The second rests mostly on work with
added cytokine [@7,8]. This review separates them.

# 2. From EMT to IL-6

## 2.1. Supporting evidence

In mammary lines EMT elevates IL-6 [<xref ref-type="bibr" rid="B1">1</xref>–<xref ref-type="bibr"
rid="B2">2</xref>–<xref ref-type="bibr" rid="B3">3</xref>]. Release of IL-6 was stimulated by EMT
when peroxide was the trigger [@19]. The largest effect, a ten-fold increase in IL-6 caused by EMT,
was ascribed to Twist1 [@20]. Blocking EMT abolished IL-6 secretion in the one study in which it was
tried [@1].

## 2.2. Opposing evidence

Renal cells are the clearest exception, because there EMT had no effect on IL-6 [@4]. EMT decreased
IL-6 in pancreatic cells with much ZEB1 [@5]. A colon array was negative [@6]; its detection limit
was poor (see refs. 3 and 4 of that paper, or refs. [@3,4] of this one).

## 2.3. Tissues compared

Table 1 lists the studies.

<table-wrap id="T1">
  <label>Table 1</label>
  <caption><p>Studies of IL-6 after EMT, by year. Methods as in [@1].</p></caption>
  <table frame="hsides" rules="groups">
    <thead>
      <tr><th>Study</th><th>Cell line</th><th>IL-6 effect</th></tr>
    </thead>
    <tbody>
      <tr><td>[<xref ref-type="bibr" rid="B2">2</xref>]</td><td>clone 14</td><td>increase</td></tr>
      <tr><td>[<xref ref-type="bibr" rid="B6">6</xref>]</td><td>CO-3</td><td>none</td></tr>
      <tr><td>[<xref ref-type="bibr" rid="B1">1</xref>]</td><td>MEC-S1</td><td>increase</td></tr>
      <tr><td>[<xref ref-type="bibr" rid="B4">4</xref>]</td><td>RTC-9</td><td>none</td></tr>
      <tr><td>[<xref ref-type="bibr" rid="B5">5</xref>]</td><td>PX-2<break/>(pancreas)</td>
        <td>Decrease, which the authors explain by the binding of ZEB1 to the locus, as had been
          proposed for other inflammatory genes [<xref ref-type="bibr" rid="B5">5</xref>].</td></tr>
    </tbody>
  </table>
  <table-wrap-foot>
    <fn id="tfn1"><label>*</label><p>For CO-3 the value was read from a figure [@6].</p></fn>
  </table-wrap-foot>
</table-wrap>

# 3. From IL-6 to EMT

Added IL-6 caused EMT in lung [@7] and breast [@8]. Antibodies against it gave mixed results [@9].
In stroma, fibroblast-derived IL-6 drives EMT of the neighbouring epithelium [@18]. The signal
passes through STAT3: IL-6 stimulates STAT3 phosphorylation in all lines tested
[<xref ref-type="bibr" rid="B10 B11">10, 11</xref>].

# 4. Upstream factors

## TGF-β

TGF-β triggers EMT in most epithelia [@12,13], but TGF-β had no effect on EMT markers in one line of
four [@12].

## NF-κB and Snail

NF-κB stimulates Snail [@14,15], and Snail is needed for IL-6 in skin [@16]. E-cadherin is silenced
by Snail, by cleavage or by both [@17].

# 5. Conclusions

EMT can increase IL-6, but it need not do so
[<xref ref-type="bibr" rid="B1">1</xref>, <xref ref-type="bibr" rid="B2">2</xref>, <xref
ref-type="bibr" rid="B4">4</xref>–<xref ref-type="bibr" rid="B6">6</xref>]. Authors who cite this
review for either direction should say which.
""",
)

_META_ANALYSIS = Article(
    number="14",
    title="Interleukin-6 and markers of epithelial–mesenchymal transition: a meta-analysis",
    authors="thornquay umarova gyllenbor",
    year=2020,
    journal=Journal.REVIEWS,
    style=Style.PARENTHESES,
    form=Form.MIXED,
    prefix="ref",
    has_pmid=True,
    keywords="meta-analysis; heterogeneity; IL-6",
    abstract="""
# Purpose

To pool studies in which IL-6 was measured before and after EMT.

# Methods

Random-effects model on standardised differences.

# Results

The pooled difference was 0.9 (95% CI 0.1 to 1.7), with wide heterogeneity.

# Conclusion

An average effect exists, but single tissues contradict it.
""",
    references="ext.2; ext.25; demo.01; demo.04; demo.08; demo.15; ext.31; ext.36; ext.39; demo.10;"
    " demo.02; ext.5; demo.13; demo.05; ext.22; ext.34; demo.12; demo.11",
    floats="""
<table-wrap id="tbl1">
  <label>Table 1.</label>
  <caption><title>Standardised mean differences in IL-6</title></caption>
  <table>
    <tbody>
      <tr><td>Study</td><td>Line</td><td>SMD</td></tr>
      <tr><td>Mammary [@3]</td><td>MEC-S1</td><td>2.1</td></tr>
      <tr><td>Renal [@4]</td><td>RTC-9</td><td>0.0</td></tr>
      <tr><td>Pancreas [@5]</td><td>PX-2</td><td>−1.2</td></tr>
    </tbody>
  </table>
</table-wrap>

<fig id="fig2">
  <label>Figure 2.</label>
  <caption><p>Funnel plot. The outlier at the lower right is the study of Twist1 (<xref
    ref-type="bibr" rid="ref10">10</xref>), which has since been retracted.</p></caption>
</fig>
""",
    body="""
# Introduction

Reviews disagree on whether IL-6 is raised by EMT (<xref ref-type="bibr" rid="ref1 ref2 ref3 ref4"
>1–4</xref>). Most of the literature is on the other direction, in which IL-6 elicits EMT [@11-13].
We pooled what can be pooled.

# Methods

## Search and selection

Studies had to report IL-6 before and after the transition. Values below the detection limit were
replaced by half of it (<xref ref-type="bibr" rid="ref16">16</xref>). Small samples were corrected
for bias [@8].

## Model

With <inline-formula><mml:math><mml:msup><mml:mi>τ</mml:mi><mml:mn>2</mml:mn></mml:msup>
</mml:math></inline-formula> for the variance between studies, weights were
<inline-formula><mml:math><mml:mfrac><mml:mn>1</mml:mn><mml:mrow><mml:msup><mml:mi>σ</mml:mi><mml:mn
>2</mml:mn></mml:msup><mml:mo>+</mml:mo><mml:msup><mml:mi>τ</mml:mi><mml:mn>2</mml:mn></mml:msup>
</mml:mrow></mml:mfrac></mml:math></inline-formula> as usual [@8].

# Results

## Overall effect

EMT was associated with increased IL-6 secretion in six of nine studies (<xref ref-type="bibr"
rid="ref1">1</xref>, <xref ref-type="bibr" rid="ref3">3</xref>, <xref ref-type="bibr"
rid="ref6">6</xref>, <xref ref-type="bibr" rid="ref10">10</xref>). In the two most precise ones EMT
did not affect IL-6 [@2,4]. In pancreas, EMT downregulated IL-6 [@5]. Reversal of the transition
gave the mirror image [@15].

## Patients

Serum IL-6 correlated with vimentin [@9]. This fits with IL-6 production by mesenchymal tumour
cells, but a causal role of EMT in IL-6 elevation remains possible rather than proven [@7,9].

## Other relations

IL-6 activated STAT3 in every study that looked [@14]. TGF-β induced EMT in eight of nine [@17].
E-cadherin is a poor proxy for EMT [@18].

# Discussion

On average, EMT appears to increase IL-6 [@1,3,6]. Without the study that was later retracted [@10],
the interval includes zero.
""",
)

ARTICLES = (_REVIEW, _META_ANALYSIS)
