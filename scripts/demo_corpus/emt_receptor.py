"""Demo articles on IL-6 as a cause: EMT brought about by IL-6, STAT3, stromal fibroblasts."""

from __future__ import annotations

from demo_corpus.model import Article, Form, Journal, Related, Style

_SPHEROIDS = Article(
    number="02",
    title="Interleukin-6 drives mesenchymal conversion of lung carcinoma spheroids",
    authors="hatsukawa maresti quenell",
    year=2013,
    journal=Journal.BIOLOGY,
    style=Style.SUPERSCRIPT,
    prefix="CR",
    doctype=True,
    has_pmid=True,
    keywords="IL-6; spheroids; EMT",
    abstract="""
# Aim

To test in three dimensions whether interleukin-6 (IL-6) alone converts lung carcinoma cells.

# Findings

IL-6 at 10&#xA0;ng/ml converted 70% of spheroids within five days.
""",
    references="ext.5; ext.17; ext.18; ext.9; demo.05; demo.01; ext.2; ext.24; ext.21; ext.12;"
    " demo.12; ext.42; ext.29; ext.44",
    acknowledgement="""
The antibody was a gift of the laboratory that first measured the soluble receptor.[@9]
""",
    body="""
#(intro) Introduction

Interleukin-6 (IL-6) of the tumour margin accompanies invasion.[@2] In lung carcinoma, IL-6 induces
epithelial–mesenchymal transition (EMT) and raises vimentin.[@1] Medium of stromal fibroblasts has
the same effect, so that EMT can be triggered by IL-6 from neighbouring cells.[@2,3] The signal runs
through gp130: IL-6 activates STAT3 within minutes.[@4,5] The reverse direction has been studied in
mammary cells, where EMT increased IL-6 in the medium 25-fold.[@6] p65 may take part as well.[@10]

#(materials|methods) Experimental procedures

Spheroids were grown in low-serum medium<xref ref-type="bibr" rid="CR12"><sup>12</sup></xref> on
agarose. Conditioned medium was prepared after a thesis that is held in one library only.[@13]
siRNA against gp130 came with two controls.<sup><xref ref-type="bibr" rid="CR14">14</xref></sup>

# Results

## Conversion by the cytokine

IL-6 was sufficient to induce EMT in 70% of the spheroids. Half of them had lost E-cadherin by day
three, as in monolayers.[@1,7] IL-6-induced EMT required gp130, which extends earlier findings on
the soluble receptor.[@9] Loss of gp130 abolished the phosphorylation of STAT3 by IL-6.[@4] TGF-β
was not needed, although TGF-β induces EMT in the same cells when given alone.[@11]

<fig id="Fig1">
  <label>Fig. 1</label>
  <caption><p>Spheroids before and after IL-6. The scale follows earlier images of
    conditioned-medium cultures.<sup><xref ref-type="bibr" rid="CR3">3</xref></sup></p></caption>
</fig>

## Blocking the cytokine

An antibody against IL-6 kept the spheroids epithelial (Fig. 1). This contrasts with a report in
which blockade of IL-6 did not prevent EMT.<sup><xref ref-type="bibr" rid="CR8">8</xref></sup> Doses
differed by a factor of 10<sup>2</sup>, and the other study used soluble receptor.<sup><xref
ref-type="bibr" rid="CR8">8</xref>,<xref ref-type="bibr" rid="CR9">9</xref></sup>

# Discussion

Induction of EMT by IL-6 has now been seen in two and in three dimensions.<sup><xref
ref-type="bibr" rid="CR1">1</xref>–<xref ref-type="bibr" rid="CR3">3</xref></sup> Our spheroids did
not release IL-6 once they had converted, so that in lung cells EMT did not lead to IL-6 secretion,
whatever holds for the breast.[@6,7] STAT3 is the likely mediator.[@5]
""",
)

