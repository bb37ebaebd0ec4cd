"""Path models by partial least squares: model text, fit, quality and resampling."""

from cemlib.studies.expectation.structural.bootstrap import PathBootstrap, bootstrap_paths
from cemlib.studies.expectation.structural.fit import PathFit, importance_performance, pls_path
from cemlib.studies.expectation.structural.model import ECSI, PathModel, parse_model
from cemlib.studies.expectation.structural.moments import Moments
from cemlib.studies.expectation.structural.quality import fornell_larcker, htmt, reliability

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
