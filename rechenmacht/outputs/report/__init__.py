"""The report: one self-contained page per language, its charts and their data."""
