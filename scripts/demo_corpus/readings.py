"""What statements of the demo corpus are meant to say about some questions.

Every quote stands in one citation statement of its article, as a reader sees it, and holds no
marker. Statements that say both things at once, or leave the question open, are not among the
readings. For the main question, whether EMT induces IL-6, the readings and ``OPEN`` together are
all statements that speak of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stance(StrEnum):
    """How a statement answers its question."""

    ASSERTS = "asserts"
    DENIES = "denies"  # the effect was looked for and not found
    OPPOSITE = "opposite"  # the effect has the other sign
    HEDGES = "hedges"  # asserted with may, might, could, appears …
    REVERSES = "reverses"  # about target and agent the other way round, asserted or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The intended reading of one statement."""

    question: str
    article: str
    stance: Stance
    quote: str


_TABLE = """
# does EMT induce IL-6
asserts  01 EMT induces IL-6 secretion in several carcinoma lines
asserts  01 secretion of IL-6 was induced by EMT
asserts  01 Our data support the induction of IL-6 by EMT
asserts  01 Reversal of EMT lowers IL-6 release again
asserts  01 EMT-induced IL-6 would keep the cells in the mesenchymal state
asserts  02 EMT increased IL-6 in the medium 25-fold
asserts  03 EMT stimulated IL-6 release
asserts  03 EMT is required for IL-6 secretion
asserts  04 Several groups report that EMT induces IL-6
asserts  06 IL-6 secretion was dependent on EMT
asserts  07 EMT leads to the release of IL-6 as well
asserts  07 EMT induces IL-6
asserts  08 EMT increases IL-6 in mammary epithelium
asserts  08 EMT-driven secretion of IL-6 was found
asserts  09 IL-6 is released by cells that have undergone EMT
asserts  09 In mammary lines EMT elevates IL-6
asserts  09 Release of IL-6 was stimulated by EMT
asserts  09 a ten-fold increase in IL-6 caused by EMT
asserts  09 Blocking EMT abolished IL-6 secretion
asserts  10 EMT promotes IL-6 production in mammary carcinoma
asserts  10 EMT enhanced IL-6 transcription ten-fold
asserts  10 EMT upregulates IL-6 through Twist1
asserts  11 EMT induces the cytokine IL-6
asserts  11 IL-6 secretion was triggered by EMT
asserts  14 EMT was associated with increased IL-6 secretion
asserts  15 EMT causes IL-6 release in the breast
asserts  15 EMT triggers IL-6 in stressed cells
asserts  16 EMT induces interleukin-6, as measured in mammary cells
asserts  16 IL-6 release is increased by EMT
asserts  17 EMT drives IL-6 production in mammary cells
asserts  20 EMT induced the secretion of IL-6
asserts  20 EMT promotes the release of IL-6 in mammary cells
denies   01 EMT did not induce IL-6 in colon cells
denies   02 EMT did not lead to IL-6 secretion
denies   03 EMT did not suffice to raise IL-6
denies   04 saw no effect of EMT on IL-6
denies   04 EMT did not induce IL-6 at any time point
denies   04 Nor was IL-6 induced by EMT
denies   04 EMT failed to increase IL-6
denies   06 IL-6 was not increased by EMT
denies   08 EMT does not induce IL-6
denies   09 EMT had no effect on IL-6
denies   13 Mesothelial EMT did not stimulate the secretion of IL-6
denies   14 EMT did not affect IL-6
denies   15 Hypoxia-driven EMT did not raise IL-6
denies   16 EMT does not trigger IL-6 release
denies   17 EMT had no influence on IL-6
denies   17 Twist1-driven EMT is unable to induce IL-6
denies   20 IL-6 was not induced by EMT
denies   20 EMT-induced secretion of IL-6 was not seen
denies   20 the statement that EMT induces IL-6 was not supported
opposite 08 EMT suppressed IL-6 four-fold
opposite 08 Inhibition of IL-6 by EMT
opposite 09 EMT decreased IL-6 in pancreatic cells
opposite 14 EMT downregulated IL-6
opposite 16 EMT lowers IL-6
opposite 20 EMT inhibited IL-6
hedges   08 EMT might still raise IL-6
hedges   09 EMT can increase IL-6, but it need not do so
hedges   11 might mean that EMT contributes to IL-6 in the blood
hedges   14 a causal role of EMT in IL-6 elevation remains possible
hedges   14 EMT appears to increase IL-6
hedges   15 EMT as such may therefore not be sufficient to induce IL-6
hedges   16 EMT might well contribute to IL-6
hedges   18 EMT may induce IL-6 as well
reverses 01 interleukin-6 (IL-6) has been reported to induce EMT
reverses 01 IL-6 might also contribute to EMT
reverses 02 IL-6 induces epithelial–mesenchymal transition (EMT)
reverses 02 EMT can be triggered by IL-6
reverses 02 IL-6-induced EMT required gp130
reverses 02 Induction of EMT by IL-6
reverses 02 blockade of IL-6 did not prevent EMT
reverses 04 IL-6 was not required for EMT
reverses 04 IL-6 induces EMT in lung spheroids
reverses 05 IL-6 promotes EMT
reverses 07 IL-6 from fibroblasts induces EMT
reverses 07 EMT is induced by IL-6 of stromal origin
reverses 07 IL-6 induces EMT
reverses 07 IL-6 blockade did not prevent EMT
reverses 09 Added IL-6 caused EMT
reverses 09 fibroblast-derived IL-6 drives EMT
reverses 11 IL-6 treatment leads to EMT
reverses 13 IL-6 provokes EMT
reverses 13 IL-6 triggers EMT
reverses 13 IL-6 did not induce EMT
reverses 13 IL-6-dependent EMT occurs in the pleura
reverses 13 Others did not observe EMT in response to IL-6
reverses 14 IL-6 elicits EMT
reverses 16 interleukin-6 induces EMT, as measured in spheroids
reverses 17 in the lung IL-6 brings about EMT
reverses 17 IL-6 contributes to EMT
reverses 20 IL-6 did not induce EMT in our spheroids
# does IL-6 activate STAT3
asserts  01 IL-6 activates STAT3 in these cells
asserts  02 IL-6 activates STAT3 within minutes
asserts  02 Loss of gp130 abolished the phosphorylation of STAT3 by IL-6
asserts  05 IL-6 activates STAT3 in nearly every cell
asserts  05 Activation of STAT3 by IL-6 was seen
asserts  07 IL-6 is needed to activate STAT3
asserts  09 IL-6 stimulates STAT3 phosphorylation
asserts  14 IL-6 activated STAT3 in every study
asserts  15 added IL-6 activated STAT3
denies   05 IL-6 failed to activate STAT3
denies   13 IL-6 did not activate STAT3
hedges   05 Whether IL-6 could activate STAT3
hedges   07 Acetylation may allow IL-6 to activate STAT3
reverses 05 STAT3 in turn induces IL-6
reverses 05 IL-6 production was enhanced by STAT3
reverses 13 STAT3 drives IL-6 expression
# does TGF-β induce EMT
asserts  01 TGF-β induces EMT in mammary epithelium
asserts  02 TGF-β induces EMT in the same cells
asserts  04 TGF-β induces EMT in tubular cells
asserts  09 TGF-β triggers EMT in most epithelia
asserts  12 EMT was induced by TGF-β
asserts  12 TGF-β promotes EMT
asserts  14 TGF-β induced EMT in eight of nine
asserts  20 TGF-β induced EMT in all five lines
denies   09 TGF-β had no effect on EMT markers
denies   12 TGF-β did not induce EMT at any dose
hedges   06 probably induces EMT by a different path
reverses 12 EMT itself may raise TGF-β
reverses 16 EMT induces TGF-β in some tissues
# does NF-κB activate Snail
asserts  03 NF-κB activates Snail
asserts  06 NF-κB activates Snail at the level of transcription
asserts  06 Snail is induced by NF-κB
asserts  08 NF-κB activates Snail in carcinoma cells
asserts  09 NF-κB stimulates Snail
asserts  20 Snail was activated by NF-κB
denies   04 NF-κB did not activate Snail
denies   06 NF-κB failed to activate Snail
denies   17 NF-κB was not needed to activate Snail
hedges   03 NF-κB may activate Snail
hedges   16 NF-κB might activate Snail
reverses 06 Snail has been claimed to activate NF-κB
# does Snail repress E-cadherin
asserts  01 Snail represses E-cadherin through its E-boxes
asserts  03 Snail represses E-cadherin by binding
asserts  03 Snail deficiency increased E-cadherin
asserts  04 Repression of E-cadherin by Snail
asserts  06 Snail had repressed E-cadherin
asserts  11 Snail represses E-cadherin
asserts  12 E-cadherin was repressed by Snail
asserts  15 E-cadherin was repressed by Snail
denies   11 Snail failed to repress E-cadherin
denies   20 Snail did not repress E-cadherin
reverses 03 loss of E-cadherin may activate Snail
# does Snail induce IL-6
asserts  01 depletion of Snail abolished IL-6 production
asserts  03 Loss of Snail abolished IL-6 production
asserts  05 Depletion of Snail reduced IL-6
asserts  06 Snail is needed for IL-6
asserts  09 Snail is needed for IL-6 in skin
asserts  18 Snail is needed for IL-6 in keratinocytes
asserts  20 knockdown of Snail reduced IL-6
# does drought reduce wheat yield
asserts  21 Drought reduces wheat yield
asserts  21 Drought at anthesis cut wheat yield
asserts  21 Drought-induced yield loss in wheat
asserts  25 Drought lowered the input of straw because it reduced wheat yield
asserts  31 Yield losses of wheat are caused by drought
asserts  31 Drought decreased the yield of wheat
denies   21 drought did not reduce wheat yield
denies   21 Mild drought after flowering had no effect on wheat yield
denies   31 early drought did not lower wheat yield
hedges   31 Drought may reduce wheat yield
reverses 21 high-yielding wheat dries the soil and can so bring about drought
# does sleep improve memory consolidation
asserts  24 Sleep improves memory consolidation
asserts  24 loss of sleep impairs the consolidation of memory
asserts  24 Improvement of memory consolidation by sleep
asserts  32 Consolidation of memory is improved by sleep
asserts  32 Sleep strengthened memory consolidation
denies   24 Sleep did not improve consolidation
denies   32 sleep had no effect on memory consolidation
denies   32 sleep failed to improve consolidation
hedges   24 might improve consolidation indirectly
hedges   32 A benefit of sleep for the consolidation of memories is nevertheless likely
reverses 24 consolidation may promote sleep
# does heat cause coral bleaching
asserts  23 Heat stress causes coral bleaching
asserts  23 Bleaching was induced by heat
denies   23 With shading, heat stress did not cause bleaching
hedges   23 Heat may induce bleaching
# does warming reduce soil carbon
asserts  25 Warming reduces soil carbon
asserts  25 Soil carbon was lowered by warming
denies   25 warming did not reduce soil carbon any further
reverses 25 Loss of soil carbon in turn drives warming
# does the gut microbiota cause obesity
asserts  22 Obesity was induced by the microbiota
asserts  22 Gut bacteria can cause obesity in mice
denies   22 the gut microbiota did not promote obesity
reverses 22 Obesity alters the gut microbiota
"""

