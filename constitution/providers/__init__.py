"""Providers: whoever answers a request, one a file, imported when named."""

PROVIDERS: dict[str, str] = {
    "anthropic": "constitution.providers.anthropic:Anthropic",
    "command": "constitution.providers.command:Commands",
    "openai": "constitution.providers.openai:OpenAI",
    "scripted": "constitution.providers.scripted:Scripted",
    "simulator": "constitution.providers.simulator:Simulator",
    "transformers": "constitution.providers.transformers:Transformers",
}
"""A new provider is one file beside this one and one line here."""
