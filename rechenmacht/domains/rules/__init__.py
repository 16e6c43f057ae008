"""Dated export-control rules as data: what is controlled, to whom, since when, and why."""
