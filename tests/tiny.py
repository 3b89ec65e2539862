"""Tiny models with tokenizer and chat template, built on the spot: one that babbles, one that says one sentence."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

CHAT = (
    "{% for message in messages %}"
    "<|turn|>{{ message['role'] }}: {{ message['content'] }}"
    "{% for call in message['tool_calls'] or [] %} calls {{ call['function']['name'] }}{% endfor %}<|end|>"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|turn|>assistant: {% endif %}"
)


def library(name: str) -> Any:
    """The library, imported now; the test is skipped where it is not installed."""
    return pytest.importorskip(name)


def tiny_tokenizer(texts: list[str], *, vocabulary: int = 320) -> Any:
    """A byte-level BPE with a chat template, learned from these texts."""
    tokenizers, transformers = library("tokenizers"), library("transformers")
    pieces = tokenizers.Tokenizer(tokenizers.models.BPE())
    pieces.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    pieces.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=["<|pad|>", "<|turn|>", "<|end|>"],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    pieces.train_from_iterator(texts, trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=pieces, pad_token="<|pad|>", eos_token="<|end|>")
    tokenizer.chat_template = CHAT
    return tokenizer


def tiny_model(tokenizer: Any, *, width: int = 32, layers: int = 1, positions: int = 256, tied: bool = True) -> Any:
    """A Llama with this tokenizer's vocabulary and weights by chance, always the same."""
    transformers = library("transformers")
    library("torch").manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=positions,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
        tie_word_embeddings=tied,
    )
    return transformers.LlamaForCausalLM(config)


def save_tiny_model(folder: Path, texts: list[str], *, positions: int = 256) -> None:
    """A model of some ten thousand weights that babbles."""
    tokenizer = tiny_tokenizer(texts)
    tiny_model(tokenizer, positions=positions).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def save_saying_model(folder: Path, sentence: str, *, positions: int = 4096) -> None:
    """A model that answers everything with this sentence, whose words must all differ, and then ends its turn.

    Each token calls for the next one alone: attention and the inner layer add nothing, a token is embedded as
    a direction of its own, and the head turns that into the next.
    """
    torch = library("torch")
    tokenizer = tiny_tokenizer([sentence] * 3, vocabulary=900)
    (*_, opening) = tokenizer("<|turn|>assistant: ")["input_ids"]
    path = [opening, *tokenizer(sentence)["input_ids"], tokenizer.eos_token_id]
    assert len(set(path)) == len(path), "a token stands twice in the sentence"
    model = tiny_model(tokenizer, width=len(tokenizer) + len(tokenizer) % 4, positions=positions, tied=False)
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        model.model.embed_tokens.weight.copy_(torch.eye(*model.model.embed_tokens.weight.shape))
        model.lm_head.weight.zero_()
        for token, following in pairwise(path):
            model.lm_head.weight[following, token] = 4.0
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
