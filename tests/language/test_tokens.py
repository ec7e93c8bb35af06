"""Tokens for searching by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.tokens import SILENT_TOKENS, lexical_tokens, query_tokens


@pytest.mark.parametrize(
    ("forms", "token"),
    [
        (["IL-6", "IL6", "il‐6", "IL‑6"], "il6"),
        (["TGF-β1", "TGFβ1", "TGF-beta1"], "tgfbeta1"),
        (["NF-κB", "NFκB"], "nfkappab"),
        (["miRNAs", "miRNA"], "mirna"),
        (["STATs", "STAT"], "stat"),
        (["H₂O₂", "H2O2"], "h2o2"),
        (["Bcl-2", "BCL2"], "bcl2"),
        (["induces", "Induced", "inducing"], "induc"),
    ],
)
def test_forms_of_one_thing_are_one_token(forms: list[str], token: str) -> None:
    assert [lexical_tokens(form) for form in forms] == [[token]] * len(forms)


def test_number_after_a_short_name_makes_one_token_more() -> None:
    assert lexical_tokens("IL 6 rose in 2019") == ["il", "il6", "rose", "in", "2019"]


def test_parts_of_compounds_are_found() -> None:
    assert lexical_tokens("TGF-β-induced epithelial–mesenchymal transition") == [
        "tgfbeta", "induc", "epitheli", "mesenchym", "transit",
    ]  # fmt: skip


def test_gene_names_are_not_merged() -> None:
    assert lexical_tokens("FASN FAS STAT3 STAT5 p53") == ["fasn", "fas", "stat3", "stat5", "p53"]


def test_stop_words_are_left_out_of_questions_unless_nothing_is_left() -> None:
    assert query_tokens("does the EMT induce IL-6, and IL-6") == ["emt", "induc", "il6"]
    assert query_tokens("is it") == ["is", "it"]


def test_what_turns_a_sentence_round_is_not_silent() -> None:
    assert not SILENT_TOKENS & {"not", "no", "nor", "without", "more", "less", "may"}


@given(st.text(max_size=60))
def test_any_text_has_tokens_in_normal_form(text: str) -> None:
    for token in lexical_tokens(text):
        assert token
        assert token == token.casefold()
        assert " " not in token
