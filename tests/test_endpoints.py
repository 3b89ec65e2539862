"""Endpoints: named in constitution.toml, and no key goes where it does not belong."""

from __future__ import annotations

from pathlib import Path

import pytest

from constitution.errors import BadFile, MissingKey, NotFound
from constitution.providers.endpoints import Endpoint, opened, read_settings
from constitution.providers.openai import OpenAI


def written(folder: Path, text: str) -> Path:
    """A settings file."""
    path = folder / "constitution.toml"
    path.write_text(text)
    return path


def endpoint(**lines: str) -> str:
    """One endpoint in a settings file."""
    given = {"wire": "openai", "base_url": "http://127.0.0.1:8000/v1", **lines}
    return "[endpoints.local]\n" + "\n".join(f'{key} = "{value}"' for key, value in given.items())


def test_two_lines_name_a_local_server_that_wants_no_key(tmp_path: Path) -> None:
    settings = read_settings(written(tmp_path, endpoint()))

    assert isinstance(opened("local", settings.endpoints), OpenAI)


def test_without_a_file_there_are_no_endpoints(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "constitution.toml").endpoints == {}


def test_a_key_is_read_from_the_variable_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_settings(written(tmp_path, endpoint(key_env="LOCAL_KEY")))

    monkeypatch.delenv("LOCAL_KEY", raising=False)
    with pytest.raises(MissingKey, match="LOCAL_KEY is not set"):
        opened("local", settings.endpoints).ready()
    monkeypatch.setenv("LOCAL_KEY", "secret")
    opened("local", settings.endpoints).ready()


def test_a_name_that_nobody_has_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(NotFound, match="nobody"):
        opened("nobody", {"local": Endpoint(wire="openai", base_url="http://127.0.0.1/v1")})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (endpoint(key_env="OPENAI_API_KEY"), "OPENAI_API_KEY goes to api.openai.com alone"),
        (endpoint(key_env="ANTHROPIC_API_KEY", base_url="https://evil.example"), "goes to api.anthropic.com alone"),
        (endpoint(key_env="OPENAI_API_KEY", base_url="https://api.openai.com.evil.example/v1"), "alone"),
        (endpoint(key_env="OPENAI_API_KEY", base_url="https://api.openai.com@evil.example/v1"), "plain http"),
        (endpoint(key_env="K", base_url="http://models.example/v1"), "a key would travel in the clear"),
        (endpoint(base_url="http://169.254.169.254/v1"), "link-local"),
        (endpoint(base_url="http://[::ffff:169.254.169.254]/v1"), "link-local"),
        (endpoint(base_url="http://[fe80::1]/v1"), "link-local"),
        (endpoint(base_url="file:///etc/passwd"), "plain http"),
        (endpoint(base_url="http://user:pass@host/v1"), "plain http"),
        (endpoint(base_url="nonsense"), "plain http"),
        (endpoint(wire="grpc"), "endpoints.local.wire"),
        (endpoint(colour="red"), "endpoints.local.colour"),
        ("[endpoints.openai]\nwire = 'openai'\nbase_url = 'http://127.0.0.1/v1'", "a provider of this name already"),
        ("[endpoints.'A B']\nwire = 'openai'\nbase_url = 'http://127.0.0.1/v1'", "endpoints.A B"),
        ("[endpoints.local]\nwire = 'openai'", "endpoints.local.base_url"),
        ("endpoints = 3", "endpoints"),
        ("[endpoints", "cannot be read"),
        ("model = 'x'", "model"),
    ],
)
def test_a_setting_that_would_send_a_key_astray_or_makes_no_sense_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(BadFile) as caught:
        read_settings(written(tmp_path, text))

    assert message in str(caught.value)
    assert caught.value.remedy
