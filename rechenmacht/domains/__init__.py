"""The domains: each computes, and lists its own questions."""
