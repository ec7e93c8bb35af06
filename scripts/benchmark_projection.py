"""Trains the projection of the token vectors on the corpus's own pairs, and measures it beside PCA.

    scripts/benchmark projection INDEX QUESTIONS [--pairs N] [--steps N]

A pair is a statement with one citation and the title of the work it cites. The projection starts as
that of the index and learns to tell the statement of a title from others by late interaction, in
both directions (Khattab and Zaharia 2020, ColBERT, with in-batch negatives; up to four statements
of one paper stand in a batch, so that its topic alone does not tell them apart). Prints nDCG@10 of
late interaction alone on the judged statements, by kind of question, for both projections. Nothing
is written: the gain is too small for a projection that depends on the corpus, see docs/figures.md.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder
from semsearch.encode.recipe import plain_text
from semsearch.encode.token_codes import TokenCodec
from semsearch.evaluate.measures import Gain, ndcg
from semsearch.evaluate.questions import RankedText, match, read_judgements, read_questions
from semsearch.index.lexical.protocol import LexicalQuery
from semsearch.language.scripts import normal_form
from semsearch.rank.wordings import query_tokens, wordings_of
from semsearch.retrieve.candidates import Mode, find_candidates
from semsearch.retrieve.generation import ids_of
from semsearch.retrieve.views import view_statements
from semsearch.search import Searcher
from semsearch.store.reading import statements

BATCH, GROUP, TEXTS = 96, 4, 32
RATE = 1e-3
Tokens = list[NDArray[np.float32]]

_PAIRS = """
    SELECT s.id, s.paper, w.title FROM statements s
    JOIN citations c ON c.statement = s.id
    JOIN cited_works w ON w.paper = s.paper AND w.key = c.reference
    WHERE s.last_seen IS NULL AND length(w.title) > 30 AND length(s.text) BETWEEN 60 AND 400
    GROUP BY s.id HAVING count(*) = 1 ORDER BY s.id
"""


def main() -> None:
    """Train and print both rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--pairs", type=int, default=16000)
    parser.add_argument("--steps", type=int, default=600)
    arguments = parser.parse_args()
    searcher = Searcher(arguments.index)
    tokens = searcher.generation.statements.tokens
    if tokens is None:
        parser.error("the model of the index has no token vectors")
    titles, texts, papers = read_pairs(searcher, arguments.pairs)
    trained = train(tokens.codec, titles, texts, papers, arguments.steps)
    for name, codec in (("PCA", tokens.codec), ("trained", trained)):
        figures = measure(searcher, arguments.questions, codec)
        shown = "  ".join(f"{kind} {value:.3f}" for kind, value in figures.items())
        sys.stdout.write(f"{name:<10} {shown}\n")


def read_pairs(searcher: Searcher, most: int) -> tuple[Tokens, Tokens, list[str]]:
    """Token vectors of titles and of statements, and the paper of each."""
    rows = searcher.store.read(_PAIRS)
    chosen = np.random.default_rng(0).permutation(len(rows))[:most]
    picked = [rows[int(place)] for place in chosen]
    held = statements(searcher.store, [row["id"] for row in picked])
    texts = [plain_text(held[row["id"]].text, held[row["id"]].markers) for row in picked]
    titles = [row["title"] for row in picked]
    return (
        encode(searcher.encoder, titles),
        encode(searcher.encoder, texts),
        [row["paper"] for row in picked],
    )


def encode(encoder: Encoder, texts: list[str]) -> Tokens:
    """The token vectors of some texts."""
    found: Tokens = []
    for start in range(0, len(texts), TEXTS):
        tokens = encoder.encode_tokens(texts[start : start + TEXTS]).tokens
        found += [one.vectors for one in tokens or ()]
    return found


