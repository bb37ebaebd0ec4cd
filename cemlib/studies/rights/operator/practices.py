"""The operator's practices: their right, cost in person-days and uplift in perception."""

from __future__ import annotations

import pandas as pd

_NAMES = {
    "safety-commitments": ("Written after-sales safety commitments", "书面售后安全承诺"),
    "starter-kit": (
        "Manual and warranty card handed over and shown",
        "当面交付并讲解说明书与保修卡",
    ),
    "promise-first": ("Say at the start of a call what is guaranteed", "服务开始前先作承诺"),
    "open-tariff": ("One page that shows every charge of a tariff", "资费一页透明"),
    "repair-tracker": ("Show where a repair stands, step by step", "报障进度逐步可查"),
    "walk-back": ("Walk the customer back through what was done", "带客户回顾办理过程"),
    "three-solutions": ("Two or three solutions to every enquiry", "每次咨询给出两到三种方案"),
    "own-channel": (
        "Let the customer choose channel and hour of contact",
        "由客户选择联系渠道与时间",
    ),
    "same-experience": (
        "Tell how other customers in the same case were treated",
        "说明同类客户的处理结果",
    ),
    "no-hard-selling": ("No hard selling: an offer is made once", "不强势销售：只推荐一次"),
    "best-tariff": ("Advise the tariff that suits, even a cheaper one", "推荐合适资费，即使更便宜"),
    "value-told": ("Say what a compensation is worth to the customer", "说清补偿的价值"),
    "fast-credit": ("Credit for an outage on the next bill, unasked", "停机自动抵扣下期账单"),
    "balance-guide": ("A guide that balances loss and compensation", "补偿平衡指引"),
    "member-club": ("A member club with evenings of its own", "会员俱乐部活动"),
    "community-tip": ("Recommend the user community in a call", "通话中推荐用户社群"),
    "one-more-sentence": ("One more sentence: cause and prevention", "多说一句：原因与预防"),
    "short-lessons": ("Short lessons on phone and router", "手机与路由器小课堂"),
    "etiquette": (
        "Etiquette in detail: name, thanks, no interruption",
        "礼仪细节：称呼、致谢、不打断",
    ),
    "no-retelling": ("Nobody has to tell the story twice", "客户无需重复叙述"),
    "ask-after": ("Ask for a rating after each service", "服务后邀请评价"),
    "tell-back": ("Tell customers what became of their suggestion", "向客户反馈建议的结果"),
    "customer-talks": ("Invite customers in for talks", "邀请客户面谈"),
}
# Columns: right, in place (0–4), person-days, uplift (points), call centre can do it alone
_VALUES = {
    "safety-commitments": ("safety", 3, 12, 5, "yes"),
    "starter-kit": ("safety", 2, 8, 3, "yes"),
    "promise-first": ("safety", 1, 10, 4, "yes"),
    "open-tariff": ("information", 1, 25, 9, "no"),
    "repair-tracker": ("information", 0, 40, 12, "no"),
    "walk-back": ("information", 1, 15, 7, "no"),
    "three-solutions": ("choice", 2, 12, 6, "yes"),
    "own-channel": ("choice", 1, 20, 5, "yes"),
    "same-experience": ("fairness", 1, 8, 5, "yes"),
    "no-hard-selling": ("fairness", 2, 10, 7, "yes"),
    "best-tariff": ("fairness", 0, 30, 10, "yes"),
    "value-told": ("compensation", 1, 8, 6, "yes"),
    "fast-credit": ("compensation", 0, 35, 12, "yes"),
    "balance-guide": ("compensation", 1, 15, 6, "yes"),
    "member-club": ("association", 2, 28, 8, "yes"),
    "community-tip": ("association", 1, 6, 4, "yes"),
    "one-more-sentence": ("knowledge", 2, 7, 6, "yes"),
    "short-lessons": ("knowledge", 1, 22, 8, "yes"),
    "etiquette": ("respect", 3, 9, 4, "yes"),
    "no-retelling": ("respect", 1, 24, 8, "yes"),
    "ask-after": ("supervision", 3, 5, 2, "yes"),
    "tell-back": ("supervision", 0, 18, 9, "yes"),
    "customer-talks": ("supervision", 1, 16, 6, "yes"),
}


def practices() -> pd.DataFrame:
    """Return the operator's practices: assumed values, the same for every seed.

    Returns
    -------
    DataFrame
        One row per practice: ``practice`` (id), ``right``, ``name_en``, ``name_zh``,
        ``in_place`` (0 not at all … 4 fully), ``person_days`` (from not at all to fully in
        place), ``uplift`` (points of perception when fully in place, against not at all) and
        ``call_centre`` (whether the call centre can do it alone).

    Examples
    --------
    >>> practices().groupby("right", sort=False)["person_days"].sum().head(2).to_dict()
    {'safety': 30, 'information': 80}
    """
    table = pd.DataFrame.from_dict(
        _VALUES,
        orient="index",
        columns=["right", "in_place", "person_days", "uplift", "call_centre"],
    )
    table["call_centre"] = table["call_centre"] == "yes"
    table.insert(1, "name_en", [_NAMES[practice][0] for practice in table.index])
    table.insert(2, "name_zh", [_NAMES[practice][1] for practice in table.index])
    return table.reset_index(names="practice")