_OPEN = """
03 Whether IL-6 is produced because of EMT
05 STAT3 activation by IL-6 did not depend on TGF-β, unlike EMT
06 We suggest a chain from NF-κB through Snail to EMT, with IL-6 as a product
08 restoring the epithelial state reduced IL-6, i.e. EMT had been required for its release
08 neither of the two general claims about EMT and IL-6 is true of all epithelia
09 Two sentences stand side by side in many introductions
11 IL-6 rose only once EMT had been induced
13 Whether EMT causes IL-6 release
14 Reviews disagree on whether IL-6 is raised by EMT
20 EMT was claimed to induce IL-6
"""


def _read_all(table: str) -> tuple[Reading, ...]:
    readings: list[Reading] = []
    question = ""
    for line in table.strip().splitlines():
        if line.startswith("# "):
            question = line.removeprefix("# ")
            continue
        stance, article, quote = line.split(maxsplit=2)
        readings.append(
            Reading(question=question, article=article, stance=Stance(stance), quote=quote)
        )
    return tuple(readings)


#: Every reading, grouped by question.
READINGS: tuple[Reading, ...] = _read_all(_TABLE)
#: Article and quote of statements about EMT and IL-6 that take no side, both, or one by inference.
OPEN: tuple[tuple[str, str], ...] = tuple(
    (article, quote)
    for article, _, quote in (line.partition(" ") for line in _OPEN.strip().splitlines())
)
