"""Questions about the fact base itself: how strong its sources are, how old it is, how editions differ."""
