"""Families of models, told by their names alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.core.families import family, family_of

KNOWN = {
    "anthropic": ["anthropic:claude-opus-4", "openrouter:anthropic/claude-3.5-sonnet", "us.anthropic.claude-3-v1:0"],
    "openai": ["openai:gpt-4.1", "gpt4o", "o1-mini", "openai:o3", "chatgpt-4o-latest", "openai:ft:gpt-4o-mini:us:x",
               "local:openai/gpt-oss-20b", "text-davinci-003"],
    "google": ["gemini-2.5-flash", "google/gemma-2-9b-it", "models/gemini-pro", "local:gemma3:12b"],
    "llama": ["local:meta-llama/Llama-3.1-8B-Instruct", "llama3.1:8b", "CodeLlama-34b", "meta.llama3-1-70b-v1:0",
              "lmsys/vicuna-13b-v1.5", "mistralai/llama-tuned"],
    "qwen": ["Qwen/Qwen2.5-72B-Instruct", "qwq-32b", "/models/Qwen3-8B/"],
    "mistral": ["mistralai/Mixtral-8x7B", "ministral-8b", "codestral-latest", "Nous/Nous-Hermes-2-Mixtral-8x7B"],
    "deepseek": ["deepseek-chat", "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"],
    "phi": ["microsoft/phi-4", "Phi-3.5-mini-instruct"],
    "cohere": ["command-r-plus", "CohereForAI/aya-23-8B", "cohere:north-1"],
    "grok": ["x-ai/grok-4", "xai:newest"],
    "olmo": ["allenai/OLMo-2-1124-7B", "tulu-3"],
    "nova": ["us.amazon.nova-pro-v1:0"],
    "glm": ["THUDM/glm-4-9b", "chatglm3-6b", "zai/glm-4.6"],
    "kimi": ["moonshotai/Kimi-K2", "moonshot-v1-8k"],
    "minimax": ["MiniMax-M1"],
    "granite": ["ibm-granite/granite-3.1-8b"],
    "nemotron": ["nvidia/Nemotron-4-340B"],
    "yi": ["01-ai/Yi-34B-Chat", "yi1.5"],
    "eleuther": ["EleutherAI/gpt-j-6b", "gpt-neox-20b"],
    "simulator": ["simulator:plain", "simulator:obey+flip"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "wanted"), [(name, wanted) for wanted, names in KNOWN.items() for name in names])
def test_a_name_tells_its_family(name: str, wanted: str) -> None:
    assert family_of(name) == (wanted, True)


@pytest.mark.parametrize(
    ("name", "first"),
    [("our-own-model", "our"), ("local:org/house_7b", "house"), ("", "unknown"), ("local:", "local"),
     ("yippee-7b", "yippee"), ("philosopher", "philosopher"), ("promo1", "promo1")],
)  # fmt: skip
def test_of_an_unknown_name_the_first_word_stands_and_is_said_to_be_unknown(name: str, first: str) -> None:
    assert family_of(name) == (first, False)


def test_folders_of_a_file_say_nothing_of_the_model() -> None:
    assert not family_of("transformers:/home/llama/models/mine").known
    assert not family_of("./llama/mine").known


@given(st.text(max_size=60))
def test_any_text_has_some_family_in_small_letters(name: str) -> None:
    found = family(name)

    assert found
    assert found == found.casefold()


@given(st.sampled_from([name for names in KNOWN.values() for name in names]))
def test_letter_case_and_a_server_before_it_change_nothing(name: str) -> None:
    assert family(name.upper()) == family(name)
    assert family(f"somewhere:{name}") == family(name)


@given(st.sampled_from([*KNOWN, "our-own-model", "unknown"]))
def test_a_family_is_of_its_own_family(name: str) -> None:
    assert family(family(name)) == family(name)
