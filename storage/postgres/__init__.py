"""PostgreSQL: any number of processes, row locks and leases."""