_STAT3 = Article(
    number="05",
    title="STAT3 phosphorylation downstream of interleukin-6: a quantitative study",
    authors="lindmarr phelandre",
    year=2011,
    journal=Journal.BIOLOGY,
    style=Style.PARENTHESES,
    prefix="ref",
    has_pmid=True,
    keywords="STAT3; IL-6; kinetics",
    abstract="""
Interleukin-6 (IL-6) and STAT3 form a textbook pathway whose speed has rarely been measured [@1]. We
give rate constants for both steps.
""",
    references="ext.9; ext.10; ext.3; ext.21; ext.5; ext.34; ext.37; ext.20; demo.12; demo.03",
    body=r"""
# 1. INTRODUCTION

Binding of interleukin-6 (IL-6) to its receptor activates JAK kinases, and IL-6 activates STAT3 in
nearly every cell that carries gp130 [@1]. Activation of STAT3 by IL-6 was seen with soluble
receptor, too [@4]. There are exceptions: in one line IL-6 failed to activate STAT3, and STAT3 was
phosphorylated without the cytokine [@2]. STAT3 in turn induces IL-6 in autocrine lines, which
closes a loop [@3]. IL-6 promotes EMT, a process in which STAT3 may be involved [@5].

# 2. METHODS

Rates were estimated by least squares [@7]. The ELISA resolved 10<sup>−12</sup>&#x2009;g [@6].
Phosphorylation followed
<inline-formula><alternatives><tex-math id="M1">\documentclass[12pt]{minimal}
\usepackage{amsmath}
\usepackage{amssymb}
\setlength{\oddsidemargin}{-69pt}
\begin{document}$$k_{1} = 0.3$$\end{document}</tex-math><mml:math
id="M2"><mml:msub><mml:mi>k</mml:mi><mml:mn>1</mml:mn></mml:msub><mml:mo>=</mml:mo><mml:mn
>0.3</mml:mn></mml:math></alternatives></inline-formula> per minute, close to the value given by
Weber and Rossi [@1].

# 3. RESULTS

## 3.1. First step

JAK was saturated at <inline-formula><mml:math><mml:mi>K</mml:mi><mml:mo>≈</mml:mo><mml:mn
>2</mml:mn></mml:math></inline-formula> nM IL-6, in agreement with (<xref ref-type="bibr"
rid="ref1 ref4">1, 4</xref>). STAT3 was phosphorylated in response to IL-6 in all eight lines, and
the half-time of <inline-formula><tex-math>\documentclass[12pt]{minimal}
\usepackage{amsmath}
\begin{document}$t_{1/2} = 4$\end{document}</tex-math></inline-formula> min matches the old
estimate (<xref ref-type="bibr" rid="ref1">1</xref>).

## 3.2. Second step

STAT3 activation by IL-6 did not depend on TGF-β, unlike EMT, which TGF-β induces in these lines
[@9]. Depletion of Snail reduced IL-6 [@10] and with it STAT3. E-cadherin did not matter [@8].

# 4. DISCUSSION

STAT3 is activated by IL-6 with the rates expected from JAK. The exception reported by Chandra et
al. may reflect a mutated receptor [@2]. Whether IL-6 could activate STAT3 in cells without gp130 is
doubtful [@2,4]. IL-6 production was enhanced by STAT3 in earlier work [@3], which we did not test.
""",
)

