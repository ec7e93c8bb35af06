"""Demo articles on whether cells that go through EMT secrete IL-6."""

from __future__ import annotations

from demo_corpus.model import Article, Form, Journal, Related, Style

_AUTOCRINE = Article(
    number="01",
    title="Autocrine interleukin-6 accompanies epithelial–mesenchymal transition in synthetic"
    " mammary cells",
    authors="tervald okonwe brisova",
    year=2012,
    journal=Journal.BIOLOGY,
    style=Style.BRACKETS,
    has_pmid=True,
    has_pmcid=True,
    keywords="EMT; interleukin-6; autocrine loop",
    abstract="""
# Background

Cells that undergo epithelial–mesenchymal transition (EMT) change what they secrete. Whether
interleukin-6 (IL-6) is part of that change has been disputed since the first report [@2].

# Results

IL-6 rose 25-fold in the medium of transformed MEC-S1 cells and fell again after reversal.

# Conclusions

In this model the release of IL-6 follows the transition.
""",
    references="ext.1; ext.2; ext.3; ext.5; ext.6; ext.7; ext.8; ext.13; ext.14; demo.03; ext.22;"
    " ext.25; ext.34; ext.43; demo.05; demo.12",
    body="""
#(intro) Introduction

Epithelial–mesenchymal transition (EMT) turns polarised epithelial cells into motile,
spindle-shaped cells [@1]. EMT induces IL-6 secretion in several carcinoma lines [@2,3].
Conversely, interleukin-6 (IL-6) has been reported to induce EMT in breast cells [@4]. Which of the
two comes first is still debated [@2-5]. The two views need not exclude each other.

Many stimuli provoke the transition <xref ref-type="bibr" rid="B6 B7 B16">[6,7,16]</xref>. TGF-β
induces EMT in mammary epithelium within 48&#xA0;h [@6]. Zinc-finger factors then repress E-cadherin
at the level of transcription [@8,9].

#(methods) Materials and methods

## Cell culture

MEC-S1 cells, an invented line, were kept at 5% CO<sub>2</sub> as described [@7]. For induction they
received 5&#x2009;ng/ml TGF-β1 for 6 days, a dose taken from a titration published elsewhere [@16].

## Cytokine assays

IL-6 was measured by sandwich ELISA with a detection limit of 10<sup>−12</sup>&#xA0;g per well
[@13]. Transcripts were normalised to three reference genes [@14].

# Results

## IL-6 signalling

After six days IL-6 in the medium rose from 12 to 310&#xA0;pg/ml, in line with earlier work in which
secretion of IL-6 was induced by EMT [@2]. The increase was lost when the transition was prevented
with a receptor inhibitor, just as depletion of Snail abolished IL-6 production in keratinocytes
[@10]. Phosphorylated STAT3 followed with a delay of two hours, which agrees with the finding that
IL-6 activates STAT3 in these cells [@15].

## Epithelial markers

E-cadherin fell to 8% of control. This is what is expected when Snail represses E-cadherin through
its E-boxes [@9], and it preceded the rise of IL-6.

#(discussion) Discussion

Our data support the induction of IL-6 by EMT that Jones and Lee proposed [@2]. Reversal of EMT
lowers IL-6 release again, as a second group has shown [@11]. One array study, however, found that
EMT did not induce IL-6 in colon cells [@12]. The discrepancy may be a matter of timing: most of the
secretion that we saw came after day four. IL-6 might also contribute to EMT rather than only follow
it [@4]. In a closed loop, EMT-induced IL-6 would keep the cells in the mesenchymal state, and such
loops have been described for other cytokines [@3], among them by the authors who named them [@3,5].
""",
)

