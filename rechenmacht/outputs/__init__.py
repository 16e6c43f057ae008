"""What people and programs see: command line, charts, report."""
