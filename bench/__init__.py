"""Benchmarks: speed as ratios taken in one run, against bare SQL and against a naive loop."""
