"""Words by which a stop is judged: abbreviations, what carries a letter, what starts sentences.

Abbreviations are written without their last stop. One in lower case is found with and without a
capital ("fig" finds "Fig" and "fig"), one with a capital only as it is written.
"""

from __future__ import annotations

from enum import StrEnum


class Stop(StrEnum):
    """What a stop can mean, by what stands before it."""

    INSIDE = "inside"  # never the end of a sentence: "Fig. 2", "i.e. a"
    EITHER = "either"  # the end only before a word that usually starts sentences: "et al. The"
    LABEL = "label"  # the end unless a number or a code follows: "no. 5", "Vol. IV"
    FINAL = "final"  # the end before any capital: "etc. Plants", "for 30 min. RNA was"
    NUMBER = "number"  # behind a number: the end unless another number follows
    WORD = "word"  # behind an ordinary word
    CLOSED = "closed"  # behind a bracket, marker or formula: the end even before a small letter


# A figure, formula, reference or other part of a text is named next.
_POINTERS = "fig figs eq eqs eqn eqns ref refs sect sects supp suppl chap chaps cf viz"
# The sentence goes on with what is meant, compared or estimated.
_CONTINUATIONS = "e.g eg i.e ie vs approx ca circa c.a cal incl esp aka a.k.a"
# A name is next.
_TITLES = "Dr Drs Prof Profs Mr Mrs Ms St Ste Mt Ft Rev Hon Gov Sen Gen Col Lt Capt"
# A lower taxon, a cultivar or the describer of a species is next.
_RANKS = "subsp ssp var cv cvs pv pvs f.sp f.spp biovar bv serov subg ex"
# A number is next, or the word is an ordinary one.
_COUNTERS = (
    "no nos nr vol vols p pp ch chr art ver acc cat lot rel exp temp lat long elev"
    " tab Ca Al Jan Feb Apr Jun Jul Aug Sep Sept Oct Nov Dec"
)
# Ends of the names of firms, people and institutions, inside which the name often goes on.
_NAME_ENDS = "inc ltd corp co llc gmbh bros Jr Sr esq dept univ inst acad natl assoc"
# Citing by author, taxa of which only the genus is known, and genera shortened to two letters.
_AUTHORS = "al sp spp nov comb Ae Cx Th"
# Describers of species and parts of journal names, behind which more of the name follows.
_NAME_PARTS = (
    "Br Fr Beauv Willd Pers Hook Benth Sacc Lindl Schult Gaertn Burm Jacq Schrad Wingf Sm"
    " Biol Chem Phys Med Sci Res Lett Proc Natl Clin Engl Immunol Mol Agric"
)
# Ends of lists, units of time and other measures.
_MEASURES = "etc min mins h hr hrs sec secs wk wks mo yr yrs wt resp max"


def _abbreviations() -> dict[str, Stop]:
    groups = (
        (Stop.INSIDE, f"{_POINTERS} {_CONTINUATIONS} {_TITLES} {_RANKS}"),
        (Stop.LABEL, _COUNTERS),
        (Stop.EITHER, f"{_NAME_ENDS} {_AUTHORS} {_NAME_PARTS} v"),
        (Stop.FINAL, _MEASURES),
    )
    return {word: stop for stop, words in groups for word in words.split()}


ABBREVIATIONS = _abbreviations()

#: Words before a single capital that make it a label and no initial: "vitamin D. Mice".
LABELLED = frozenset(
    "vitamin vitamins hepatitis group groups type types subtype panel panels class grade stage"
    " phase cluster clade clades subunit subfamily family protein immunoglobulin complex chromosome"
    " factor collagen angiotensin interferon figure figures fig table tables section appendix part"
    " step model models method strategy scenario treatment treatments site condition arm cohort"
    " region zone buffer solution serotype genotype category isoform haplotype allele plan"
    " experiment study trial equation component cytochrome coenzyme cathepsin toxin"
    " influenza apolipoprotein photosystem topoisomerase dnase rnase polymerase ochratoxin"
    " fumonisin amphotericin hygromycin cyclosporin cyclosporine low high box level levels"
    " point".split()
)

#: Units of one letter, behind a number: "at 600 K. After".
UNITS = frozenset("CKVLMNJWAFÅΩ")

#: Words that start sentences and are hardly ever the name behind an initial or an abbreviation.
STARTERS = frozenset(
    # articles, pronouns, numerals
    "A An The These This Those That They Their There We Our It Its He She His Her I You One Two"
    " Three Four Five Several Some Many Most Each Every Both All Another Other Others Such Any No"
    " None Neither Either Only Few Much More Half First Second Third Here What Which Who Why How"
    # prepositions and conjunctions
    " In On At By For From To With Within Without Under Upon Over After Before During Since Until"
    " Through Throughout Among Amongst Between Beyond Despite Due Because Although Though While"
    " Whereas When Whenever Where Whether If Unless As Of Once Per And But Or Nor So Yet Like"
    " Unlike Except Regarding Concerning Given Based According Compared Along Apart Toward Towards"
    # adverbs that join sentences
    " However Therefore Thus Hence Moreover Furthermore Further Additionally Also Then Next Finally"
    " Lastly Later Subsequently Consequently Accordingly Similarly Likewise Conversely Instead"
    " Alternatively Nevertheless Nonetheless Notably Importantly Interestingly Surprisingly Indeed"
    " Remarkably Overall Together Collectively Taken Generally Specifically Particularly Especially"
    " Recently Previously Currently Initially Briefly Now Still Even Often Again Besides Meanwhile"
    " Otherwise Simultaneously Presumably Perhaps Unfortunately Typically Usually Clearly Rather"
    " Altogether Firstly Secondly Thirdly Not Significantly"
    # verbs and nouns with which methods and results are told
    " Let Note Consider Using Following Considering Assuming Adding Consistent Increasing Previous"
    " Recent Different Various Similar Increased Studies Results Data Analysis Analyses Samples"
    " Cells Plants Mice Patients Participants Differences Evidence Research Experiments"
    " Values".split()
)

#: Words in small letters with which a sentence goes on although a stray stop stands before them:
#: "Shafik and Bedeir (1980). showed".
CONTINUERS = frozenset(
    "and or but nor with which that who whose where than as thus i.e. e.g. i.e e.g respectively"
    " is are was were has have had can may also showed shows found finds reported reports observed"
    " identified demonstrated suggested described proposed concluded investigated studied used"
    " revealed indicated developed compared noted stated argued examined evaluated".split()
)
