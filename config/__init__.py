"""Settings and the demo salon: values only, imported by bots alone."""