def train(
    codec: TokenCodec, titles: Tokens, texts: Tokens, papers: list[str], steps: int
) -> TokenCodec:
    """A codec whose mean and projection were trained on pairs, in floats."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    weight = torch.nn.Parameter(torch.from_numpy(codec.projection.copy()))
    mean = torch.nn.Parameter(torch.from_numpy(codec.mean.copy()))
    sharpness = torch.nn.Parameter(torch.tensor(3.0))
    optimizer = torch.optim.Adam([weight, mean, sharpness], lr=RATE)
    of_paper: dict[str, list[int]] = {}
    for place, paper in enumerate(papers):
        of_paper.setdefault(paper, []).append(place)
    unit = torch.nn.functional.normalize

    def project(vectors: torch.Tensor) -> torch.Tensor:
        return unit((unit(vectors, dim=-1) - mean) @ weight.T, dim=-1)

    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, 2 * (steps - step) / steps)
        batch: dict[int, None] = {}
        while len(batch) < BATCH:
            mine = of_paper[papers[int(random.integers(len(papers)))]]
            few = random.choice(mine, min(len(mine), GROUP), replace=False)
            batch |= dict.fromkeys(int(one) for one in few)
        places = list(batch)[:BATCH]
        asked, asked_mask = padded([titles[place] for place in places])
        given, given_mask = padded([texts[place] for place in places])
        cosines = torch.einsum("iqk,jdk->ijqd", project(asked), project(given))
        by_title = cosines.masked_fill(~given_mask[None, :, None, :], -1).amax(dim=3)
        by_text = cosines.masked_fill(~asked_mask[:, None, :, None], -1).amax(dim=2)
        forward = (by_title * asked_mask[:, None]).sum(-1) / asked_mask.sum(-1)[:, None]
        backward = (by_text * given_mask[None]).sum(-1) / given_mask.sum(-1)[None]
        right = torch.arange(len(places))
        entropy = torch.nn.functional.cross_entropy
        scale = sharpness.exp()
        loss = entropy(scale * forward, right) + entropy(scale * backward.T, right) / 2
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return replace(
        codec,
        mean=mean.detach().numpy().copy(),
        projection=np.ascontiguousarray(weight.detach().numpy()),
    )


def padded(vectors: Tokens) -> tuple[torch.Tensor, torch.Tensor]:
    """(n, longest, dimension) float32, and (n, longest) which are tokens."""
    longest = max(map(len, vectors))
    table = np.zeros((len(vectors), longest, vectors[0].shape[1]), dtype=np.float32)
    mask = np.zeros((len(vectors), longest), dtype=np.bool_)
    for place, found in enumerate(vectors):
        table[place, : len(found)] = found
        mask[place, : len(found)] = True
    return torch.from_numpy(table), torch.from_numpy(mask)


def measure(searcher: Searcher, folder: Path, codec: TokenCodec) -> dict[str, float]:
    """NDCG@10 of late interaction alone over the judged statements, by kind of question."""
    texts = searcher.generation.statements
    questions = read_questions(folder)
    judgements = read_judgements(folder, questions)
    values: dict[str, list[float]] = {}
    for question in questions:
        wordings = wordings_of(normal_form(question.text), None, None, ())
        encoded = searcher.encoder.encode_tokens([wordings[0].text])
        if encoded.tokens is None:
            continue
        (asked,) = query_tokens(wordings, encoded.tokens, codec, texts.lexical.idf)
        found = find_candidates(
            texts.dense, texts.lexical, encoded.vectors[0], LexicalQuery(()), allowed=None,
            mode=Mode.DENSE,
        )  # fmt: skip
        views = view_statements(searcher.store, ids_of(texts.dense, found.rows))
        hits = [RankedText(id=v.id, doi=v.paper.doi, text=v.text, score=0.0) for v in views]
        mine = [one for one in judgements if one.query == question.id]
        taken = {n: one for n, one in enumerate(match(hits, mine).taken) if one is not None}
        held = statements(searcher.store, [views[n].id for n in taken])
        plain = [plain_text(held[views[n].id].text, held[views[n].id].markers) for n in taken]
        scores = [
            float((asked.weights * (asked.vectors @ codec.project(one).T).max(axis=1)).sum())
            for one in encode(searcher.encoder, plain)
        ]
        ranking = [one for _, one in sorted(zip(scores, taken.values(), strict=True), reverse=True)]
        grades = {one.id: one.grade for one in mine}
        value = ndcg(ranking, grades, 10, gain=Gain.EXPONENTIAL)
        if value is not None:
            values.setdefault(question.kind, []).append(value)
    return {kind: float(np.mean(found)) for kind, found in sorted(values.items())}


if __name__ == "__main__":
    main()
