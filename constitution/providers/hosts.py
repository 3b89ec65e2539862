"""Hosts: where each well-known key belongs, and addresses that nobody is asked at; no name is ever looked up."""

from __future__ import annotations

import ipaddress
import re
import socket
from ipaddress import IPv4Address, IPv6Address

KEY_HOSTS: dict[str, tuple[str, ...]] = {
    "ANTHROPIC_API_KEY": ("api.anthropic.com",),
    "ANTHROPIC_AUTH_TOKEN": ("api.anthropic.com",),
    "OPENAI_API_KEY": ("api.openai.com",),
    "OPENAI_ADMIN_KEY": ("api.openai.com",),
    "AZURE_API_KEY": ("openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"),
    "AZURE_OPENAI_API_KEY": ("openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"),
    "AZURE_OPENAI_KEY": ("openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"),
    "CEREBRAS_API_KEY": ("api.cerebras.ai",),
    "CO_API_KEY": ("api.cohere.com", "api.cohere.ai"),
    "COHERE_API_KEY": ("api.cohere.com", "api.cohere.ai"),
    "DEEPSEEK_API_KEY": ("api.deepseek.com",),
    "FIREWORKS_API_KEY": ("api.fireworks.ai",),
    "GEMINI_API_KEY": ("generativelanguage.googleapis.com", "aiplatform.googleapis.com"),
    "GOOGLE_API_KEY": ("generativelanguage.googleapis.com", "aiplatform.googleapis.com"),
    "GH_TOKEN": ("models.github.ai", "api.github.com"),
    "GITHUB_TOKEN": ("models.github.ai", "api.github.com"),
    "GROQ_API_KEY": ("api.groq.com",),
    "HF_TOKEN": ("huggingface.co",),
    "HUGGINGFACEHUB_API_TOKEN": ("huggingface.co",),
    "HUGGINGFACE_TOKEN": ("huggingface.co",),
    "HUGGING_FACE_HUB_TOKEN": ("huggingface.co",),
    "MISTRAL_API_KEY": ("api.mistral.ai",),
    "NVIDIA_API_KEY": ("api.nvidia.com",),
    "OPENROUTER_API_KEY": ("openrouter.ai",),
    "TOGETHER_API_KEY": ("api.together.xyz", "api.together.ai"),
    "XAI_API_KEY": ("api.x.ai",),
}
"""A variable that many programs read, and the hosts that its key may go to, their subdomains among them.

Hosts that rent their subdomains to anybody are left out, save where the landlord alone sees the key.
"""
OTHER_DOORS = frozenset({
    "AZURE_CLIENT_SECRET", "CI_JOB_TOKEN", "DATABASE_URL", "DOCKER_PASSWORD", "GITHUB_PAT", "GITLAB_TOKEN",
    "GOOGLE_APPLICATION_CREDENTIALS", "KAGGLE_KEY", "NODE_AUTH_TOKEN", "NPM_TOKEN", "PGPASSWORD", "PYPI_TOKEN",
    "SLACK_BOT_TOKEN", "STRIPE_API_KEY", "STRIPE_SECRET_KEY", "TWINE_PASSWORD", "UV_PUBLISH_TOKEN", "VAULT_TOKEN",
    "WANDB_API_KEY",
})  # fmt: skip
"""Variables whose secrets no model server has any use for."""
OTHER_HOUSES = ("ACTIONS_", "AWS_")
"""How more of them begin. (Bedrock's hosts cannot be told from rented ones by their ending.)"""
METADATA = frozenset({
    "metadata", "metadata.goog", "metadata.google.internal", "instance-data", "instance-data.ec2.internal",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254",
})  # fmt: skip
"""Where clouds hand out the secrets of a machine, besides the link-local addresses."""

_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_NUMBERS = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}\.?")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


def astray(variable: str, host: str) -> str:
    """Why this variable's key may not go to this host; nothing where it may."""
    name, at = variable.upper(), host.lower().rstrip(".")
    homes = KEY_HOSTS.get(name)
    if homes is None:
        others = name in OTHER_DOORS or name.startswith(OTHER_HOUSES)
        return f"other programs keep their secrets in {variable}, and it goes to no endpoint" if others else ""
    if any(at == home or at.endswith(f".{home}") for home in homes):
        return ""
    return f"{variable} goes to {' or '.join(homes)} alone"


def is_plain(host: str) -> bool:
    """Whether the host is a name in ASCII or an address, so that no two programs read two hosts in it."""
    if ":" in host:
        return address(host) is not None
    ends_in_a_number = _NUMBERS.fullmatch(host.lower().rstrip(".").rpartition(".")[2]) is not None
    return _NAME.fullmatch(host.lower()) is not None and (address(host) is not None or not ends_in_a_number)


def is_loopback(host: str) -> bool:
    """Whether what is sent there stays on this machine; only by the plainest spellings, since keys depend on it."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def is_metadata(host: str) -> bool:
    """Whether a link-local address or a cloud's metadata server is meant, however it is spelled."""
    found = address(host)
    if found is None:
        return host.lower().rstrip(".") in METADATA
    return found.is_link_local or str(found) in METADATA


def address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that the host spells, in any way that sockets take; None where it is a name."""
    try:
        return _plainest(ipaddress.ip_address(host))
    except ValueError:
        pass
    if _NUMBERS.fullmatch(host.lower()) is None:
        return None
    try:  # 2852039166, 0xA9FEA9FE and 0251.0376.43518 are addresses as well
        return IPv4Address(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return None


def _plainest(found: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that travels inside an IPv6 one, where there is one."""
    if isinstance(found, IPv4Address):
        return found
    if inside := found.ipv4_mapped or found.sixtofour:
        return inside
    wrapped = found in _NAT64 or found in _TRANSLATED or (found in _COMPATIBLE and int(found) > 0xFFFF)
    return IPv4Address(int(found) & 0xFFFFFFFF) if wrapped else IPv6Address(int(found))  # less its zone
