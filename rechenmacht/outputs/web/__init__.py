"""`rechenmacht serve`: the playground's HTTP interface, its settings, its guard and its store."""
