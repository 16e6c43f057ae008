"""The house rules of the design (section 9) as functions: each takes a tree and returns what it finds, one line each."""
