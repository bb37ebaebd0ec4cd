"""Running a workbook: kernels, workers, cache, run metadata."""
