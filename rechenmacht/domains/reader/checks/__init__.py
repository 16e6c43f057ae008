"""Checks of quantities: against facts, physics, arithmetic, the article itself, its date, and other articles."""
