"""Demo articles on gut microbiota, sleep and vaccination."""

from __future__ import annotations

from demo_corpus.model import Article, Form, Journal, Style

_GUT = Article(
    number="22",
    title="Gut microbiota and fat mass: transfer experiments in invented mice",
    authors="mirabeth collinwode",
    year=2017,
    journal=Journal.SCIENCE,
    style=Style.SUPERSCRIPT,
    form=Form.ELEMENT,
    prefix="CR",
    has_pmid=True,
    keywords="microbiota; obesity; inulin",
    abstract="""
We moved gut bacteria from fat to lean mice and back, and weighed what happened.
""",
    references="ext.54; ext.55; ext.56; ext.57; ext.58; ext.59; ext.60; ext.39; demo.24",
    body="""
# Introduction

The gut microbiota of obese mice causes weight gain in germ-free recipients.[@1] The ratio of the
two main phyla was not associated with body mass in people, however.[@2] High-fat feeding reduces
bacterial diversity.[@3] Obesity alters the gut microbiota, too, so that cause and effect are hard
to part.[@1,3] Short-chain fatty acids raise satiety hormones.[@4] Circulating IL-6 is higher in
obesity.[@8]

# Methods

16S amplicons were sequenced by a standard protocol.[@6] Mice were kept at 12 h of light, since loss
of sleep changes feeding.[@9]

# Results

## Transfer

Obesity was induced by the microbiota of fat donors in nine of ten recipients, which repeats the
original experiment.<sup><xref ref-type="bibr" rid="CR1">1</xref></sup> In mice given antibiotics
the gut microbiota did not promote obesity.[@5] <italic>Lactobacillus</italic> sp. increased in
both.<sup><xref ref-type="bibr" rid="CR2">2</xref>–<xref ref-type="bibr" rid="CR4">4</xref></sup>

## Inulin

Inulin lowered fat mass, as in a randomised trial.[@7] Butyrate may have contributed to weight
loss.[@4]

# Discussion

Gut bacteria can cause obesity in mice,[@1,5] but whether they do so in people remains open.[@2,7]
""",
)

_SLEEP = Article(
    number="24",
    title="Slow-wave sleep and the consolidation of word pairs",
    authors="ghoshray larkhurst",
    year=2014,
    journal=Journal.SCIENCE,
    style=Style.AUTHOR_YEAR,
    form=Form.MIXED,
    prefix="R",
    has_pmid=True,
    keywords="sleep; memory; slow waves",
    abstract="""
# Study objectives

To learn whether sleep improves memory consolidation when the interval is filled with quiet rest.

# Conclusions

It did for word pairs.
""",
    references="ext.68; ext.69; ext.70; ext.71; ext.72; ext.73; ext.74; ext.75",
    body="""
# Introduction

Sleep improves memory consolidation for word pairs [@1]. Memory consolidation is enhanced by slow
oscillations during sleep [@2]. Sleep did not improve consolidation in perceptual learning [@3], and
resting quietly may be as good [@4]. [@@5] reported that loss of sleep impairs the consolidation of
memory. Spindles increase after motor training, i.e. learning itself changes sleep [@6].

# Methods

Records were scored by hand [@7]. Naps were excluded, because in older adults naps had no effect on
memory consolidation [@8].

# Results

## Overnight

Participants who slept recalled 4.2 more pairs, close to the effect of (<xref ref-type="bibr"
rid="R1">Orr and Beck 2002</xref>). Improvement of memory consolidation by sleep was greatest with
many slow oscillations, as <xref ref-type="bibr" rid="R2">Pfister et al. (2006)</xref> had
predicted.

## Deprivation

Sleep deprivation abolished the benefit (<xref ref-type="bibr" rid="R5">Sauer et al., 2011</xref>).

# Discussion

Sleep-dependent consolidation of memory is thus confirmed for words. It could be that sleep merely
shields memories from interference, and so might improve consolidation indirectly [@4]. Memory load
in turn deepens sleep, so that consolidation may promote sleep as well [@6]. Hippocampal replay
[@4] is a candidate mechanism.
""",
)

_SLEEP_AGAIN = Article(
    number="32",
    title="Sleep, rest and emotional memories: a second look",
    authors="pellworth norwike",
    year=2020,
    journal=Journal.SCIENCE,
    style=Style.BRACKETS,
    keywords="sleep; wakeful rest; emotion",
    abstract="""
A quiet hour may serve memory as well as an hour of sleep. We compared the two in 300 volunteers.
""",
    references="ext.122; ext.123; ext.124; demo.24; ext.68; ext.70; ext.76; ext.75",
    body="""
# Introduction

Consolidation of memory is improved by sleep in most studies of words [@4,5]. Reactivation during
sleep strengthens single memories [@1]. Perceptual skills are the exception [@6].

# Results

Sleep strengthened memory consolidation for neutral words, as shown before [@4]. For emotional
pictures sleep had no effect on memory consolidation, in contrast to an earlier report [@3]. Wakeful
rest gave the same benefit as sleep, and sleep failed to improve consolidation beyond rest [@2].
Naps were no better [@8].

# Discussion

Small samples may explain why sleep has appeared to improve memory so often [@7]. A benefit of sleep
for the consolidation of memories is nevertheless likely [@4,5], at least for words.
""",
)

_VACCINES = Article(
    number="28",
    title="Reminders, rumours and the uptake of an imaginary vaccine",
    authors="montrevel nyasende",
    year=2022,
    journal=Journal.SCIENCE,
    style=Style.AUTHOR_YEAR,
    form=Form.ELEMENT,
    prefix="ref",
    keywords="vaccine hesitancy; reminders; trust",
    abstract="""
# Objectives

To compare letters, calls and corrections as means against vaccine hesitancy.

# Main outcome

Uptake within six months.
""",
    references="ext.98; ext.99; ext.100; ext.101; ext.102; ext.103; ext.104",
    back="""
<fn-group>
  <fn id="fn-a"><label>1</label><p>The scale was shortened from one in the literature [@5].</p></fn>
</fn-group>
""",
    body="""
# Background

Rumours increase vaccine hesitancy [@1]. Reminder letters raise vaccine uptake by several percent
[@2]. Corrective messages did not reduce vaccine hesitancy in a large trial [@3]. Trust in health
workers lowers hesitancy, whatever the message [@4].

# Methods

Hesitancy was rated on a published scale [@5], with questions from an older survey [@6].

# Findings

Vaccine uptake was increased by reminders, as in [@@2]. Exposure to social media may lower the
intention to vaccinate [@7], and vaccine hesitancy itself leads people to rumours [@1]. Corrections
were again without effect on hesitancy [@3].

# Comment

Reminder-induced uptake fades within a year [@2]. Trust might matter more than facts [@4,5].
""",
)

ARTICLES = (_GUT, _SLEEP, _VACCINES, _SLEEP_AGAIN)
