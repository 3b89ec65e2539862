"""The only reader of principles/ and pipelines/ on disk: names to files, releases held to their lock."""

from constitution.shelf.shelf import RecipeText, Shelf, find_root
from constitution.shelf.shelved import Shelved

__all__ = ["RecipeText", "Shelf", "Shelved", "find_root"]
