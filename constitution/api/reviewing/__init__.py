"""People overrule the models: what may be ruled on, sheets to fill in, what rulings change and what they measure."""
