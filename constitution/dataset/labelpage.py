"""The label: one static page that says what a dataset is made of, for a lawyer and an engineer alike."""

from __future__ import annotations

from html import escape

from constitution.dataset.statement import Manifest

LABEL_PAGE = "label.html"


def label_page(manifest: Manifest) -> str:
    """The page; no scripts, nothing from elsewhere."""
    rows, shares = manifest.rows, manifest.synthetic.by_row
    told = "".join(f"<li>{escape(word)}: {count} of {rows.count}</li>" for word, count in shares.items())
    return (
        f"<!doctype html>\n<html lang=en><meta charset=utf-8><title>{escape(manifest.dataset.name)}</title>\n"
        f"<h1>{escape(manifest.dataset.name)}</h1>\n<ul>{told}</ul>\n"
        f"<p>Root of the rows: <code>{rows.root}</code></p>\n"
        "</html>\n"
    )
