"""Invented works outside the corpus, which its articles cite."""

from __future__ import annotations

import re

from demo_corpus.model import Work

# Two lines a work: number | authors | year | journal | identifiers, then the title.
_CELLS = """
1 | Smith J, Ozturk M, Vance P | 2003 | J Synth Cell Biol | doi
    Secretory changes in epithelial cells that lose their polarity
2 | Jones R, Lee K | 2005 | J Synth Cell Biol | doi pmid
    Interleukin-6 release as a marker of mesenchymal conversion
3 | Okafor A, Lindgren B, Moreau C | 2004 | Imaginary Oncol | doi
    Autocrine cytokine loops in carcinoma cell lines
4 | Brandt H | 2001 | Example University Press | none
    Epithelial polarity: a textbook
5 | Marchetti L, Sato Y | 2006 | Imaginary Oncol | doi pmid pmc
    Interleukin-6 and the loss of epithelial markers
6 | Petrov D, Nguyen T, Hall S | 2007 | Demo Cytokines | doi
    Cytokine profiles of spindle-shaped subclones
7 | Alvarez M, Kim J | 2008 | J Synth Cell Biol | doi
    TGF-&#x03B2; signalling in mammary epithelium
8 | Dubois E, Hansen O, Ito K | 2002 | Invented Kidney J | pmid
    A dose series of transforming growth factor-&#x03B2; in kidney tubule cells
9 | Weber F, Rossi G | 2000 | Demo Signal | doi pmid
    JAK kinases and STAT3 after cytokine stimulation
10 | Chandra P, Olsen I, Bauer T | 2005 | Demo Signal | doi
    STAT3 phosphorylation without interleukin-6
11 | Ferreira A, Novak J | 2006 | Demo Transcr | doi pmid pmc
    Binding of RelA to the SNAI1 promoter
12 | Kowalski Z, Adeyemi B, Tan W | 2007 | Demo Transcr | doi
    Inhibition of I&#x03BA;B kinase and the level of Snail protein
13 | Martin C | 1999 | Demo Transcr | doi
    Repression of E-cadherin by zinc-finger factors
14 | Green P, Osei K, Laurent V | 2001 | Demo Transcr | doi pmid
    Snail at the E-boxes of <italic>CDH1</italic>
15 | Haddad N, Silva R | 2008 | Imaginary Dev | doi
    Twist1 and cytokine transcription in derivatives of the neural crest
16 | Iyer S, Blom A, Conti F | 2008 | Demo Transcr | doi
    ZEB1 and chromatin closing at inflammatory genes
17 | Laine M, Bouchard G | 2006 | Imaginary Oncol | doi
    Fibroblasts of the tumour margin secrete interleukin-6
18 | Tanaka R, Fox E, Meyer L | 2007 | Imaginary Oncol | pmid
    Conditioned medium of stromal fibroblasts changes epithelial shape
19 | Nowak P, Reyes C | 2004 | Demo Redox | doi
    H<sub>2</sub>O<sub>2</sub> and epithelial scattering
20 | Dahl S, Amin Y, Price H | 2005 | Demo Mucosa | doi
    E-cadherin cleavage in inflamed epithelium
21 | O'Brien T, Zhou L | 2009 | Demo Cytokines | doi
    Soluble IL-6 receptor in pleural effusions
22 | Garcia V, Lund N, Popescu I | 2010 | J Synth Cell Biol | doi pmid
    Reversal of the mesenchymal state lowers cytokine release
23 | Wagner S, Mbeki T | 2011 | Demo Proteins | doi
    The secretome of EMT in breast epithelial cells
24 | Ivanova K, Duarte P, Stone R | 2012 | Imaginary Oncol | doi
    IL-6 blockade and the transition in vitro
25 | Fischer U, Park H | 2010 | Demo Negative Results | doi pmid
    Cytokine arrays before and after the transition
26 | Henry B, Costa L, Aziz M | 2013 | Imaginary Oncol | doi
    Interleukin-6 antibodies and lung colonisation in mice
27 | Schmidt A, Yamada K | 2012 | Demo Signal | doi
    Acetylation of STAT3
28 | Lopez D, Virtanen J, Shah A | 2014 | Demo Signal | doi
    SOCS3 limits the activity of STAT3
29 | Moretti G | 2000 | Example University | none
    Methods for conditioned media (thesis)
30 | Kaur H, Jensen L | 2015 | J Synth Cell Biol | doi
    Hybrid epithelial/mesenchymal states
31 | Walker E, Cho S, Riva M | 2016 | Demo Genomics | doi pmid
    Single-cell cytokine expression along an EMT axis
32 | Peters N, Demir O | 2013 | Demo RNA | doi
    microRNA-200 and the stability of cytokine mRNA
33 | Nilsson T, Arora V, Cruz B | 2017 | Imaginary Oncol | pmid
    Stromal STAT3 and tumour stiffness
34 | Baker W, Fontaine J | 2011 | Demo Methods | doi
    Detection limits of sandwich ELISA
35 | Suzuki H, Mensah K, Bell A | 2014 | Demo Imaging | doi
    Live imaging of E-cadherin
36 | Evans M, Koch R | 2018 | Demo Stat | doi
    Small samples in studies of cytokines
37 | Romano F, Singh D, Vos J | 2009 | Demo Models | doi
    Parameter estimation for feedback models
38 | Clark Y, Ng P | 2015 | Demo Redox | doi
    Hypoxia-inducible factor and Twist1
39 | Bianchi S, Oduya F, Lim C | 2016 | Demo Clin | pmid
    Circulating IL-6 and mesenchymal markers in patients
40 | Morales J, Kato A | 2019 | Demo Methods | doi
    Co-culture of organoids and fibroblasts
41 | Young A, Petit L, Ahmed R | 2020 | Demo Negative Results | doi
    A preregistered replication of secretion assays
42 | Hughes D, Sorensen K | 2003 | Demo Methods | doi
    Serum starvation of epithelial cultures
43 | Turner G, Baptiste E | 2009 | Demo Methods | doi pmid
    Reference genes for quantitative PCR
44 | Wong M, Kumar P, Falk I | 2008 | Demo RNA | doi
    Controls for RNA interference
45 | Ellis C, Haas R | 2012 | Demo Signal | doi
    Post-translational changes of p65
"""
_FIELDS = """
46 | Farah D, Whitlock S | 2004 | Imaginary Agron | doi
    Terminal drought and grain number in bread wheat
47 | Nguema P, Brandl T, Oster W | 2007 | Imaginary Agron | doi pmid
    Water deficit at anthesis in thirty wheat cultivars
48 | Singh A, Roux M | 2009 | Demo Plant Physiol | doi
    Abscisic acid and stomatal closure in cereals
49 | Castell B, Ivers N, Oyama K | 2011 | Imaginary Agron | doi
    Deep-rooted wheat under dry subsoil
50 | Demeter L | 2001 | Demo Climate | none
    Rainfall series of an invented plateau
51 | Haines F, Ouattara I | 2013 | Demo Plant Physiol | doi
    Mild drought after flowering and grain filling
52 | Paek S, Lorenz D, Mair E | 2010 | Demo Remote Sens | doi
    Canopy temperature as a proxy of water status
53 | Quiroga J, Stead M | 2014 | Imaginary Agron | pmid
    Irrigation scheduling and harvest index
54 | Abara C, Lindholm P | 2006 | Demo Gut | doi pmid
    Transfer of the microbiota of obese mice
55 | Bertrand N, Osaki M, Flynn R | 2009 | Demo Gut | doi
    Firmicutes, Bacteroidetes and body mass: no association
56 | Cohen L, Strand E | 2012 | Demo Gut | doi
    High-fat feeding and bacterial diversity
57 | Dorn W, Zapata I | 2014 | Demo Endocr | doi
    Short-chain fatty acids and satiety hormones
58 | Engel P, Tso K, Marsh A | 2015 | Demo Gut | doi
    Antibiotics and weight gain in germ-free mice
59 | Friis M | 2010 | Demo Methods | none
    Sequencing 16S amplicons: a protocol
60 | Goyal S, Heath B | 2016 | Demo Endocr | pmid
    Inulin and fat mass in a randomised trial
61 | Halloran T, Teo M | 2001 | Demo Reef | doi
    Heat stress and the loss of symbionts
62 | Iwata R, Mercier J, Sabo L | 2008 | Demo Reef | doi pmid
    Degree heating weeks and bleaching
63 | Jansen O, Pinto F | 2012 | Demo Reef | doi
    Bleaching at low temperature
64 | Keane D, Alofa S | 2015 | Demo Reef | doi
    Shuffling of symbiont clades
65 | Lambert C, Ruiz H, Dogan A | 2016 | Demo Reef | doi
    Reactive oxygen in heated coral tissue
66 | Manu V | 2005 | Demo Ocean | none
    Tide tables of an imaginary lagoon
67 | Neumann B, Faleo P | 2017 | Demo Reef | pmid
    Shading of coral during heat waves
68 | Orr S, Beck L | 2002 | Demo Sleep | doi pmid
    Word pairs after a night of sleep
69 | Pfister A, Kwan D, Isa M | 2006 | Demo Sleep | doi
    Slow oscillations and declarative memory
70 | Quist H, Ramos T | 2009 | Demo Sleep | doi
    No benefit of sleep for perceptual learning
71 | Rhodes E, Bunn N | 2010 | Demo Neurosci | doi
    Hippocampal replay during rest
72 | Sauer G, Ekman J, Pym C | 2011 | Demo Sleep | doi
    Total sleep deprivation before recall
73 | Tamm L, Otieno R | 2012 | Demo Neurosci | pmid
    Spindles after motor training
74 | Ueda F | 2000 | Demo Methods | none
    Scoring of polysomnograms
75 | Vogel M, Sharif A | 2013 | Demo Sleep | doi
    Daytime naps in older adults
76 | Whyte K, Lund S, Abe T | 2019 | Demo Stat | doi
    Power in studies of sleep and memory
77 | Adler B, Njoroge S | 2003 | Demo Soil | doi
    Decomposition rises with temperature
78 | Bakker T, Ilves M, Quan H | 2008 | Demo Soil | doi pmid
    Thirty years of no-tillage
79 | Cisse A, Wolff P | 2011 | Demo Soil | doi
    Warming plots and respiration
80 | Drury E, Santos L | 2014 | Demo Soil | doi
    Acclimation of microbial respiration
81 | Ekholm N, Farouk D, Yip R | 2015 | Demo Soil | doi
    Biochar in sandy soils
82 | Fuchs R | 1998 | Example Geological Survey | none
    Loess profiles: a field guide
83 | Gruber S, Manda C | 2016 | Demo Soil | pmid
    Cover crops and particulate organic matter
84 | Hale V, Okumura T | 2012 | Demo Photovolt | doi
    Humidity and the decay of halide perovskites
85 | Imbert C, Rask J, Solanki V | 2014 | Demo Photovolt | doi pmid
    Grain boundaries and ion migration
86 | Joshi K, Ferro M | 2015 | Demo Photovolt | doi
    Caesium in mixed-cation films
87 | Kern L, Abbot Y, Nord E | 2016 | Demo Photovolt | doi
    Passivation with long-chain ammonium salts
88 | Liang P, Duval S | 2017 | Demo Photovolt | doi
    Encapsulated modules outdoors
89 | Mraz O, Tindall G | 2018 | Demo Models | doi
    Drift-diffusion models of hysteresis
90 | Noor H, Escher B | 2019 | Demo Photovolt | pmid
    Lead-free absorbers
"""
_WORLD = """
91 | Ackroyd M, Hansson L | 1996 | Demo Birds | doi
    Arrival dates at a northern lighthouse
92 | Bilek J, Tanui E, Moss R | 2002 | Demo Birds | doi pmid
    Spring temperature and earlier migration
93 | Corrigan S, Holm P | 2005 | Demo Birds | doi
    Artificial light and disoriented warblers
94 | Dietz A, Kaya N | 2007 | Demo Birds | doi
    Magnetic compass after sunset calibration
95 | Erdem Y, Fossum K, Lacey D | 2008 | Demo Birds | doi
    Fat stores at stopover sites
96 | Fynn G | 1988 | Demo Atlas | none
    An atlas of invented flyways
97 | Gallo R, Stenberg U | 2009 | Demo Birds | pmid
    Wind selection by soaring birds
98 | Hirsch E, Balogun T | 2011 | Demo Public Health | doi
    Rumours and refusal of vaccination
99 | Imani S, Curtis L, Wood F | 2014 | Demo Public Health | doi pmid
    Reminder letters and vaccine uptake
100 | Jarvis N, Omondi P | 2016 | Demo Public Health | doi
    Corrective messages: a null result
101 | Khalil M, Burke D | 2018 | Demo Soc Sci | doi
    Trust in health workers
102 | Lantos V, Perera R, Hill A | 2019 | Demo Public Health | doi
    Scales for vaccine hesitancy
103 | Munro T | 2008 | Example Institute | none
    A questionnaire on childhood vaccines
104 | Naidoo L, Frost J | 2021 | Demo Soc Sci | pmid
    Social media exposure and intention to vaccinate
105 | Ohlin B, Tashi D | 2003 | Demo Ice | doi
    Degree-day factors of clean ice
106 | Prentice H, Yadav S, Moen T | 2009 | Demo Ice | doi pmid
    Debris cover and ablation
107 | Quayle R, Bondi M | 2011 | Demo Ice | doi
    Black carbon and albedo
108 | Rasch E, Gurung P | 2012 | Demo Ice | doi
    A thick debris mantle reduces melt
109 | Steiger F, Olen K, Wafula J | 2013 | Demo Ice | doi
    Mass balance from stakes and satellites
110 | Tveit N | 1979 | Example Geological Survey | none
    Moraines of an imaginary valley
111 | Ulmer C, Sherpa L | 2014 | Demo Ice | pmid
    Supraglacial ponds
112 | Voss D, Ahn S | 2015 | Demo Lang Tech | doi
    Attention in neural translation
113 | Wilde P, Kuznets O, Rao B | 2017 | Demo Lang Tech | doi
    Back-translation for languages with few texts
114 | Xu M, Hedlund F | 2018 | Demo Lang Tech | doi
    Subword vocabularies
115 | Yates J, Nkosi T | 2019 | Demo Lang Tech | doi
    BLEU and human judgement
116 | Zeller R, Bose A, Linden C | 2020 | Demo Lang Tech | doi
    Document context in translation
117 | Amsel K | 1990 | Example University Press | none
    Translation by rule: a history
118 | Bohm S, Castaneda L | 2022 | Demo Lang Tech | doi
    Noise in web-crawled parallel text
119 | Cabral V, Edwin M | 2018 | Imaginary Agron | doi
    Drought at the tillering stage
120 | Dawes H, Rinaldi P, Cho M | 2019 | Imaginary Agron | doi
    Silicon, drought and cereals
121 | Eklund J, Warsame A | 2017 | Demo Climate | doi
    Heat and drought combined
122 | Foley N, Hideaki S | 2016 | Demo Sleep | doi
    Targeted reactivation of memories during sleep
123 | Gomes D, Trent R, Ali W | 2018 | Demo Sleep | doi pmid
    Wakeful rest compared with sleep
124 | Hamm B, Juma K | 2017 | Demo Sleep | doi
    Sleep and emotional memories
"""
_AUTHOR = re.compile(r"(\S+) ([A-Z]+)")


