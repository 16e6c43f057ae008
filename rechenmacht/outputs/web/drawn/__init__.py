"""The playground's charts: the specifications of `outputs`, filled for one question."""
