"""Statistics that two or more studies use."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "estimates": [
            "Estimates",
            "percentile_interval",
            "bootstrap_weights",
            "weighted_means",
            "weighted_covariance",
            "holm",
            "Difference",
            "mean_difference",
            "significant",
        ],
    },
)
