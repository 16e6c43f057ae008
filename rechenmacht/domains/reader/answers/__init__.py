"""The answers of the reader, one a question."""
