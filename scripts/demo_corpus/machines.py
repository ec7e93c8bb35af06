"""Demo articles on solar cells and machine translation."""

from __future__ import annotations

from demo_corpus.model import Article, Form, Journal, Style

_PEROVSKITE = Article(
    number="26",
    title="Humidity, ions and the decay of perovskite solar cells",
    authors="kuvalo ostrander",
    year=2020,
    journal=Journal.SCIENCE,
    style=Style.SUPERSCRIPT,
    form=Form.MIXED,
    prefix="cit",
    keywords="perovskite; stability; passivation",
    abstract="""
Perovskite cells reach high efficiencies and lose them within weeks. We compare four remedies.
""",
    references="ext.84; ext.85; ext.86 + ext.87; ext.88; ext.89; ext.90; ext.85 + ext.89",
    body=r"""
# Introduction

Humidity degrades halide perovskites within days.[@1] Ions migrate along grain boundaries.[@2]
Caesium improves stability, as does passivation with ammonium salts.[@3] Lead-free absorbers lag
behind.[@6] Hysteresis has been explained by mobile ions.[@5,7]

# Experimental

Films of CsPbI<sub>3</sub> were spun at 4000 r.p.m. and encapsulated in glass.[@4] The current obeys
<inline-formula><tex-math>\documentclass[12pt]{minimal}
\usepackage{amsmath}
\begin{document}$J = J_{0}\,e^{qV/kT}$\end{document}</tex-math></inline-formula> in the model used
here.[@5]

# Results and discussion

## Encapsulation

Encapsulation prevented the loss of efficiency outdoors.[@4] Passivation increased the lifetime of
cells three-fold.[@3] Degradation by humidity was not reduced by caesium alone, in contrast to the
first report.<sup><xref ref-type="bibr" rid="cit3">3a</xref></sup>

## Ions

Light may induce ion migration.[@2,5] Ion migration was not caused by humidity.<sup><xref
ref-type="bibr" rid="cit1">1</xref>,<xref ref-type="bibr" rid="cit2">2</xref></sup>

# Conclusions

Humidity-induced decay can be stopped by encapsulation,[@1,4] but ions keep moving.[@7]
""",
)

_TRANSLATION = Article(
    number="30",
    title="Does document context improve machine translation of rare languages?",
    authors="quillane hesterby montrevel",
    year=2024,
    journal=Journal.SCIENCE,
    style=Style.AUTHOR_YEAR,
    form=Form.ELEMENT,
    prefix="b",
    keywords="machine translation; context; evaluation",
    abstract="""
Context helps with large languages. For rare ones we find that clean text matters more.
""",
    references="ext.112; ext.113; ext.114; ext.115; ext.116; ext.117; ext.118",
    body="""
# 1 Introduction

Attention improves neural translation (<xref ref-type="bibr" rid="b1">Voss and Ahn, 2015</xref>).
Rule-based systems came first (<xref ref-type="bibr" rid="b6">Amsel, 1990</xref>). [@@2] showed that
back-translation raises the quality of translation for languages with few texts. Subword
vocabularies reduce unknown words [@3].

# 2 Related Work

Document context improves translation of pronouns [@5]. BLEU correlates with human judgement less
than is believed [@4]. Noise in crawled text lowers translation quality [@7].

# 3 Experiments

## 3.1 Data

Crawled text was cleaned as in <xref ref-type="bibr" rid="b7">Bohm and Castaneda (2022)</xref>.

## 3.2 Outcome

Context did not improve translation of rare languages, contrary to what [@@5] found for large ones.
Back-translation helped a little [@2,3]. Quality was raised by cleaning more than by context [@7].

# 4 Conclusion

Context might improve translation once texts are clean [@5,7]. Better translation yields cleaner
parallel text in turn [@2].
""",
)

ARTICLES = (_PEROVSKITE, _TRANSLATION)
