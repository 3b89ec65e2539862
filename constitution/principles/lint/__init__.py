"""What is wrong, and what is weak, in a principle file: errors block a release, warnings do not."""

from constitution.principles.lint.catalogue import LINTS
from constitution.principles.lint.looking import lint
from constitution.principles.lint.report import Around, Lint, Problem
from constitution.principles.lint.unread import unread

__all__ = ["LINTS", "Around", "Lint", "Problem", "lint", "unread"]
