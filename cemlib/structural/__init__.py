"""Path models by partial least squares: model text, fit, quality and resampling."""

from cemlib.structural.bootstrap import PathBootstrap, bootstrap_paths
from cemlib.structural.fit import PathFit, importance_performance, pls_path
from cemlib.structural.model import ECSI, PathModel, parse_model
from cemlib.structural.moments import Moments
from cemlib.structural.quality import fornell_larcker, htmt, reliability

__all__ = [
    "ECSI",
    "Moments",
    "PathBootstrap",
    "PathFit",
    "PathModel",
    "bootstrap_paths",
    "fornell_larcker",
    "htmt",
    "importance_performance",
    "parse_model",
    "pls_path",
    "reliability",
]