def _read(head: str, title: str) -> Work:
    number, authors, year, journal, ids = (cell.strip() for cell in head.split("|"))
    kinds = set() if ids == "none" else set(ids.split())
    if not kinds <= {"doi", "pmid", "pmc"}:
        raise ValueError(f"work {number}: identifiers {ids!r}, expected doi, pmid, pmc or none")
    return Work(
        key=f"ext.{number}",
        authors=tuple(_read_name(name) for name in authors.split(", ")),
        title=title.strip(),
        journal=journal,
        year=int(year),
        doi=f"10.5555/ext.{number}" if "doi" in kinds else None,
        pmid=f"990{int(number):05d}" if "pmid" in kinds else None,
        pmcid=f"PMC990{int(number):05d}" if "pmc" in kinds else None,
    )


def _read_name(name: str) -> tuple[str, str]:
    match = _AUTHOR.fullmatch(name)
    if match is None:
        raise ValueError(f"the author {name!r}, expected a family name and initials")
    return match[1], match[2]


def _read_all(*tables: str) -> dict[str, Work]:
    lines = [line for table in tables for line in table.strip().splitlines()]
    works = [_read(*pair) for pair in zip(lines[::2], lines[1::2], strict=True)]
    return {work.key: work for work in works}


#: Key, such as ``ext.12`` → work.
WORKS: dict[str, Work] = _read_all(_CELLS, _FIELDS, _WORLD)