_NO_CHANGE = Article(
    number="04",
    title="Unchanged interleukin-6 release during the transition of renal tubular cells",
    authors="abernolt castrovel nakorn",
    year=2014,
    journal=Journal.LETTERS,
    style=Style.BRACKETS,
    form=Form.NLM,
    prefix="R",
    has_pmid=True,
    wrapped=True,
    keywords="negative result; EMT; IL-6",
    abstract="""
We asked whether the transition of renal tubular cells alters their release of interleukin-6. Over
ten days, and with three inducers, it did not.
""",
    references="ext.2; ext.23; demo.01; ext.25; ext.8; demo.12; ext.34; ext.42; ext.6; ext.11 link;"
    " ext.13; ext.24; demo.02; ext.20",
    back="""
<fn-group>
  <fn id="fn1"><label>a</label><p>An earlier array study had also found that EMT failed to increase
    IL-6, although in another tissue [@4].</p></fn>
</fn-group>
""",
    body="""
# 1. Introduction

Several groups report that EMT induces IL-6 in cells of the breast
[<xref ref-type="bibr" rid="R1">1</xref>-<xref ref-type="bibr" rid="R3">3</xref>]. Kidney cells have
been studied less, and the one published array saw no effect of EMT on IL-6 in colon [@4]. TGF-β
induces EMT in tubular cells in a dose-dependent way [@5,6].

# 2. Materials and Methods

## 2.1. Cells and inducers

RTC-9 cells were starved of serum for 16 h [@8] and treated with 0.5–10 ng/ml TGF-β1, a range that
covers all published doses [@5, 6]. Samples were kept at −80&#xA0;°C, i.e. below the temperature at
which IL-6 degrades [@7].

## 2.2. Assays

ELISA was done as in ref. [@7], with E. coli-derived recombinant IL-6 as standard [@9].

# 3. Results

## 3.1. Transition without cytokine

<p>By day six, E-cadherin had vanished from cell borders.
  <fig id="f1">
    <label>Figure 1</label>
    <caption>
      <title>Loss of E-cadherin in RTC-9 cells.</title>
      <p>Cells were stained on days 0 and 6. The pattern resembles the cleavage seen in inflamed
        epithelium [@14].</p>
    </caption>
  </fig>
  As Fig. 1 shows, no trace was left, which is more than in any earlier series [@5].</p>

EMT did not induce IL-6 at any time point, in contrast to the results of Tervald et al. in mammary
cells [@3]. The medium contained approx. 5 pg/ml throughout, just above the limit of the assay [@7].
Nor was IL-6 induced by EMT when Snail was overexpressed instead, a manoeuvre that had raised it
elsewhere [@1].

## 3.2. NF-κB

p65 stayed in the cytoplasm. Occupancy of the <italic>SNAI1</italic> promoter by RelA, which is
thought to activate Snail in carcinoma [@10], was at background. Snail was present nevertheless, so
that NF-κB did not activate Snail in these cells, unlike in earlier work [@10].

# 4. Discussion

In renal cells the transition runs to completion without IL-6. Repression of E-cadherin by Snail
suffices to explain the change of shape [@11]. Our result agrees with the observation that blocking
IL-6 left the transition intact, so that IL-6 was not required for EMT [@12]. It is at odds with the
proposal that IL-6 induces EMT in lung spheroids [@13]. Differences between organs may explain the
conflict; a contribution of serum factors cannot be excluded [@8,9]. Whether cytokine output is a
property of EMT at all should be asked again
[<xref ref-type="bibr" rid="R1">1</xref>,<xref ref-type="bibr" rid="R2">2</xref>,<xref
ref-type="bibr" rid="R4">4</xref>].
""",
)

_ZEB1 = Article(
    number="08",
    title="ZEB1 closes the <italic>IL6</italic> locus during epithelial–mesenchymal transition",
    authors="ruskova solbakke elvestad",
    year=2016,
    journal=Journal.BIOLOGY,
    style=Style.PARENTHESES,
    form=Form.MIXED,
    prefix="CR",
    has_pmcid=True,
    keywords="ZEB1; chromatin; IL6",
    abstract="""
EMT is often said to be an inflammatory state. In the pancreatic line PX-2 we find the opposite: the
repressor ZEB1 closes the <italic>IL6</italic> locus, and the cytokine falls as the cells change.
""",
    references="ext.16; ext.2; ext.23; demo.01; demo.04; ext.31 link; ext.32; ext.30; ext.14;"
    " ext.45; demo.06; ext.22; ext.35",
    back="""
<app-group>
  <app id="app1">
    <title>Appendix A. Peak calling</title>
    <p>Peaks were called with a control in which ZEB1 had been depleted, following the advice of
      Wong and colleagues on off-target effects [@8]. In that control, depletion of ZEB1 raised IL-6
      even though the cells stayed epithelial [@1].</p>
  </app>
</app-group>
""",
    body="""
#(intro) What is at stake

EMT increases IL-6 in mammary epithelium, as two secretome studies agree [@2,3]. In other tissues,
e.g. in renal tubules, EMT does not induce IL-6 [@5]. We report a third case: EMT that suppresses
IL-6.

# Methods

Chromatin was prepared at 4&#xA0;°C. E-cadherin was followed by live imaging [@13]. RNA was
quantified as before<xref ref-type="bibr" rid="CR4"> (4)</xref>, and half-lives were derived from
the decay after actinomycin D, which matters because miR-200 destabilises IL-6 mRNA [@7].

# RESULTS AND DISCUSSION

## Chromatin at the locus

ZEB1 is known to close chromatin at inflammatory genes [@1]. In PX-2 cells EMT suppressed IL-6
four-fold, which confirms the prediction of Iyer et al. that EMT represses IL-6 wherever ZEB1
dominates [@1]. Inhibition of IL-6 by EMT has since been seen in single cells at the far end of the
EMT axis [@6]. Cells with a hybrid phenotype kept producing the cytokine [@8].

miR-200 falls when ZEB1 rises. Because miR-200 also destabilises IL-6 mRNA, EMT might still raise
IL-6 after transcription has stopped [@7]. We saw no sign of this.

## p65

The p65 subunit was acetylated [@10] but absent from the locus. NF-κB activates Snail in carcinoma
cells [@11], yet here Snail was induced in the absence of nuclear p65. Snail bound the E-boxes of
<italic>CDH1</italic> [@9] and E-cadherin was lost.

## Where the difference comes from

The lines in which EMT-driven secretion of IL-6 was found carry little ZEB1 [@3,4]. Reversal
experiments support this reading: there, restoring the epithelial state reduced IL-6, i.e. EMT had
been required for its release [@12]. In our cells, the same manoeuvre raised it. We conclude that
neither of the two general claims about EMT and IL-6 is true of all epithelia <xref ref-type="bibr"
rid="CR2 CR3 CR4 CR5">(2–5)</xref>.
""",
)

