"""The operator's problems, and the words in which customers describe them.

All texts are invented. Each problem has several wordings in each language; wordings of one problem
share some words, as do those of related problems.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A kind of problem that customers report.

    Parameters
    ----------
    code, name_en, name_zh : str
        Its code and its names.
    owner : str
        The team that can remove its cause.
    severity : int
        1 a nuisance, 2 a loss, 3 no service.
    shares : tuple of float
        Its weight among the problems of each segment, in the order of the survey's segments.
    hours : tuple of int
        Hours of the day at which it concentrates, relative to other problems.
    sibling : str
        The problem whose code is sometimes set by mistake.
    detail : str
        Key of `cemlib.studies.repair.operator.contact_words.DETAILS`: details that a customer adds.
    english, chinese : tuple of str
        Wordings.
    """

    code: str
    name_en: str
    name_zh: str
    owner: str
    severity: int
    shares: tuple[float, float, float, float]
    hours: tuple[int, ...]
    sibling: str
    detail: str
    english: tuple[str, ...]
    chinese: tuple[str, ...]


PROBLEMS = (
    Problem(
        "broadband-down",
        "Broadband is down",
        "宽带断网",
        "network operations",
        3,
        (1, 3, 20, 16),
        (),
        "broadband-slow",
        "place",
        (
            "broadband is down and nothing connects",
            "no internet on the broadband line since this morning",
            "the broadband line is dead and the modem light is red",
            "home broadband keeps dropping until there is no connection at all",
            "cannot get online because the broadband is out",
            "restarted the modem twice and the broadband is still down",
        ),
        (
            "宽带断了，完全上不了网",
            "家里宽带上不了网，光猫亮红灯",
            "宽带又断网了，重启光猫也没用",
            "宽带一直连不上，网页都打不开",
            "网断了，宽带账号拨不上去",
            "宽带掉线以后就再也没有网了",
        ),
    ),
    Problem(
        "broadband-slow",
        "Broadband is slow",
        "宽带网速慢",
        "network operations",
        2,
        (1, 3, 16, 9),
        (19, 20, 21, 22),
        "broadband-down",
        "place",
        (
            "broadband is very slow and video keeps buffering",
            "the speed of the broadband is far below what I pay for",
            "slow broadband again and the game lags all evening",
            "speed test shows a tenth of the broadband speed promised",
            "every evening the broadband crawls and films stop",
            "downloads take hours because the line is so slow",
        ),
        (
            "宽带网速太慢，看视频一直卡",
            "网速很慢，测速只有套餐的十分之一",
            "晚上宽带特别卡，打游戏延迟高",
            "宽带速度达不到办理时说的，很慢",
            "一到晚上网速就慢，电影都看不了",
            "下载速度太慢，怀疑宽带被限速",
        ),
    ),
    Problem(
        "mobile-signal",
        "Poor mobile signal",
        "手机信号差",
        "network operations",
        2,
        (12, 12, 6, 10),
        (),
        "data-overage",
        "place",
        (
            "no mobile signal and calls break off",
            "the phone shows one bar of signal and calls drop",
            "mobile signal is so weak that nobody can reach me",
            "calls are cut off because reception is poor",
            "there is no reception and messages arrive hours late",
            "signal disappears whenever I am inside",
        ),
        (
            "手机没有信号，电话打不出去",
            "信号太差，通话老是中断",
            "手机信号只有一格，别人打不进来",
            "屋里没信号，短信要过很久才收到",
            "通话断断续续，信号不好",
            "手机经常显示无服务，信号很弱",
        ),
    ),
    Problem(
        "billing-dispute",
        "The bill is wrong",
        "账单有误",
        "billing",
        2,
        (10, 16, 9, 15),
        (9, 10, 11),
        "value-added",
        "amount",
        (
            "the bill is wrong and too much was charged",
            "my bill is higher than agreed and nobody can say why",
            "charged twice on this month's bill",
            "there is an amount on the bill that I do not understand",
            "please check the bill because the monthly charge is not right",
            "overcharged again on the bill this month",
        ),
        (
            "账单不对，多扣了钱",
            "这个月账单比说好的高，没人说得清",
            "话费账单重复扣费了",
            "账单上有一笔费用看不懂",
            "请核对账单，月租扣得不对",
            "又多收费了，账单有问题",
        ),
    ),
    Problem(
        "data-overage",
        "Mobile data used up too fast",
        "流量用超",
        "product management",
        1,
        (14, 12, 3, 4),
        (),
        "mobile-signal",
        "amount",
        (
            "my data allowance was used up in a few days",
            "mobile data ran out although I hardly used any",
            "charged for extra data beyond the allowance",
            "no warning came before the data allowance was gone",
            "data disappears overnight and the package is empty",
            "where did all my mobile data go this month",
        ),
        (
            "流量几天就用完了，不正常",
            "没怎么用，流量就超了",
            "超出套餐流量被扣费",
            "流量用完之前没有提醒短信",
            "一夜之间流量就没了",
            "这个月流量跑得太快，想查明细",
        ),
    ),
    Problem(
        "roaming-charge",
        "Roaming charges",
        "漫游费",
        "billing",
        2,
        (3, 7, 2, 7),
        (),
        "billing-dispute",
        "amount",
        (
            "roaming charges after a trip although roaming was off",
            "was billed for roaming abroad that I never used",
            "the roaming day pass was charged twice",
            "roaming cost far more than the message said",
            "unexpected roaming fees from my journey abroad",
            "roaming was switched on without asking me",
        ),
        (
            "出国回来被扣漫游费，漫游明明关了",
            "境外漫游费收得莫名其妙",
            "漫游包一天扣了两次钱",
            "漫游费比短信里说的贵很多",
            "没有开通国际漫游却产生费用",
            "出差几天漫游费太高了",
        ),
    ),
    Problem(
        "plan-change",
        "Plan change not carried out",
        "套餐变更未生效",
        "order management",
        1,
        (10, 14, 8, 8),
        (),
        "billing-dispute",
        "day",
        (
            "the plan change has not been carried out",
            "still on the old plan although I changed it",
            "asked to change my plan and nothing happened",
            "my new plan should have started but the old one runs on",
            "the cheaper plan I chose is not active yet",
            "changing the plan online fails every time",
        ),
        (
            "套餐变更一直没有生效",
            "改了套餐，现在还是老套餐",
            "申请换套餐没有人处理",
            "新套餐应该生效了，还是按旧套餐收费",
            "想改便宜的套餐，办理不成功",
            "套餐改不了，系统总是报错",
        ),
    ),
    Problem(
        "sim-delivery",
        "SIM card not delivered",
        "补卡未送达",
        "logistics",
        2,
        (11, 7, 2, 5),
        (12, 13),
        "plan-change",
        "day",
        (
            "the SIM card I ordered has not arrived",
            "still waiting for my new SIM card",
            "the courier says delivered but there is no SIM card",
            "SIM card delivery is late and my phone is useless",
            "ordered a replacement SIM and nobody sends it",
            "the SIM card that came does not activate",
        ),
        (
            "补办的卡一直没有送到",
            "新的手机卡还没收到",
            "快递说签收了，可是没有收到卡",
            "手机卡寄送太慢，手机用不了",
            "申请补卡没有人发货",
            "收到的卡激活不了",
        ),
    ),
    Problem(
        "installation-delay",
        "Installation is late",
        "装机延误",
        "field service",
        2,
        (1, 2, 12, 8),
        (16, 17, 18),
        "broadband-down",
        "day",
        (
            "the technician did not come to install the line",
            "installation was promised and nobody came",
            "my installation appointment was moved again",
            "waiting at home all day for the installer",
            "the new line is still not installed",
            "installer called off the visit at the last minute",
        ),
        (
            "师傅没有上门安装",
            "约好装机，没有人来",
            "装机时间又改了",
            "在家等了一天，安装师傅没到",
            "新装的线路到现在还没装好",
            "装机师傅临时取消上门",
        ),
    ),
    Problem(
        "app-login",
        "Login to the app fails",
        "App登录失败",
        "information technology",
        1,
        (9, 9, 5, 5),
        (8, 9),
        "plan-change",
        "device",
        (
            "cannot log in to the app",
            "the app says wrong password although it is right",
            "the code for the app login never arrives",
            "app login fails with an error after the update",
            "locked out of the app after three tries",
            "the app closes whenever I log in",
        ),
        (
            "App登录不了",
            "App提示密码错误，可密码是对的",
            "登录App收不到验证码",
            "更新以后App登录就报错",
            "试了三次App账号被锁了",
            "一登录App就闪退",
        ),
    ),
    Problem(
        "value-added",
        "Services never ordered",
        "莫名开通增值业务",
        "product management",
        2,
        (13, 9, 4, 6),
        (),
        "billing-dispute",
        "amount",
        (
            "a service I never ordered is charged every month",
            "somebody added a ringtone service without asking",
            "please cancel the value-added services I did not order",
            "paying for a video package that I never ordered",
            "value-added service was activated behind my back",
            "monthly fee for a service nobody asked for",
        ),
        (
            "莫名其妙开通了增值业务，每月扣费",
            "没有办理过彩铃，却一直收费",
            "请取消我没有订购的增值业务",
            "被开通了视频会员，没人问过我",
            "增值业务是谁给我开的，要退费",
            "每个月都扣一项没订过的业务费",
        ),
    ),
    Problem(
        "router-update",
        "Router fails after its update",
        "路由器更新后故障",
        "product management",
        2,
        (0.5, 1, 6, 4),
        (),
        "broadband-slow",
        "device",
        (
            "the router has lost its wifi since the update",
            "after the firmware update the router keeps restarting",
            "wifi is gone because the router updated itself",
            "router update last night and now no device finds the wifi",
            "the new router firmware breaks the wifi",
            "router blinks and restarts every few minutes since updating",
        ),
        (
            "路由器更新以后没有无线了",
            "固件升级后路由器不停重启",
            "路由器自动更新，搜不到WiFi",
            "昨晚路由器升级，现在所有设备都连不上WiFi",
            "新固件有问题，路由器WiFi坏了",
            "路由器升级后几分钟就重启一次",
        ),
    ),
)
CODES = tuple(problem.code for problem in PROBLEMS)
