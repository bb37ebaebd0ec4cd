"""Workbooks for customer experience management, and the science behind them."""

__version__ = "0.1.0"
