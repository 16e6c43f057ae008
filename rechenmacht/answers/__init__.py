"""Questions and answers, as data: what is asked, what is said, in which units; no language and no outlet."""
