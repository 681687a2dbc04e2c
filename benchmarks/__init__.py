"""Benchmarks and robustness harnesses."""
