"""Demo articles on wheat and soil."""

from __future__ import annotations

from demo_corpus.model import Article, Form, Journal, Style

_WHEAT = Article(
    number="21",
    title="Timing of drought and grain yield in spring wheat on an invented plateau",
    authors="harrowmill adeyole",
    year=2015,
    journal=Journal.EARTH,
    style=Style.AUTHOR_YEAR,
    form=Form.ELEMENT,
    prefix="CR",
    has_pmid=True,
    keywords="drought; wheat; yield",
    abstract="""
# Context

Drought lowers wheat yield, but not at every stage of growth to the same degree.

# Results

Yield fell by 40% when water was withheld at anthesis and not at all when it was withheld later.
""",
    references="ext.46; ext.47; ext.48; ext.49; ext.50; ext.51; ext.52; ext.53; ext.43 link",
    body="""
# Introduction

Drought reduces wheat yield wherever rain fails at flowering (<xref ref-type="bibr"
rid="CR1">Farah and Whitlock, 2004</xref>; <xref ref-type="bibr" rid="CR2">Nguema et al.,
2007</xref>). Grain number is decreased by drought more than grain weight [@1]. [@@3] traced the
effect to abscisic acid, which closes stomata. Deep roots protect yield: in deep-rooted lines,
drought did not reduce wheat yield [@4]. Rain on the plateau has been recorded since 1901 [@5].

# Methods

Plots of 6 m<sup>2</sup> received 50 or 100% of the water that evaporated. Canopy temperature was
taken at noon (<xref ref-type="bibr" rid="CR7">Paek et al., 2010</xref>) and irrigation was
scheduled by harvest index (<xref ref-type="bibr" rid="CR8">Quiroga and Stead, 2014</xref>).

# Results

## Stage of growth

Drought at anthesis cut wheat yield by 40%, as in an older trial with thirty cultivars [@2]. Mild
drought after flowering had no effect on wheat yield, which agrees with [@@6]. Stomata closed within
two days, i.e. as fast as abscisic acid would predict [@3].

## Transcripts

Genes of the stress response were measured relative to three reference genes [@9].

# Discussion

Drought-induced yield loss in wheat depends on timing [@1,2,6]. Yield itself may feed back on water:
high-yielding wheat dries the soil and can so bring about drought late in the season [@8]. Losses
might be overestimated where canopy temperature is the only measure [@7].
""",
)

_WHEAT_AGAIN = Article(
    number="31",
    title="Silicon does not protect wheat from early drought",
    authors="wexelius tamborel",
    year=2021,
    journal=Journal.EARTH,
    style=Style.BRACKETS,
    form=Form.MIXED,
    keywords="silicon; tillering; drought",
    abstract="""
Silicon is sold as a remedy for drought. We tested it at the tillering stage of wheat.
""",
    references="ext.119; ext.120; ext.121; demo.21; ext.46; ext.49; ext.53; ext.51",
    body="""
# INTRODUCTION

Yield losses of wheat are caused by drought in most dry regions [@4,5]. Drought at tillering lowers
wheat yield less than drought at anthesis [@1]. Silicon was said to prevent such losses [@2].
Drought may reduce wheat yield mainly through the number of grains [@5].

# RESULTS AND DISCUSSION

## Pots

Drought decreased the yield of wheat by a quarter, with and without silicon, contrary to the earlier
trial [@2]. Heat and drought together were worse than either [@3]. Early drought may even harden the
plants, so that wheat yield could be reduced less by a second drought [@1,8].

## Field

In the field, early drought did not lower wheat yield, as was found for mild late drought [@8] and
for deep-rooted lines [@6]. Irrigation raised the harvest index [@7]. The widespread belief that
yield of wheat is always reduced by drought needs a qualification [<xref ref-type="bibr"
rid="B4">4</xref>-<xref ref-type="bibr" rid="B6">6</xref>].
""",
)

_SOIL = Article(
    number="25",
    title="Warming, tillage and carbon in the topsoil of a synthetic catchment",
    authors="ingersand jessamere harrowmill",
    year=2018,
    journal=Journal.EARTH,
    style=Style.BRACKETS,
    form=Form.NLM,
    prefix="bb",
    keywords="soil organic carbon; warming; tillage",
    abstract="""
Soils hold more carbon than the air. Whether they keep it in a warmer climate depends, among other
things, on how they are tilled.
""",
    references="ext.77; ext.78; ext.79; ext.80; ext.81; ext.82; ext.83; demo.21",
    body="""
# 1 Introduction

Warming reduces soil carbon by speeding decomposition [@1]. No-tillage increases carbon in the
topsoil, though perhaps not below it [@2]. Biochar raises soil carbon directly [@5]. The loess of
the catchment was mapped forty years ago [@6].

# 2 Methods

## 2.1 Sampling

Cores were taken to 30 cm. CO<sub>2</sub> efflux was measured on warmed plots as in [@3]; rates are
given in g&#xA0;m<sup>−2</sup>&#x2009;d<sup>−1</sup>.

# 3 Results

## 3.1 Warming

Soil carbon was lowered by warming of 3&#xA0;°C in the first five years [@3]. Afterwards warming did
not reduce soil carbon any further, as if respiration had acclimated [@4].

## 3.2 Management

Cover crops increased particulate organic matter [@7]. Conversion to no-tillage had no effect on
total carbon, in contrast to a series of thirty years [@2]. Drought lowered the input of straw
because it reduced wheat yield [@8].

# 4 Discussion

Warming-induced loss of soil carbon is real but may be transient [@3,4]. Loss of soil carbon in turn
drives warming, a feedback that is outside our scope [@1].
""",
)

ARTICLES = (_WHEAT, _WHEAT_AGAIN, _SOIL)
