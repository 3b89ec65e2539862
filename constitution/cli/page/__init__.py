"""One row explained as a page of HTML that stands by itself: for a lawyer, an engineer, and a printer."""

from constitution.cli.page.facts import Facts, read_facts
from constitution.cli.page.whole import page_of
from constitution.cli.page.writing import write_page

__all__ = ["Facts", "page_of", "read_facts", "write_page"]
