"""Who pays whom: the deals network, how much of it is the same money, and who falls (docs/capital.md)."""
