"""One folder per messenger: the only place that knows a messenger."""
