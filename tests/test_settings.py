"""Settings out of the environment."""

from __future__ import annotations

import os

import pytest

from semsearch.errors import SettingError
from semsearch.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SEMSEARCH_"):
            monkeypatch.delenv(name)


def test_environment_sets_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_LIMIT", "25")
    assert load_settings(os.environ).limit == 25


def test_unknown_variable_is_refused_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_LIMITS", "25")
    with pytest.raises(SettingError, match=r"SEMSEARCH_LIMITS is not a setting.*SEMSEARCH_LIMIT"):
        load_settings(os.environ)


def test_value_out_of_range_is_refused_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_LIMIT", "0")
    with pytest.raises(SettingError, match="SEMSEARCH_LIMIT is '0': Input should be greater"):
        load_settings(os.environ)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(Exception, match="frozen"):
        Settings().limit = 3


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())
