"""The label: one static page that says what a dataset is made of, for a lawyer and an engineer alike."""

from constitution.dataset.label.whole import LABEL_PAGE, LIMIT, label_page

__all__ = ["LABEL_PAGE", "LIMIT", "label_page"]
