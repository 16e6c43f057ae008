"""The faces: one renderer each for terminal, JSON, CSV, HTML and charts; words in `locales/`; registrations."""
