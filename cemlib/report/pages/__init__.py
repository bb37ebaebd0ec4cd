"""Pages: reports, indexes, comparisons."""
