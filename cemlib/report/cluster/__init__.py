"""The same runs on a Dask cluster."""