_FIBROBLASTS = Article(
    number="07",
    title="Cancer-associated fibroblasts as a source of interleukin-6",
    authors="maresti wrenfield",
    year=2015,
    journal=Journal.LETTERS,
    style=Style.BRACKETS,
    form=Form.MIXED,
    has_pmid=True,
    keywords="cancer-associated fibroblasts; stroma; IL-6",
    abstract="""
Cancer-associated fibroblasts release more IL-6 than the tumour cells beside them. We ask
what this means for the plasticity of the epithelium.
""",
    references="ext.17; ext.18; demo.02; ext.5; ext.24; demo.01; demo.05; ext.28; ext.27 link;"
    " ext.26; ext.29; ext.30; ext.23",
    body="""
# Introduction

Cancer-associated fibroblasts secrete IL-6 at the margin of tumours [@1]. IL-6 from fibroblasts
induces EMT in the adjacent epithelium [@2,3]. It is <italic>not</italic> clear how much of the
cytokine is epithelial in origin, given that EMT leads to the release of IL-6 as well <italic>[<xref
ref-type="bibr" rid="B6">6</xref>]</italic>. Older work is summarised in <bold><xref ref-type="bibr"
rid="B11">11</xref></bold>.

# Methods

Margins were dissected, and media were conditioned for 24&#xA0;h [@11]. Antibodies against IL-6 were
given to mice as described [@10].

# Results

<p>Three observations stand out:
  <list list-type="bullet">
    <list-item><p>Fibroblasts accounted for 80% of all IL-6, more than in the first report [@1].</p>
    </list-item>
    <list-item><p>Conditioned medium activated STAT3, and an antibody against IL-6 prevented this,
      so that IL-6 is needed to activate STAT3 here [@7].</p></list-item>
    <list-item><p>SOCS3 limited the response [@8].</p></list-item>
  </list>
  All three fit the model in which EMT is induced by IL-6 of stromal origin [<xref ref-type="bibr"
  rid="B2">2</xref> to <xref ref-type="bibr" rid="B4">4</xref>].</p>

## Acetylated STAT3

STAT3 was acetylated [@9]. Acetylation may allow IL-6 to activate STAT3 for longer [@9], as was
first suggested to us by J. Smith. The mechanism is unknown [<xref ref-type="bibr"
rid="B7">7</xref><xref ref-type="bibr" rid="B9">9</xref>].

# Discussion

IL-6 blockade did not prevent EMT in one study [@5], whereas it did so in two others [@3,10]. Cells
in a hybrid state may respond to less IL-6 [@12].

<boxed-text id="bx1">
  <caption><title>Box 1. Two directions</title></caption>
  <p>IL-6 induces EMT [@3,4]. EMT induces IL-6 [@6,13]. A sentence that asserts one of the two says
    nothing about the other.</p>
</boxed-text>

Future work should weigh both directions in one system [<xref ref-type="bibr" rid="B6">6</xref>,
<xref ref-type="bibr" rid="B13">13</xref>].
""",
)

_TRANS_SIGNALLING = Article(
    number="13",
    title="IL-6 trans-signalling and the mesenchymal state of pleural cells",
    authors="hatsukawa quenell ombrelli",
    year=2019,
    journal=Journal.BIOLOGY,
    style=Style.BRACKETS,
    prefix="bib",
    related=(Related(type="concern-forward", article="35"),),
    keywords="soluble receptor; gp130; EMT",
    abstract="""
Pleural mesothelial cells lack the membrane-bound IL-6 receptor. We show that soluble receptor makes
them responsive, and that they then become mesenchymal.
""",
    references="ext.21; demo.02; ext.5; demo.05; ext.10; ext.27; ext.28; ext.33; demo.01; ext.31;"
    " ext.26; ext.24; demo.07; demo.09",
    reference_notes=((5, 'See also ref. <xref ref-type="bibr" rid="bib4">4</xref>.'),),
    body="""
# Introduction

Soluble IL-6 receptor is found in effusions [@1]. Through it, IL-6 provokes EMT even in cells
without a receptor of their own [@2,3]. IL-6 activates STAT3 by the same route [@4], although STAT3
can be phosphorylated in its absence [@5].

# Results

## Soluble receptor<xref ref-type="bibr" rid="bib1"><sup>1</sup></xref>

Neither IL-6 nor soluble receptor had an effect alone. Together they induced EMT within 72 h, which
supports the conclusion that IL-6 triggers EMT [@2]. A stiff matrix was not required, in contrast to
what was found in stroma [@8]. In cells without gp130, IL-6 did not activate STAT3, with or without
soluble receptor [@5].

## STAT3 and beyond

STAT3 was needed: in cells without STAT3, IL-6 did not induce EMT [@6,7]. STAT3 drives IL-6
expression in fibroblasts [@8]; we looked for such a loop and found none. Mesothelial EMT did not
stimulate the secretion of IL-6, unlike EMT of mammary cells [@9]. In single cells, too, IL-6 was
low at the mesenchymal end [@10].

# Discussion

<p>A review of the field ends like this:
  <disp-quote>
    <p>The literature has grown faster than the evidence for a direction [@14].</p>
  </disp-quote>
  We agree with its authors, whose own data point both ways [@9,14].</p>

IL-6-dependent EMT occurs in the pleura [@2,13], and antibodies against IL-6 reduce
colonisation in mice [@11]. Others did not observe EMT in response to IL-6 [@12], perhaps because
soluble receptor was missing. Whether EMT causes IL-6 release
[<xref ref-type="bibr" rid="bib9">9-11</xref>] is a different question.
""",
)

ARTICLES = (_SPHEROIDS, _STAT3, _FIBROBLASTS, _TRANS_SIGNALLING)
