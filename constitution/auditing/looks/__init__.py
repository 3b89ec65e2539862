"""Looks: the ways in which an audit goes over rows, one a file, each told every row once."""
