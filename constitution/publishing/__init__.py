"""Publishing: a dataset folder goes to a hub repository, verified before and after."""
