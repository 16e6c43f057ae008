"""Rechenmacht: an open, executable model of the AI compute race."""

__version__ = "0.1.0"
