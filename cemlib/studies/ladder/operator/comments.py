"""What the operator's customers write when they speak up, by cause."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Cause → beginnings and ends of comments, in Chinese and in English.
COMMENTS: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    "system time-out": (
        (("交费的时候", "手机营业厅", "办理套餐的时候", "提交订单时", "登录以后"),
         ("系统超时", "页面打不开，系统超时", "系统一直超时", "页面转圈，最后超时",
          "系统超时，填的都没了")),
        (("paying: ", "in the app: ", "at the last step: ", "while I was ordering: "),
         ("system time-out", "time-out and the page was gone", "the page timed out",
          "time-out again and nothing was saved")),
    ),
    "no answer found": (
        (("问了客服", "在网上", "帮助页面里", "打了热线", "知识库里"),
         ("找不到答案", "没有我的问题的答案", "还是没有答案", "没有人知道答案", "给的答案不对")),
        (("on the website ", "the hotline: ", "in the help pages ", "asked twice: "),
         ("no answer", "I found no answer to my question", "there is no answer",
          "nobody has an answer")),
    ),
    "wrong bill": (
        (("这个月的", "上个月的", "我的", "家里宽带的"),
         ("账单不对", "账单金额算错了", "账单多收了我的钱", "账单有重复收费", "账单里没有退款")),
        (("this month ", "once again ", "since the change of plan ", "for my second number "),
         ("the bill is wrong", "the bill charges me twice", "the bill has a wrong amount",
          "the refund is missing from the bill")),
    ),
    "no signal": (
        (("家里", "地下车库", "高铁上", "办公室里", "新小区", "电梯里"),
         ("没有信号", "信号很差", "信号时有时无", "一直没信号，打不了电话", "信号只有一格")),
        (("at home ", "in the car park ", "on the train ", "in my office "),
         ("no signal", "the signal comes and goes", "there is no signal at all",
          "the signal is weak and calls drop")),
    ),
    "broken promise": (
        (("约好今天上门", "师傅说下午上门", "答应两天修好", "约好的上门时间", "承诺上门维修"),
         ("，师傅没有来", "，又没人来", "，一直没来", "，等了一天没人来", "，师傅没来也没打电话")),
        (("promised for today and ", "the appointment was at nine and ",
          "promised to repair it and ", "they said before noon and "),
         ("nobody came", "the technician did not come", "the technician never came",
          "nobody came or called")),
    ),
    "price": (
        (("套餐", "这个套餐的", "老用户的套餐", "和别家比，套餐", "新套餐"),
         ("价格太贵了", "价格又涨了", "价格比新用户还贵", "价格不值", "涨价没有通知")),
        (("for what I get ", "compared with others ", "for an old customer ",
          "since the new plan "),
         ("the price is too high", "the price went up again", "the plan is too expensive",
          "the price of the plan is not fair")),
    ),
}  # fmt: skip
_CLOSINGS = (
    ("", "", "，请处理", "，很失望", "，怎么办", "，希望尽快解决", "，唉"),
    ("", "", ". Please fix it", ". Very disappointing", ". What can be done?"),
)
ENGLISH = 0.2  # share of the comments


def comments(causes: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Draw a comment for each cause, four in five of them in Chinese.

    Examples
    --------
    >>> len(comments(["price", "no signal"], np.random.default_rng(1)))
    2
    """
    english = (rng.random(len(causes)) < ENGLISH).astype(int)
    texts = []
    for cause, language, uniform in zip(causes, english, rng.random((len(causes), 3)), strict=True):
        parts = *COMMENTS[cause][language], _CLOSINGS[language]
        text = "".join(part[int(at * len(part))] for part, at in zip(parts, uniform, strict=True))
        texts.append(text[0].upper() + text[1:])
    return texts
