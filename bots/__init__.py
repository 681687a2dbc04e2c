"""What runs: assembly, web process, worker, command line. The only place that knows real parts from fakes."""
