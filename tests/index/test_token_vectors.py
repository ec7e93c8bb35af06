"""Token vectors of an index: every implementation against the slow one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semsearch.encode.token_codes import TokenCodec
from semsearch.errors import DamageError
from semsearch.index.arrays import save_array
from semsearch.index.token_vectors import (
    SlowTokenIndex,
    open_token_vectors,
    write_token_vectors,
)

CODEC = TokenCodec(
    np.full(32, 0.01, np.float32),
    np.linalg.qr(np.random.default_rng(3).normal(size=(32, 32)))[0][:16].astype(np.float32),
    4,
)


def written(folder: Path, rows: list[bytes]) -> tuple[Path, Path, Path]:
    paths = (folder / "codes", folder / "offsets.npy", folder / "codec.npy")
    write_token_vectors(paths[0], paths[1], rows, code_bytes=CODEC.code_bytes)
    save_array(paths[2], CODEC.as_array())
    return paths


@settings(deadline=None)  # files are synced
@given(lengths=st.lists(st.integers(0, 6), max_size=12), seed=st.integers(0, 10**6), data=st.data())
def test_matches_are_those_of_the_slow_index(
    tmp_path_factory: Any, lengths: list[int], seed: int, data: Any
) -> None:
    random = np.random.default_rng(seed)
    rows = [random.integers(0, 256, 8 * n, dtype=np.uint8).tobytes() for n in lengths]
    index = open_token_vectors(*written(tmp_path_factory.mktemp("tokens"), rows), bits=4)
    slow = SlowTokenIndex(CODEC, np.asarray(index.codes), np.asarray(index.offsets))
    query = CODEC.project(random.normal(size=(3, 32)).astype(np.float32))
    wanted = data.draw(
        st.lists(st.integers(0, len(lengths) - 1), max_size=8) if lengths else st.just([])
    )
    asked = np.array(wanted, dtype=np.int64)
    assert len(index) == len(slow) == len(lengths)
    size = data.draw(st.integers(1, 7))
    found, expected = (one.block_matches(query, asked, size) for one in (index, slow))
    assert found.offsets.tolist() == expected.offsets.tolist()
    assert found.values.shape == expected.values.shape
    assert np.abs(found.values - expected.values).max(initial=0) < 1e-5
    whole = slow.block_matches(query, asked, 100).values
    filled = np.diff(found.offsets) > 0
    assert np.abs(found.best()[filled] - whole).max(initial=0) < 1e-5
    assert not found.best()[~filled].any()
    for row in wanted:
        mine, theirs = index.vectors(row), slow.vectors(row)
        assert mine.shape == theirs.shape == (lengths[row], 16)
        assert np.abs(mine - theirs).max(initial=0) < 1e-6


def test_half_a_token_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="7 bytes of token codes"):
        written(tmp_path, [b"1234567"])


def test_cut_file_is_damage(tmp_path: Path) -> None:
    paths = written(tmp_path, [bytes(16)])
    paths[0].write_bytes(bytes(8))
    with pytest.raises(DamageError, match="codes has 8 bytes, expected 16"):
        open_token_vectors(*paths, bits=4)
    paths[1].write_bytes(b"no array")
    with pytest.raises(DamageError, match=r"offsets\.npy cannot be read"):
        open_token_vectors(*paths, bits=4)
    paths = written(tmp_path, [bytes(16)])
    paths[2].write_bytes(b"no array")
    with pytest.raises(DamageError, match=r"codec\.npy cannot be read"):
        open_token_vectors(*paths, bits=4)
