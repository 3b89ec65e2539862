"""Endpoints: named in constitution.toml, and no key goes where it does not belong."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.errors import BadFile, MissingKey, NotFound
from constitution.providers.endpoints import Endpoint, opened, read_settings
from constitution.providers.hosts import KEY_HOSTS, OTHER_DOORS, address
from constitution.providers.openai import OpenAI


def written(folder: Path, text: str) -> Path:
    """A settings file."""
    path = folder / "constitution.toml"
    path.write_text(text, encoding="utf-8")
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
        (endpoint(base_url="http://[::1/v1"), "plain http"),
        (endpoint(base_url="http://[host]/v1"), "plain http"),
        (endpoint(base_url="http://host:99999/v1"), "plain http"),
        (endpoint(base_url="http://host:port/v1"), "plain http"),
        (endpoint(base_url="http://%31%36%39.254.169.254/v1"), "plain http"),
        (endpoint(base_url="http://\uff11\uff16\uff19.254.169.254/v1"), "plain http"),
        (endpoint(base_url="http://169\u3002254\u3002169\u3002254/v1"), "plain http"),
        (endpoint(base_url="http://7147006462/v1"), "plain http"),
        (endpoint(base_url="http://1.2.3.4.5/v1"), "plain http"),
        (endpoint(base_url="file:///etc/passwd"), "plain http"),
        (endpoint(base_url="http://user:pass@host/v1"), "plain http"),
        (endpoint(base_url="nonsense"), "plain http"),
        (endpoint(base_url="http://127.0.0.1/v1?api-version=1"), "plain http"),
        (endpoint(base_url="http://127.0.0.1/v1?"), "plain http"),
        (endpoint(base_url="http://127.0.0.1/v1#part"), "plain http"),
        (endpoint(base_url="http://127.0.0.1/v1 "), "plain http"),
        (endpoint(base_url="http://127.0.0.1/v1\\u000a"), "plain http"),
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


INWARD = (
    "169.254.169.254", "169.254.169.254.", "2852039166", "0xA9FEA9FE", "0xa9fea9fe.", "025177524776", "169.254.43518",
    "169.16689662", "0251.0376.0251.0376", "0xa9.0xfe.0xa9.0xfe", "0xA9.254.0251.254", "169.254.1.1",
    "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[0:0:0:0:0:ffff:a9fe:a9fe]", "[::169.254.169.254]",
    "[2002:a9fe:a9fe::]", "[64:ff9b::169.254.169.254]", "[::ffff:0:169.254.169.254]", "[fe80::1]", "[fe80::1%25eth0]",
    "[fd00:ec2::254]", "[FD00:EC2::254%1]", "metadata.google.internal", "METADATA.google.internal.", "metadata",
    "100.100.100.200", "1684301000", "168.63.129.16",
)  # fmt: skip
"""Ways to spell an address where a cloud hands out a machine's secrets."""


@pytest.mark.parametrize("host", INWARD)
@pytest.mark.parametrize("port", ["", ":80"])
def test_an_address_that_hands_out_secrets_is_refused_however_it_is_spelled(
    tmp_path: Path, host: str, port: str
) -> None:
    with pytest.raises(BadFile, match="link-local") as caught:
        read_settings(written(tmp_path, endpoint(base_url=f"http://{host}{port}/v1")))

    assert caught.value.remedy


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "[::1]", "10.0.0.7", "192.168.1.2", "vllm", "vllm_1", "gpu-3.lab.example", "v1.example.",
     "169.253.169.254", "[2001:db8::1]", "xn--bcher-kva.example"],
)  # fmt: skip
def test_a_server_of_ones_own_may_be_named(tmp_path: Path, host: str) -> None:
    assert "local" in read_settings(written(tmp_path, endpoint(base_url=f"http://{host}:8000/v1"))).endpoints


@given(st.integers(0, 2**32 - 1))
def test_an_address_is_the_same_in_each_of_its_spellings(number: int) -> None:
    plain = ipaddress.IPv4Address(number)
    one, two, three, four = plain.packed
    legacy = (str(number), hex(number), f"0{number:o}", f"{one}.{two}.{three << 8 | four}")
    mixed = f"{one:#x}.0{two:o}.{three}.{four}"

    assert {address(each) for each in (*legacy, mixed, f"::ffff:{plain}", f"64:ff9b::{plain}")} == {plain}


@pytest.mark.parametrize(
    ("variable", "host"),
    [
        ("OPENAI_API_KEY", "eu.api.openai.com"), ("ANTHROPIC_AUTH_TOKEN", "api.anthropic.com"),
        ("HF_TOKEN", "huggingface.co"), ("HF_TOKEN", "router.huggingface.co"), ("HF_TOKEN", "Router.HuggingFace.co."),
        ("HUGGING_FACE_HUB_TOKEN", "router.huggingface.co"), ("GITHUB_TOKEN", "models.github.ai"),
        ("GEMINI_API_KEY", "generativelanguage.googleapis.com"), ("AZURE_OPENAI_API_KEY", "mine.openai.azure.com"),
        ("OPENROUTER_API_KEY", "openrouter.ai"), ("MY_SERVER_KEY", "models.example"), ("BEDROCK_KEY", "models.example"),
    ],
)  # fmt: skip
def test_a_key_may_go_home_and_a_key_of_its_own_name_anywhere(tmp_path: Path, variable: str, host: str) -> None:
    settings = read_settings(written(tmp_path, endpoint(key_env=variable, base_url=f"https://{host}/v1")))

    assert settings.endpoints["local"].key_env == variable


@pytest.mark.parametrize("variable", [*KEY_HOSTS, *sorted(OTHER_DOORS), "hf_token", "AWS_SECRET_ACCESS_KEY",
                                      "AWS_BEARER_TOKEN_BEDROCK", "ACTIONS_RUNTIME_TOKEN"])  # fmt: skip
@pytest.mark.parametrize("host", ["models.example", "127.0.0.1", "{home}.evil.example", "evil-{home}", "{home}@evil"])
def test_a_key_that_many_programs_share_goes_to_no_other_host(tmp_path: Path, variable: str, host: str) -> None:
    home = KEY_HOSTS.get(variable.upper(), ("amazonaws.com",))[0]
    text = endpoint(key_env=variable, base_url=f"https://{host.format(home=home)}/v1")

    with pytest.raises(BadFile) as caught:
        read_settings(written(tmp_path, text))
    if "@" not in host:
        assert variable in caught.value.what
        assert "a variable of its own, such as MY_SERVER_KEY" in caught.value.remedy


def test_the_sentence_says_where_a_key_may_go(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"endpoints\.local\.key_env: HF_TOKEN goes to huggingface\.co alone"):
        read_settings(written(tmp_path, endpoint(key_env="HF_TOKEN", base_url="https://models.example/v1")))
    with pytest.raises(BadFile, match="other programs keep their secrets in AWS_SESSION_TOKEN"):
        read_settings(written(tmp_path, endpoint(key_env="AWS_SESSION_TOKEN", base_url="https://models.example/v1")))
