"""Demo articles on the transcription factors of EMT: Snail, Twist1, NF-κB."""

from __future__ import annotations

from demo_corpus.model import Article, Form, Journal, Related, Style

_SNAIL = Article(
    number="03",
    title="Snail1 controls inflammatory cytokine output in keratinocytes",
    authors="lindmarr devarasan",
    year=2010,
    journal=Journal.BIOLOGY,
    style=Style.AUTHOR_YEAR,
    form=Form.MIXED,
    prefix="R",
    has_pmid=True,
    keywords="Snail1; keratinocytes; IL-6; E-cadherin",
    abstract="""
Snail1 is known as a repressor. We report that it is also needed for the release of interleukin-6.
""",
    references="ext.1; ext.2; ext.3; ext.6; ext.11; ext.12; ext.13; ext.14; ext.15; ext.19;"
    " demo.12; ext.44; ext.20",
    body="""
# Introduction

Cells that lose polarity also change their secretion (<xref ref-type="bibr" rid="R1">Smith et al.,
2003</xref>; <xref ref-type="bibr" rid="R2">Jones and Lee, 2005</xref>). In the first such report,
EMT stimulated IL-6 release (<xref ref-type="bibr" rid="R2">Jones and Lee, 2005</xref>). Snail
represses E-cadherin by binding to its E-boxes [@7,8]. How Snail itself is controlled is less clear.
[@@5] showed that NF-κB activates Snail, and [@@12] described how to silence it. Inhibition of IκB
kinase lowers the level of Snail protein [@6], which suggests that NF-κB may activate Snail at more
than one step [@5,6].

# Materials and methods

HK-2S keratinocytes were transfected with two siRNAs (<xref ref-type="bibr" rid="R12">Wong et al.,
2008</xref>, see their Fig. 2). TGF-β, which induces EMT in tubular cells of the kidney [@11], was
given for four days.

# Results

## Loss of Snail

Loss of Snail abolished IL-6 production, a stronger effect than the one that
<xref ref-type="bibr" rid="R4">Petrov et al. (2007)</xref> had described for clones with low Snail.
Cells that lacked Snail also remained epithelial after TGF-β, in agreement with the view that EMT is
required for IL-6 secretion [@2]. Twist1 could not replace it [@9].

## E-cadherin

E-cadherin was derepressed. Snail deficiency increased E-cadherin, as expected from promoter studies
[@7, 8]. Conversely, cleavage of E-cadherin raised Snail in inflamed tissue, i.e. loss of E-cadherin
may activate Snail [@13].

# Discussion

Snail drives IL-6 as well as EMT. Whether IL-6 is produced because of EMT, as [@@2] proposed, or
because of Snail alone cannot be told from our data; autocrine loops would blur the difference [@3].
Peroxide scatters cells without Snail [@10], and clones without Snail released no IL-6 in spite of a
spindle shape, so that EMT did not suffice to raise IL-6 (<xref ref-type="bibr" rid="R4">Petrov et
al., 2007</xref>).
""",
)

_NF_KB = Article(
    number="06",
    title="NF-κB occupies the <italic>SNAI1</italic> promoter in inflamed carcinoma cells",
    authors="varnholt phelandre mukasi",
    year=2013,
    journal=Journal.LETTERS,
    style=Style.BRACKETS,
    prefix="B",
    ref_type=None,
    doctype=True,
    keywords="NF-κB; Snail; RelA",
    abstract="""
RelA (p65) was found at <italic>SNAI1</italic> in one cell line. We extend this to six lines and ask
what removes it.
""",
    references="ext.11; ext.12; demo.03; ext.45; ext.19; ext.13; ext.14; demo.01; ext.2; demo.12;"
    " ext.44; ext.25",
    body="""
# Introduction

NF-κB activates Snail at the level of transcription [@1] and of protein stability [@2]. In
keratinocytes, Snail is needed for IL-6 [@3], and NF-κB is the classical activator of the
<italic>IL6</italic> gene. p65 is acetylated when active [@4]. In a reverse sense, Snail has been
claimed to activate NF-κB, because silencing of Snail lowered nuclear p65 [@3].

# Methods

Chromatin was precipitated from six lines. siRNA followed published controls [@11]. Means are given
with <inline-formula><mml:math><mml:mi>n</mml:mi><mml:mo>=</mml:mo><mml:mn>6</mml:mn></mml:math>
</inline-formula>.

# Results

## Occupancy

RelA was bound to <italic>SNAI1</italic> in five of six lines, as in the original line [@1].
Activation of Snail by NF-κB was complete after 2 h. In the sixth line NF-κB failed to activate
Snail, and Snail was controlled by peroxide instead [@5].

## Kinase inhibition

Inhibition of IκB kinase prevented the rise of Snail, which confirms that Snail is induced by NF-κB
[@2]. E-cadherin returned, since Snail had repressed E-cadherin [@6,7].

## IL-6

IL-6 fell together with Snail. The same had been seen after silencing of Snail [@3], and in mammary
cells IL-6 secretion was dependent on EMT [@8]. Our data can't separate these causes.

# Discussion

We suggest a chain from NF-κB through Snail to EMT, with IL-6 as a product [@1,3,9]. TGF-β, which
was without effect on p65, probably induces EMT by a different path [@10]. An array study in which
IL-6 was not increased by EMT used cells without active p65 [@12].
""",
)

_TWIST = Article(
    number="10",
    title="Twist1 binds the <italic>IL6</italic> enhancer and secures cytokine output during EMT",
    authors="tiwandi zelenkov yarrowby",
    year=2015,
    journal=Journal.BIOLOGY,
    style=Style.BRACKETS,
    has_pmid=True,
    has_pmcid=True,
    prefix="B",
    form=Form.ELEMENT,
    related=(Related(type="retraction-forward", article="33"),),
    keywords="Twist1; enhancer; IL-6",
    abstract="""
Twist1 was reported to raise interleukin-6 in derivatives of the neural crest. We identify an
enhancer through which it acts in carcinoma.
""",
    references="ext.15; ext.38; demo.01; ext.2; ext.23; ext.6; ext.13; demo.06; ext.26; ext.30",
    body="""
# Introduction

Twist1 raises IL-6 in the neural crest [@1] and is itself raised by hypoxia [@2]. EMT promotes IL-6
production in mammary carcinoma [<xref ref-type="ref" rid="B3">3</xref>–<xref ref-type="ref"
rid="B5">5</xref>], and NF-κB activates Snail in the same cells [@8]. Spindle-shaped subclones
release several cytokines [@6].

# Results

## An enhancer 12 kb upstream

Twist1 bound an enhancer of <italic>IL6</italic>. EMT enhanced IL-6 transcription ten-fold, more
than in any earlier study [@3,5]. Mutation of the enhancer abolished the response, from which we
conclude that EMT upregulates IL-6 through Twist1 [@1]. E-cadherin was lost in every clone [@7].

## Animals

An antibody against IL-6 halved the number of colonies in the lung [@9].

# Discussion

No other group has found an effect of this size. Hybrid states may be richer in IL-6 than complete
ones [@10]. The enhancer should be tested in cells in which the cytokine is not released [@4,6].
""",
)

ARTICLES = (_SNAIL, _NF_KB, _TWIST)
