"""The n-th operation loop: a run is struck at its first step, its second, and so on, until it is struck no more."""
