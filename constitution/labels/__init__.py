"""Labels: what a row says of who made it, hashed and sealed so that a change shows; plain data in, plain data out."""
