"""The fact base: load, validate, correct, resolve conflicts, query, import public data sets."""
