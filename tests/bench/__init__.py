"""Measurements: `make bench [CASE=a,b]`. Figures with a correctness check, on a cluster whose commits are durable."""
