"""The rolling origin: forecasts from every quarter, scored against what came."""
