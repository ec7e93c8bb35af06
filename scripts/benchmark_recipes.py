"""Compares the recipes for statements on the graded questions.

    python scripts/benchmark_recipes.py INDEX QUESTIONS

Only the judged statements are encoded, and ranked by themselves: that is what nDCG on the condensed
list looks at. Prints nDCG@10 by kind for each recipe.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.loading import load_encoder
from semsearch.encode.recipe import StatementRecipe, statement_text
from semsearch.evaluate.questions import (
    RankedText,
    evaluate_questions,
    match,
    read_judgements,
    read_questions,
)
from semsearch.index.dense.protocol import exact_scores
from semsearch.index.layout import Layout
from semsearch.language.scripts import normal_form
from semsearch.records import Statement
from semsearch.store.database import Database
from semsearch.store.reading import paper_id_of, papers, statements_of

_BATCH = 64


def main(index: Path, folder: Path) -> None:
    """Print one line for each recipe."""
    store = Database(Layout(index).store, read_only=True)
    judgements = read_judgements(folder, read_questions(folder))
    ids = {paper_id_of(store, judgement.doi) for judgement in judgements} - {None}
    judged: dict[str, Statement] = {}
    for paper in sorted(str(one) for one in ids):
        doi = papers(store, [paper])[paper].doi
        of_paper = [judgement for judgement in judgements if judgement.doi == doi]
        for statement in statements_of(store, paper):
            hit = RankedText(id=statement.id, doi=doi, text=statement.text, score=0.0)
            if match([hit], of_paper).judged[0]:
                judged[statement.id] = statement
    found = [judged[one] for one in sorted(judged)]
    sources = papers(store, [statement.paper for statement in found])
    encoder = load_encoder()
    sys.stdout.write(f"{len(found):,} judged statements\n")
    for recipe in StatementRecipe:
        texts = [
            statement_text(
                recipe,
                text=s.text,
                markers=s.markers,
                before=s.before,
                after=s.after,
                title=sources[s.paper].title,
            )
            for s in found
        ]
        lots = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
        vectors = np.vstack([encoder.encode(lot) for lot in lots])

        def search(
            text: str, limit: int, vectors: NDArray[np.float32] = vectors
        ) -> list[RankedText]:
            scores = exact_scores(vectors, encoder.encode([normal_form(text)])[0])
            order = np.argsort(-scores, kind="stable")[:limit]
            return [
                RankedText(
                    id=found[row].id,
                    doi=sources[found[row].paper].doi,
                    text=found[row].text,
                    score=float(scores[row]),
                )
                for row in order
            ]

        figures = evaluate_questions(search, folder).as_json_object()
        shown = "  ".join(
            f"{name} {figures[name]:.4f}"
            for name in ("ndcg@10", "ndcg@10_general", "ndcg@10_specific")
        )
        sys.stdout.write(f"{recipe:<12} {shown}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
