"""The answers to the questions about the engine, one module each."""
