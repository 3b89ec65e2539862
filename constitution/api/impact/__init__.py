"""What an edit of the principles does to a finished dataset: rows touched, the cost of a run, a sample asked."""
