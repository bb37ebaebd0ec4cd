"""Further phrases of customers, in English and in Chinese; all invented."""

DETAILS = {
    "place": (
        ("in the bedroom", "in the living room", "in the study", "at the shop", "on the ground "
         "floor", "on floor 12", "near the east gate", "in the office", "in the cellar",
         "at the market stall"),
        ("卧室", "客厅", "书房", "店里", "一楼", "十二楼", "东门附近", "办公室", "地下室",
         "市场摊位"),
    ),
    "amount": (
        ("9 yuan", "12 yuan", "19 yuan", "25 yuan", "38 yuan", "46 yuan", "58 yuan", "88 yuan",
         "120 yuan", "260 yuan"),
        ("9元", "12元", "19元", "25元", "38元", "46元", "58元", "88元", "120元", "260元"),
    ),
    "day": (
        ("since Monday", "since Tuesday", "since Wednesday", "since Thursday", "since Friday",
         "for a week", "for ten days", "since the 1st", "since the 15th", "for two weeks"),
        ("从周一开始", "从周二开始", "从周三开始", "从周四开始", "从周五开始", "一个星期了",
         "十天了", "从1号开始", "从15号开始", "两个星期了"),
    ),
    "device": (
        ("on the old phone", "on the new phone", "on the tablet", "on the laptop",
         "with the white box", "with the black box", "on the television", "on every phone",
         "on the second line", "on the work phone"),
        ("旧手机", "新手机", "平板", "笔记本电脑", "白色那台", "黑色那台", "电视上", "所有手机",
         "副卡", "工作手机"),
    ),
}  # fmt: skip
OPENINGS = (
    ("hello", "good morning", "I have a problem", "please help", "listen"),
    ("你好", "您好，请问", "麻烦查一下", "我要反映", "客服"),
)
AGAIN = (
    (
        "calling about this again",
        "second time I report it",
        "still not solved",
        "nobody called back",
        "as I told your colleague",
    ),
    ("还是没解决", "第二次反映了", "上次说了没人回电", "之前跟你们同事说过", "又来问一下"),
)
CLOSINGS = (
    (
        "please call me back",
        "when will this be solved",
        "this is not acceptable",
        "thank you",
        "I will complain",
    ),
    ("请尽快处理", "什么时候能解决", "太不像话了", "谢谢", "不行我就投诉"),
)
