"""Further ways to run the race from the same lines: traced into one compiled kernel, or differentiated."""
