"""Path models by partial least squares: model text, fit, quality and resampling."""
