"""The first page: the race computed in the browser, as files that any server can hand out."""
