"""Short drafts in German, Spanish and French."""

from __future__ import annotations

from constitution.providers.simulator.seeds import Seed

_FIRST = {
    "de": (
        "Kurz gesagt: {topic} lässt sich in kleinen Schritten angehen.",
        "Zu {topic} gibt es einen einfachen Anfang.",
    ),
    "es": ("En pocas palabras: {topic} se puede resolver paso a paso.", "Para {topic} hay un comienzo sencillo."),
    "fr": ("En bref : {topic}, cela se fait pas à pas.", "Pour {topic}, il y a un début simple."),
}
_REST = {
    "de": ("Fang mit dem Teil an, der sich schnell ausprobieren lässt.",
           "Schreib auf, was du schon weißt und was noch offen ist.",
           "Frag jemanden, der es schon einmal gemacht hat.", "Lass dir etwas mehr Zeit, als du brauchst.",
           "Sieh es dir am nächsten Tag noch einmal an."),
    "es": ("Empieza por la parte que se prueba rápido.", "Apunta lo que ya sabes y lo que falta.",
           "Pregunta a alguien que ya lo haya hecho.", "Deja un poco más de tiempo del que parece necesario.",
           "Míralo otra vez al día siguiente."),
    "fr": ("Commence par la partie qui s'essaie vite.", "Note ce que tu sais déjà et ce qui reste ouvert.",
           "Demande à quelqu'un qui l'a déjà fait.", "Prévois un peu plus de temps que nécessaire.",
           "Regarde-le encore une fois le lendemain."),
}  # fmt: skip


def foreign(text: str, language: str, seed: Seed) -> str:
    """A few sentences in the language of the prompt."""
    topic = max((word for word in text.split() if word.isalpha()), key=len, default="...")
    first = seed.one("first", _FIRST[language]).replace("{topic}", f"«{topic}»" if language != "de" else f"„{topic}“")
    rest = seed.some(f"rest/{seed.draw}", _REST[language], 3)
    return " ".join((first, *rest))
