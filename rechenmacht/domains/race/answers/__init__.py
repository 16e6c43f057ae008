"""The answers, one module each, named as the question; loaded when asked."""
