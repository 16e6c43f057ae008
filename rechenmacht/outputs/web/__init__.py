"""The playground's server: an HTTP API over the fact base and the model."""
