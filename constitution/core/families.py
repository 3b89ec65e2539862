"""Families of models: who made the model behind a name, so that a judge of its own kind can be told."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_WORDS = {
    "anthropic": "anthropic claude sonnet opus haiku",
    "openai": "openai gpt chatgpt davinci babbage curie codex",
    "google": "google gemini gemma codegemma shieldgemma palm bison",
    "llama": "llama codellama tinyllama vicuna alpaca",
    "qwen": "qwen qwq qvq codeqwen",
    "mistral": "mistralai mistral mixtral ministral codestral magistral devstral pixtral mathstral voxtral",
    "deepseek": "deepseek",
    "phi": "phi",
    "cohere": "cohere command aya",
    "grok": "xai grok",
    "olmo": "olmo olmoe tulu",
    "nova": "nova titan",
    "glm": "glm chatglm zhipu",
    "kimi": "kimi moonshot moonshotai",
    "minimax": "minimax abab",
    "granite": "granite",
    "nemotron": "nemotron",
    "yi": "yi",
    "falcon": "falcon",
    "internlm": "internlm",
    "jamba": "jamba",
    "smollm": "smollm",
    "ernie": "ernie",
    "hunyuan": "hunyuan",
    "exaone": "exaone",
    "eleuther": "eleuther eleutherai pythia",
    "simulator": "simulator",
    "scripted": "scripted",
}
_FAMILIES = {word: name for name, words in _WORDS.items() for word in words.split()}
"""Word of a model's name to the family; a fine-tune belongs to the model that it was tuned from."""
_OF_OTHERS = re.compile(r"gpt-?(?:j|neo|neox|sw3)(?![a-z])")
"""Names with a word of a family that did not make them."""
_NUMBERED = re.compile(r"o[1-9]")


class Family(NamedTuple):
    """Who made a model, as its name tells it."""

    name: str
    known: bool
    """False where no word of the name is known: ``name`` is then its first word, and two of them may be one family."""


def family(model: str) -> str:
    """The family of a model, by any name that it goes by: ``provider:model``, a path, or what it calls itself.

    >>> family("local:meta-llama/Llama-3.1-8B-Instruct"), family("openrouter:anthropic/claude-x")
    ('llama', 'anthropic')
    >>> family("NousResearch/Nous-Hermes-2-Mixtral-8x7B-DPO"), family("our-own-model")
    ('mistral', 'our')
    """
    return family_of(model).name


@lru_cache(maxsize=1024)
def family_of(model: str) -> Family:
    """The family with whether it is known: the first known word of the name, else of the maker's, else of the provider.

    A path's last part is the name and the part before it the maker; a file's folders say nothing.
    """
    said = model.strip().casefold()
    provider, colon, rest = said.partition(":")
    path = (rest if colon and rest else said).rstrip("/")
    *folders, bare = path.split("/")
    maker = folders[-1] if len(folders) in (1, 2) and folders[0] not in ("", ".", "..", "~") else ""
    for text in (bare, maker, provider if colon else ""):
        found = _told(text)
        if found:
            return Family(found, True)
    first = next(iter(_tokens(bare)), "")
    return Family(first or "unknown", False)


def _told(text: str) -> str:
    """The family that the first known word names; nothing where none is known."""
    text = _OF_OTHERS.sub("pythia", text)
    for token in _tokens(text):
        if _NUMBERED.fullmatch(token):
            return "openai"
        # Versions stand right after the word: llama3, gpt4o, phi3.
        word = re.match("[a-z]*", token)
        found = _FAMILIES.get(word.group()) if word else None
        if found:
            return found
    return ""


def _tokens(text: str) -> list[str]:
    return [token for token in re.split(r"[^0-9a-z]+", text) if token]
