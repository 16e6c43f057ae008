"""Uncertainty: sampling of parameters."""
