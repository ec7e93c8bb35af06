"""What the index holds, counted; and questions to begin with."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Response

from semsearch.answer.examples import example_questions
from semsearch.report.corpus import Corpus, describe_corpus
from semsearch.serve.responses import ERRORS, Opened, json_response

router = APIRouter(tags=["corpus"], responses={500: ERRORS[500]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Questions of which the index holds something."""

    questions: tuple[str, ...]


@router.get("/corpus", response_model=Corpus, summary="What the index holds, counted")
def get_corpus(searcher: Opened) -> Response:
    """Papers by year, journal, licence and kind, statements by section and type, coverage."""
    return json_response(describe_corpus(searcher))


@router.get("/examples", response_model=Examples, summary="Questions to begin with")
def get_examples(searcher: Opened) -> Response:
    """Questions made of statements and titles of the index."""
    return json_response(Examples(questions=example_questions(searcher)))
