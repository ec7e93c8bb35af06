"""The model card: the README.md of a tuned model's folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from semsearch.encode.tuned import Tuned
from semsearch.tune.acceptance import MOST_LOST, Table
from semsearch.tune.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the card tells.

    ``pairs``: training pairs by kind. ``papers``: that they are from, and that were set aside.
    ``share``: of the new weights, ``tried``: mean measure on the pairs set aside by share.
    """

    record: Tuned
    plan: Plan
    pairs: Mapping[str, int]
    papers: tuple[int, int]
    share: float
    tried: Mapping[float, float]
    table: Table


def card(told: Told) -> str:
    """The text of the card, with the head that model pages have."""
    record, plan, table = told.record, told.plan, told.table
    verdict = (
        "It was accepted."
        if table.refusal is None
        else f"It was **not accepted**: {table.refusal}."
    )
    pairs = "\n".join(f"| {kind} | {count:,} |" for kind, count in told.pairs.items())
    tried = "\n".join(f"| {share:g} | {value:.4f} |" for share, value in told.tried.items())
    layers = "all layers" if plan.layers is None else f"the last {plan.layers} layers"
    return f"""---
library_name: sentence-transformers
pipeline_tag: sentence-similarity
base_model: {record.base}
---

# {record.base}, tuned on a corpus

Made by `semsearch tune`. {verdict} Load it with `SentenceTransformer(folder)`, or build an index
with `semsearch build INPUT --index INDEX --model FOLDER --reencode`.

| | |
|---|---|
| base model | {record.base} |
| digest of the base | `{record.lineage[0]}` |
| tuned before that from | {", ".join(f"`{one}`" for one in record.lineage[1:]) or "nothing"} |
| content digest of the corpus | `{record.corpus}` |
| papers trained on | {told.papers[0]:,} |
| papers set aside to choose the share | {told.papers[1]:,} |

## Data
Pairs of the corpus itself; no text of a paper that the evaluation asks about.

| pairs of | |
|---|---|
{pairs}

## Recipe
{plan.steps:,} steps of {plan.batch} pairs of one kind (a quarter of these with whole abstracts),
AdamW at {plan.rate:g} (a tenth of the steps rising, then falling to 0), {layers} without the
embeddings of tokens, seed {plan.seed}, no dropout. Contrast of sentence vectors in both directions
and of late interaction over token vectors, in the batch and against hard negatives; the distance of
sentence vectors to those of the base weighs {plan.keep:g}. Of the weights, {told.share:g} of the
way from the base to what was trained is taken, chosen on the papers set aside:

| share of the new weights | mean of the measures |
|---|---|
{tried}

## Evaluation
{table.as_markdown()}

Mean gain {table.mean_gain:+.4f}. Accepted is what gains in the mean where no set loses more than
{MOST_LOST}. Judged by nDCG@10; relations by the share of right measures of verdicts. `cite` and
`similar` ask about papers of the corpus that were not trained on.

## Known limits
- It was trained on what the corpus is about, and may rank other subjects worse than its base: only
  the sets above were looked at.
- That a statement cites a work does not mean that it says what the work says: pairs are noisy, and
  two texts that are near may still contradict each other.
- Texts on which nobody in the corpus wrote, and languages that it does not hold, are as they were.
"""
