"""What the operator's customers write beside their ratings, by touchpoint and mood."""

from __future__ import annotations

# Touchpoint → complaints in Chinese and English, praise in Chinese and English.
COMMENTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "network": (
        ("地铁里信号很差", "小区里经常没有信号", "晚上网速特别慢", "信号不好，视频一直卡",
         "网速慢得打不开网页", "电梯里和地下室都没信号"),
        ("no signal in the subway", "the network is slow every evening",
         "weak signal at home, calls drop", "the signal is poor in my office"),
        ("信号稳定，网速很快", "换了新套餐以后信号好多了", "到处都有信号"),
        ("the network is fast and the signal stable", "good signal everywhere"),
    ),
    "bill": (
        ("账单看不懂", "账单上多收了费用", "账单里有一项没订的服务费", "话费账单比上个月多了很多",
         "账单金额不对，多扣了钱", "查账单太麻烦"),
        ("the bill is hard to understand", "my bill shows a service I never ordered",
         "the bill was wrong and too high", "charged twice on the same bill"),
        ("账单清楚，每一项都有说明", "账单透明，没有乱收费"),
        ("the bill is clear and easy to check", "no surprise on the bill"),
    ),
    "help": (
        ("客服热线打不进去", "打客服等了半个小时", "客服转了三个人都没有答案",
         "每次打客服都要重新说一遍", "客服态度冷淡，问题没解决", "机器人客服答非所问"),
        ("waited half an hour on the hotline", "the hotline agent could not answer",
         "had to explain everything to three hotline agents", "the chatbot did not understand me"),
        ("客服态度很好，一次就解决了", "客服很耐心，解释得清楚"),
        ("the hotline agent solved it at once", "friendly and patient hotline agent"),
    ),
    "repair": (
        ("维修师傅没有按时来", "宽带坏了三天才修好", "报修以后修了两次还是断网",
         "师傅修好以后第二天又断网", "报修一直没人上门维修"),
        ("the repair took three days", "the technician did not come on time for the repair",
         "broken again one day after the repair"),
        ("师傅当天上门就修好了", "报修很方便，维修很快"),
        ("the repair was done the same day", "quick repair by a polite technician"),
    ),
    "ordering": (
        ("办理套餐的手续太麻烦", "网上下单以后一直没有消息", "订的手机卡等了一个星期才到",
         "下单办理要填很多资料", "订单取消了也没有通知"),
        ("ordering online took several attempts", "the SIM card I ordered arrived a week late",
         "my order was cancelled without a word"),
        ("网上下单办理很快", "下单第二天就收到了卡"),
        ("ordering was quick and simple", "the order arrived the next day"),
    ),
}  # fmt: skip
TOUCHPOINTS = tuple(COMMENTS)
OPENINGS = (
    ("", "", "说实话，", "最近", "这个月", "用了两年了，", "我觉得", "昨天发现"),
    ("", "", "honestly, ", "lately ", "this month ", "I have to say: ", "since last week "),
)
CLOSINGS = (
    ("", "", "，希望改进", "，很失望", "，请尽快处理", "，唉"),
    ("", "", ", please improve", ", very disappointing", ", I expected more"),
)
PRAISING = (("", "", "，谢谢", "，继续保持", "，推荐"), ("", "", ", thank you", ", keep it up"))
