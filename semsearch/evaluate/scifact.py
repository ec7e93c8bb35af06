"""SciFact in BEIR form: claims against abstracts, through the index that users get."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from semsearch.errors import EvaluationError
from semsearch.evaluate.beir import read_corpus, read_qrels, read_queries
from semsearch.evaluate.evaluation import Evaluation, evaluation_of
from semsearch.evaluate.measures import Gain, judged, ndcg, recall
from semsearch.evaluate.runs import RecordRanking
from semsearch.records import AbstractPart, Account, Document, Paper, Source

FORMAT = "beir"
_DEPTH = 100

#: Gives the paper ids of up to n abstracts for a text with their scores, best first.
SearchAbstracts = Callable[[str, int], Sequence[tuple[str, float]]]


def documents(folder: Path) -> Iterator[Document]:
    """Each document of a BEIR corpus as a paper with an abstract and nothing else.

    Raises:
        EvaluationError: the corpus is not of the form.
    """
    for entry in read_corpus(folder):
        digest = hashlib.sha256(f"{entry.title}\n{entry.text}".encode()).hexdigest()
        paper = Paper(
            id=f"{FORMAT}:{entry.id}",
            doi=None,
            pmid=None,
            pmcid=None,
            title=entry.title or None,
            abstract=(AbstractPart(heading=None, text=entry.text),) if entry.text else (),
            year=None,
            journal=None,
            publisher=None,
            publication_types=(),
            authors=(),
            license=None,
            notices=(),
            source=Source(
                package=str((folder / "corpus.jsonl").absolute()),
                member=entry.id,
                sha256=digest,
                format=FORMAT,
            ),
        )
        yield Document(paper=paper, references=(), statements=(), citations=(), account=Account())


def evaluate_scifact(
    search: SearchAbstracts,
    folder: Path,
    split: str | None = None,
    *,
    record: RecordRanking | None = None,
) -> Evaluation:
    """nDCG@10 (linear gain), recall@100 and judged@10 over the claims of a split.

    Args:
        search: gives paper ids and scores of up to n abstracts, best first.
        folder: of the collection.
        split: of the judgements; see ``read_qrels``.
        record: is given each claim's ranking, with the document ids of the collection.

    Raises:
        EvaluationError: a file is missing or not of the form, or a judged claim has no text.
    """
    texts = read_queries(folder)
    qrels = read_qrels(folder, split)
    lost = [query for query in qrels if query not in texts]
    if lost:
        raise EvaluationError(f"{folder / 'queries.jsonl'} lacks the judged query {lost[0]!r}")
    values: dict[str, dict[str, float | None]] = {"ndcg@10": {}, "recall@100": {}, "judged@10": {}}
    for query, grades in sorted(qrels.items()):
        hits = [(_document_id(paper), score) for paper, score in search(texts[query], _DEPTH)]
        ranking = [document for document, _ in hits]
        values["ndcg@10"][query] = ndcg(ranking, grades, 10, gain=Gain.LINEAR)
        values["recall@100"][query] = recall(ranking, grades, _DEPTH)
        values["judged@10"][query] = judged(ranking, grades, 10)
        if record is not None:
            record(query, hits)
    return evaluation_of(values, {"queries": len(qrels)})


def _document_id(paper: str) -> str:
    """The id in the collection of a paper that ``documents`` made."""
    return paper.removeprefix(f"{FORMAT}:")
