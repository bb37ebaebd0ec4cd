"""The price list of the operator, with the demand for each offer."""

from __future__ import annotations

import pandas as pd

_OFFERS = (
    ("data-10", "10 GB extra data", "流量加10GB", "extra data", 11.5, 14),
    ("data-30", "30 GB extra data", "流量加30GB", "extra data", 9.0, 15),
    ("data-night", "Unlimited night data", "夜间不限量", "extra data", 4.5, 18),
    ("data-video", "Unmetered video", "视频定向流量", "extra data", 7.0, 20),
    ("data-day", "Data day pass", "流量日包", "extra data", 3.5, 11),
    ("data-share", "Shared family data", "家庭共享流量", "extra data", 3.0, 24),
    ("fibre-300", "Fibre, 300 megabits", "宽带300兆", "broadband", 6.5, 22),
    ("fibre-1000", "Fibre, 1,000 megabits", "宽带千兆", "broadband", 5.5, 24),
    ("fibre-tv", "Fibre with television", "宽带加电视", "broadband", 4.0, 28),
    ("mesh", "Whole-home Wi-Fi", "全屋无线", "broadband", 2.0, 21),
    ("phone-new", "New handset at half price", "半价购机", "handsets", 8.0, 32),
    ("phone-trade", "Handset trade-in", "以旧换新", "handsets", 5.0, 30),
    ("phone-rate", "Handset by instalments", "分期购机", "handsets", 3.5, 27),
    ("watch", "Smartwatch number", "手表副号", "handsets", 1.2, 25),
    ("fee-off", "20% off the fee for a year", "月费八折", "lower fees", 9.0, 16),
    ("fee-long", "Two-year contract discount", "两年合约优惠", "lower fees", 3.8, 26),
    ("student", "Student discount", "学生优惠", "lower fees", 3.2, 15),
    ("senior", "Discount for over-sixties", "银龄优惠", "lower fees", 2.4, 15),
    ("calls-free", "Free family calls", "亲情号免费", "calls", 2.6, 12),
    ("calls-abroad", "Cheaper calls abroad", "国际长途优惠", "calls", 1.0, 19),
    ("roam-day", "Roaming day pass", "漫游日包", "roaming", 1.6, 17),
    ("roam-asia", "Roaming in Asia", "亚洲漫游包", "roaming", 0.9, 21),
    ("roam-world", "Worldwide roaming", "全球漫游包", "roaming", 0.5, 23),
    ("points", "Fee paid with points", "积分抵话费", "lower fees", 0.8, 13),
)


def offers() -> pd.DataFrame:
    """Return the offers, the same for every seed of the operator.

    Returns
    -------
    DataFrame
        ``offer``, ``name_en``, ``name_zh``, ``type``, ``share`` (of callers who ask for it, %) and
        ``seconds`` (to explain it).

    Examples
    --------
    >>> float(offers()["share"].sum())
    100.0
    """
    columns = ["offer", "name_en", "name_zh", "type", "share", "seconds"]
    return pd.DataFrame(_OFFERS, columns=columns)
