"""From studies to reports; knows nothing of customer experience."""
