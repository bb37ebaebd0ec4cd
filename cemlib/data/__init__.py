"""Datasets: their contracts, and reading and checking of files."""
