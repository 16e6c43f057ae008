"""The faces: one renderer each for terminal, JSON, CSV, HTML and charts; one registration each for commands, routes, Python."""
