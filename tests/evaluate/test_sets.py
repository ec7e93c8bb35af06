"""Reading evaluation sets, and whole evaluations with a search that is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from semsearch.errors import EvaluationError
from semsearch.evaluate.beir import read_corpus, read_qrels, read_queries
from semsearch.evaluate.questions import (
    RankedText,
    evaluate_questions,
    match,
    read_judgements,
    read_questions,
)
from semsearch.evaluate.runs import Ranking
from semsearch.evaluate.scifact import documents, evaluate_scifact
from semsearch.language.scripts import to_superscript


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text(
        '{"_id": "1", "title": "On IL-6", "text": "It holds."}\n'
        '{"_id": "2", "title": "", "text": "It fails."}\n'
    )
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "does it hold"}\n')
    (tmp_path / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\nq\t1\t1\n")
    return tmp_path


def test_collection_becomes_papers_with_abstracts(beir: Path) -> None:
    first, second = documents(beir)
    assert (first.paper.id, first.paper.title) == ("beir:1", "On IL-6")
    assert first.paper.abstract_text == "It holds."
    assert second.paper.title is None


@pytest.mark.parametrize(("ranking", "value"), [(["1", "2"], 1.0), (["2", "1"], 0.6309)])
def test_scifact_figures_have_plain_keys(beir: Path, ranking: list[str], value: float) -> None:
    outcome = evaluate_scifact(lambda text, limit: [(f"beir:{one}", 1.0) for one in ranking], beir)
    found = outcome.as_json_object()
    assert found["ndcg@10"] == pytest.approx(value, abs=1e-4)
    assert list(found) == [
        "ndcg@10", "ndcg@10_low", "ndcg@10_high", "recall@100", "recall@100_low",
        "recall@100_high", "judged@10", "judged@10_low", "judged@10_high", "queries",
    ]  # fmt: skip
    assert (found["recall@100"], found["judged@10"]) == (1.0, 0.5)


@pytest.mark.parametrize(
    ("name", "content", "read", "message"),
    [
        ("corpus.jsonl", "{", lambda p: list(read_corpus(p)), r"corpus\.jsonl line 1 is not JSON"),
        ("corpus.jsonl", '{"_id": "1"}', lambda p: list(read_corpus(p)), "line 1, field 'text'"),
        (
            "corpus.jsonl",
            '{"_id": "1", "text": ""}\n\n{"_id": "1", "text": ""}',
            lambda p: list(read_corpus(p)),
            "line 3: the id '1' occurs twice",
        ),
        ("queries.jsonl", "[]", read_queries, r"queries\.jsonl line 1"),
        (
            "qrels/train.tsv",
            "query-id\tcorpus-id\tscore\nq\t1\thigh\n",
            lambda p: read_qrels(p, None),
            r"train\.tsv line 2: expected query id, document id and an integer",
        ),
        ("qrels/train.tsv", "", lambda p: read_qrels(p, None), "holds no judgement"),
        (
            "qrels/train.tsv",
            "other\t1\t1\n",
            lambda p: evaluate_scifact(lambda text, limit: [], p),
            r"queries\.jsonl lacks the judged query 'other'",
        ),
    ],
)
def test_wrong_line_is_named(
    beir: Path, name: str, content: str, read: Callable[[Path], object], message: str
) -> None:
    (beir / name).write_text(content)
    with pytest.raises(EvaluationError, match=message):
        read(beir)


def test_missing_split_is_named(beir: Path) -> None:
    with pytest.raises(EvaluationError, match=r"dev\.tsv cannot be read: No such file"):
        read_qrels(beir, "dev")


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    (tmp_path / "queries.jsonl").write_text(
        '{"_id": "g", "text": "general one", "kind": "general"}\n'
        '{"_id": "s", "text": "specific one", "kind": "specific"}\n'
    )
    (tmp_path / "judgements.jsonl").write_text(
        '{"query": "g", "citing": "10.1/A", "text": "It holds in H2O2 cells30.", "grade": 3}\n'
        '{"query": "g", "citing": "10.1/b", "text": "It fails in mice.", "grade": 0}\n'
        '{"query": "s", "citing": "10.1/c", "text": "It wavers in rats.", "grade": 2}\n'
    )
    return tmp_path


def test_hit_matches_by_doi_and_words(questions: Path) -> None:
    judgements = read_judgements(questions, read_questions(questions))[:2]
    hits = [
        RankedText(id="1", doi="10.1/a", text="It holds in H₂O₂ cells³⁰.", score=0.0),
        RankedText(id="2", doi="10.1/x", text="It holds in H₂O₂ cells³⁰.", score=0.0),
        RankedText(id="3", doi="10.1/a", text="It holds in H2O2 cells30.", score=0.0),
        RankedText(id="4", doi="10.1/b", text="It fails in rats.", score=0.0),
        RankedText(id="5", doi=None, text="It fails in mice.", score=0.0),
    ]
    outcome = match(hits, judgements)
    assert outcome.ranking == ("line 1", "2", "4", "5")
    assert outcome.judged == (True, False, True, False, False)


def test_measures_are_the_mean_of_kinds(questions: Path) -> None:
    def search(text: str, limit: int) -> Sequence[RankedText]:
        if text.startswith("specific"):
            return [RankedText(id="9", doi="10.1/z", text="Nothing.", score=0.5)]
        return [
            RankedText(id="1", doi="10.1/b", text="It fails in mice.", score=0.9),
            RankedText(id="2", doi="10.1/a", text="It holds in H2O2 cells30.", score=0.4),
        ]

    recorded: dict[str, Ranking] = {}
    outcome = evaluate_questions(search, questions, record=recorded.__setitem__)
    found = outcome.as_json_object()
    assert recorded == {"g": [("1", 0.9), ("2", 0.4)], "s": [("9", 0.5)]}
    assert outcome.values["ndcg@10"] == {"g": found["ndcg@10_general"], "s": 0.0}
    assert outcome.values["ndcg@10_specific"] == {"s": 0.0}
    assert outcome.mean_of["ndcg@10"] == ["ndcg@10_general", "ndcg@10_specific"]
    assert found["ndcg@10_general"] == pytest.approx(0.6309, abs=1e-4)
    assert found["ndcg@10_specific"] == 0
    assert found["ndcg@10"] == pytest.approx(0.6309 / 2, abs=1e-4)
    assert found["recall@100_general"] == 1
    assert (found["judged@10_general"], found["judged@10_specific"]) == (1.0, 0.0)
    assert {"ndcg@10_low", "recall@100_high", "judged@10_general_low"} <= found.keys()


def test_judgement_of_no_question_is_named(questions: Path) -> None:
    with (questions / "judgements.jsonl").open("a") as stream:
        stream.write('{"query": "none", "citing": "10.1/a", "text": "x", "grade": 1}\n')
    with pytest.raises(EvaluationError, match=r"judgements\.jsonl line 4: there is no question"):
        read_judgements(questions, read_questions(questions))


def test_real_sets_are_read_whole(data: Path) -> None:
    assert sum(1 for _ in read_corpus(data / "scifact")) == 5183
    assert len(read_qrels(data / "scifact", "train")) == 809
    asked = read_questions(data / "questions")
    assert [q.kind for q in asked].count("general") == 24
    assert len(asked) == 84
    assert len(read_judgements(data / "questions", asked)) == 2306


def test_perfect_ranking_of_the_real_questions_is_perfect(data: Path) -> None:
    """Also with digits raised, as statements have them."""
    import orjson

    folder = data / "questions"
    of_text: dict[str, list[tuple[int, RankedText]]] = {}
    texts = {q.id: q.text for q in read_questions(folder)}
    for number, line in enumerate((folder / "judgements.jsonl").read_bytes().splitlines()):
        found = orjson.loads(line)
        raised = "".join(to_superscript(c) or c if c.isdigit() else c for c in found["text"])
        hit = RankedText(id=str(number), doi=found["citing"].upper(), text=raised, score=0.0)
        of_text.setdefault(texts[found["query"]], []).append((-found["grade"], hit))

    def search(text: str, limit: int) -> list[RankedText]:
        return [hit for _, hit in sorted(of_text[text], key=lambda pair: pair[0])][:limit]

    figures = evaluate_questions(search, folder).as_json_object()
    assert figures["ndcg@10"] == pytest.approx(1, abs=0.002)
    assert figures["judged@10"] == 1
