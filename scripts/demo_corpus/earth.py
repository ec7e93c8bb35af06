"""Demo articles on corals, migrating birds and glaciers."""

from __future__ import annotations

from demo_corpus.model import Article, Form, Journal, Style

_CORAL = Article(
    number="23",
    title="Heat, light and the bleaching of corals in an imaginary lagoon",
    authors="ferrantes okembry",
    year=2019,
    journal=Journal.EARTH,
    style=Style.BRACKETS,
    form=Form.ELEMENT,
    doctype=True,
    keywords="coral bleaching; heat stress; symbionts",
    abstract="""
Corals whiten when they lose their algae. We separated the shares of heat and of light.
""",
    references="ext.61; ext.62; ext.63; ext.64; ext.65; ext.66; ext.67; ext.19",
    body="""
# Introduction

Heat stress causes coral bleaching [@1], and bleaching can be forecast from degree heating weeks
[@2]. Cold has the same result in some species [@3]. Reactive oxygen such as H<sub>2</sub>O<sub
>2</sub> triggers the loss of symbionts [@5], as it scatters epithelia [@8].

# Methods

Water was heated by 2&#x2009;°C at low tide [@6].

# Results

## Heat

Bleaching was induced by heat in 18 of 20 colonies, in line with field data [@1,2]. With shading,
heat stress did not cause bleaching [@7]. Colonies that had shuffled their symbionts were spared
[@4].

## Light<break/>without heat

Light alone had no effect on bleaching [@7]. Heat-induced bleaching was stronger at noon
[<xref ref-type="bibr" rid="B5 B7">5, 7</xref>].

# Discussion

Heat may induce bleaching only in the presence of light [@7]. Bleached reefs reflect more light and
so might warm less [@2]. Shuffling could protect reefs for some years [@4].
""",
)

_BIRDS = Article(
    number="27",
    title="Spring temperature and the arrival of invented warblers",
    authors="jessamere brackwell",
    year=2011,
    journal=Journal.EARTH,
    style=Style.PARENTHESES,
    form=Form.NLM,
    prefix="R",
    ref_type="ref",
    keywords="migration; phenology; stopover",
    abstract="""
# Capsule

Warblers arrived eleven days earlier after warm springs.
""",
    references="ext.91; ext.92; ext.93; ext.94; ext.95; ext.96; ext.97",
    body="""
# Introduction

Warm springs advance the migration of birds [@2], as records from a lighthouse show [@1]. Artificial
light disorients migrants [@3]. Birds calibrate their compass at sunset [@4]. Flyways were drawn by
hand in the first atlas [@6].

# Methods

Birds were ringed at one stopover site and fat was scored from 0 to 5 [@5].

# Results

Migration was advanced by warm weather in four species of five [@2]. In the fifth, temperature did
not alter the date of arrival, as at the lighthouse [@1]. Fat birds left sooner [@5]. Soaring birds
selected tail winds [@7].

# Discussion

Temperature may act through food [@2,5]. Light had no influence on the date, although it can delay
single birds [@3,4].
""",
)

_GLACIER = Article(
    number="29",
    title="Debris, soot and the melt of a glacier that does not exist",
    authors="ingersand stenmoor jessamere",
    year=2016,
    journal=Journal.EARTH,
    style=Style.SUPERSCRIPT,
    form=Form.MIXED,
    prefix="bib",
    keywords="glacier melt; debris cover; black carbon",
    abstract="""
A thin layer of debris speeds the melt of ice and a thick one slows it. We look for the turning
point.
""",
    references="ext.105; ext.106; ext.107; ext.108; ext.109; ext.110; ext.111",
    body="""
# Introduction

Air temperature drives glacier melt, with a degree-day factor of 6–8&#x2009;mm for clean ice.[@1]
Thin debris increases melt.[@2] Thick debris reduces it.[@4] Black carbon lowers the albedo and so
accelerates glacier melt.[@3] The moraines were mapped long ago.[@6]

# Methods

Stakes were read twice a year and compared with satellite images.[@5]

# Results

Melt was enhanced by debris of 1 cm, as reported.[@2] At 10 cm debris did not increase
melt.<sup><xref ref-type="bibr" rid="bib2">2</xref>,<xref ref-type="bibr" rid="bib4">4</xref></sup>
Ponds on the surface caused local melt.[@7] Black carbon had no measurable effect on melt
here.<xref ref-type="bibr" rid="bib3"><sup>3</sup></xref>

# Discussion

Soot may promote melt elsewhere.[@3] Melt uncovers debris, i.e. melting also increases debris
cover.[@2,4] Satellites miss this.[@5]
""",
)

ARTICLES = (_CORAL, _BIRDS, _GLACIER)
