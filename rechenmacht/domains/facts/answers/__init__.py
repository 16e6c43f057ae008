"""The answers to the questions about the fact base, one module each."""
