"""Loads a model and its tokenizer, whole or not at all, and says exactly which they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constitution.errors import BadFile, Mistake, ProviderGone
from constitution.providers.transformers.location import DECIDES, Location, fingerprint, holds_model

BOUNDLESS = 2**31
"""The context of a model that names no limit."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A model in memory."""

    tokenizer: Any
    model: Any
    name: str
    """The name that its replies carry: the folder's or the hub's, and the beginning of its revision."""
    revision: str
    """The commit on the hub, or ``sha256:`` and the fingerprint of the folder."""
    device: str
    context: int
    """Tokens of question and answer together."""
    ends: frozenset[int]
    """Tokens that end an answer."""
    pad: int


def load(at: Location) -> Loaded:
    """The model that is there: on a GPU in bfloat16 where there is one, else on the CPU in float32.

    Raises ``BadFile`` for a folder that cannot be loaded or lacks some of its weights, ``Mistake`` where the
    pin does not fit, and ``ProviderGone`` where the hub does not hand the model out.
    """
    import torch

    folder = at.folder or _fetched(at)
    where = str(at.folder or at.hub)
    if at.folder is None:
        name, revision = at.hub, folder.name
    else:
        # A colon would make the name of a folder look like that of a provider, the simulator among them.
        name, revision = folder.resolve().name.replace(":", "-") or "model", f"sha256:{fingerprint(folder)}"
        if not revision.removeprefix("sha256:").startswith(at.pin):
            raise Mistake(
                f"the model is not the one that was pinned, but {revision}",
                where=where,
                remedy="name the new pin, or put the old files back",
            )
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with _quiet():
        tokenizer, model = _opened(folder, device, where)
    return Loaded(
        tokenizer=tokenizer,
        model=model,
        name=f"{name}@{revision.removeprefix('sha256:')[:12]}",
        revision=revision,
        device=device,
        context=_context(tokenizer, model),
        **_marks(tokenizer, model),
    )


def _fetched(at: Location) -> Path:
    """The folder that the hub's files are kept in, fetched if need be; it is named by the commit."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        # Folders inside hold other formats of the same weights, and so does a consolidated file.
        kept = snapshot_download(
            at.hub, revision=at.pin or None, allow_patterns=DECIDES, ignore_patterns=["*/*", "consolidated*"]
        )
    except (HfHubHTTPError, OSError, ValueError) as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise ProviderGone(
            f"the hub does not hand out {at.hub}: {said[0][:200]}",
            where="transformers",
            remedy="check the name and its access, or name a folder: transformers:./FOLDER",
        ) from error
    holds_model(Path(kept))
    return Path(kept)


def _opened(folder: Path, device: str, where: str) -> tuple[Any, Any]:
    """Tokenizer and model; code that came with the weights is not run, and nothing is made up for lost weights."""
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
        model, found = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=torch.bfloat16 if device == "cuda" else torch.float32,
            trust_remote_code=False,
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise BadFile(f"the model cannot be loaded: {said[0][:300]}", where=where) from error
    lost = sorted(found["missing_keys"]) + sorted(str(key) for key in found["mismatched_keys"])
    if lost:
        raise BadFile(
            f"{len(lost)} weights are missing or of another shape, {lost[0]} among them", where=where,
            remedy="name the folder of a whole causal language model",
        )  # fmt: skip
    if not tokenizer.chat_template:
        raise BadFile(
            "the tokenizer has no chat template, so the model does not know whose turn it is", where=where,
            remedy="use the instruction-tuned model, or put a chat_template.jinja into the folder",
        )  # fmt: skip
    return tokenizer, model.to(device).eval()


def _context(tokenizer: Any, model: Any) -> int:
    limit = getattr(model.config.get_text_config(), "max_position_embeddings", None) or tokenizer.model_max_length
    return min(int(limit), BOUNDLESS)


def _marks(tokenizer: Any, model: Any) -> dict[str, Any]:
    """The tokens that end an answer and the one that fills; the model's own wishes for sampling are dropped."""
    from transformers import GenerationConfig

    wished = model.generation_config.eos_token_id
    given = [tokenizer.eos_token_id, *(wished if isinstance(wished, list) else [wished])]
    ends = frozenset(token for token in given if token is not None)
    pad = next((token for token in (tokenizer.pad_token_id, *sorted(ends)) if token is not None), 0)
    model.generation_config = GenerationConfig(eos_token_id=sorted(ends) or None, pad_token_id=pad)
    return {"ends": ends, "pad": pad}


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars and no loading report: what is wrong is raised."""
    from transformers.utils import logging

    bars, loud = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(loud)
        if bars:
            logging.enable_progress_bar()
