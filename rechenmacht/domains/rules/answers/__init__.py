"""The answers to the questions about export rules, one module each."""