_HYPOXIA = Article(
    number="15",
    title="Hydrogen peroxide, hypoxia &amp; the secretory phenotype of mesenchymal cells",
    authors="castrovel abernolt sirikhan",
    year=2016,
    journal=Journal.LETTERS,
    style=Style.SUPERSCRIPT,
    prefix="bib",
    related=(Related(type="correction-forward", article="34"),),
    keywords="H<sub>2</sub>O<sub>2</sub>; hypoxia; Twist1",
    abstract="""
Low oxygen and H<sub>2</sub>O<sub>2</sub> both provoke epithelial–mesenchymal transition (EMT). We
compared the cytokines that are released by the two routes.
""",
    references="ext.19; ext.38; ext.15; ext.2; ext.23; demo.04; demo.10; ext.13; ext.43; ext.9;"
    " demo.12",
    acknowledgement="""
We thank an invented colleague for the peroxide sensor, which was first used in a study of
scattering.[@1]
""",
    body="""
# Introduction

H<sub>2</sub>O<sub>2</sub> at 10<sup>−6</sup>&#xA0;M scatters epithelial colonies.[@1] Hypoxia acts
through hypoxia-inducible factor, which raises Twist1.[@2] mRNA for Twist1 precedes the change of
shape by a day.[@2,3] Release of Ca<sup>2+</sup> is an early event.<xref ref-type="bibr"
rid="bib1"><sup>1</sup></xref> EMT causes IL-6 release in the breast.[@4,5] It was without effect on
IL-6 in the kidney.[@6]

# Methods

Cells were held at 1% O<sub>2</sub> or given H<sub>2</sub>O<sub>2</sub>; the rate of decay was

<disp-formula id="e1"><label>(1)</label><mml:math><mml:mi>r</mml:mi><mml:mo>=</mml:mo><mml:mi
>k</mml:mi><mml:msub><mml:mi>c</mml:mi><mml:mn>0</mml:mn></mml:msub></mml:math></disp-formula>

with k from Eq. 3 of the original report.[@1] Expression was normalised as usual.[@9]

# Results

## Oxygen

At 1% O<sub>2</sub> the cells lost E-cadherin by day&#xA0;2. Hypoxia-driven EMT did not raise IL-6,
although Twist1, to which IL-6 transcription has been attributed, was high.[@3,7] The STAT3 axis was
nonetheless intact: added IL-6 activated STAT3 within 15&#x2009;min.[@10]

## Peroxide

With H<sub>2</sub>O<sub>2</sub>, EMT was followed by a burst of IL-6, which fits the view that EMT
triggers IL-6 in stressed cells.[@4] Catalase, i.e. removal of H<sub>2</sub>O<sub>2</sub>, prevented
both. E-cadherin was repressed by Snail in either setting.[@8]

# Discussion

The two routes reach the same shape with different cyto&#xAD;kines. EMT as such may therefore not be
sufficient to induce IL-6, and peroxide could be the missing factor.[@1,6] TGF-β, which induces EMT
without hypoxia,[@11] should be tested next. A role for Ca<sup>2+</sup> remains possible.[@1]
""",
)

ARTICLES = (_AUTOCRINE, _NO_CHANGE, _ZEB1, _HYPOXIA)
