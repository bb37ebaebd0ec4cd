"""Other usual names of the columns of contracts, and the words of questions on the nine rights."""

from __future__ import annotations

from collections.abc import Mapping

from cemlib.data.proposals import Words
from cemlib.studies.rights.nine_rights import STATEMENTS

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "respondent": (
        "respondent id", "response id", "responseid", "id", "participant id", "序号", "答卷编号",
        "受访者", "编号",
    ),
    "wave": ("survey wave", "round", "波次", "期次", "轮次"),
    "segment": (
        "customer segment", "customer type", "customer group", "客户类型", "客户分群", "客群",
        "细分",
    ),
    "channel": (
        "contact channel", "channel used", "contact type", "submitted via", "medium", "渠道",
        "联系渠道", "kanal",
    ),
    "overall": (
        "overall satisfaction", "overall satisfied", "how satisfied are you", "all in all",
        "satisfaction overall", "osat", "csat", "总体满意度", "整体满意度", "总体而言", "总的来说",
        "总体上", "gesamtzufriedenheit",
    ),
    "recommend": (
        "likelihood to recommend", "likely to recommend", "how likely are you", "recommendation",
        "would you recommend", "nps", "推荐", "推荐意愿", "weiterempfehlung",
    ),
    "customer": (
        "customer id", "customer number", "customer no", "client", "client id", "account",
        "account id", "user id", "caller id", "subscriber", "member", "requester", "客户",
        "客户编号", "客户号", "用户", "用户编号", "会员号", "kunde", "kundennummer",
    ),
    "contact": (
        "contact id", "ticket", "ticket id", "ticket number", "call id", "interaction id",
        "incident", "incident id", "number", "id", "工单号", "工单编号", "来电编号", "接触编号",
    ),
    "time": (
        "timestamp", "date", "datetime", "created", "created at", "opened at", "start time",
        "date and time", "call time", "contact time", "时间", "日期", "创建时间", "来电时间",
        "联系时间", "zeit", "datum",
    ),
    "problem": (
        "problem code", "issue", "reason", "category", "topic", "subject category",
        "contact reason", "问题", "问题编码", "问题类型", "原因", "类别", "problemcode",
    ),
    "text": (
        "comment", "comments", "description", "short description", "message", "subject", "notes",
        "verbatim", "内容", "描述", "留言", "备注", "来电内容", "beschreibung",
    ),
    "score": ("rating", "satisfaction score", "csat", "评分", "满意度", "得分", "bewertung"),
    "phone": ("phone number", "telephone", "mobile", "电话", "手机", "手机号", "telefon"),
    "email": ("e-mail", "mail", "email address", "邮箱", "电子邮件"),
    "name": ("caller", "caller name", "customer name", "full name", "姓名", "来电人"),
    "complaint": (
        "complaint id", "complaint number", "case", "case id", "ticket", "ticket id", "issue key",
        "投诉编号", "投诉单号", "工单号",
    ),
    "received": (
        "received at", "date received", "time received", "created", "opened", "complaint date",
        "受理时间", "投诉时间", "接收时间", "收到时间", "eingang",
    ),
    "answered": (
        "answered at", "date answered", "responded", "response time", "response date", "resolved",
        "resolved at", "date sent to company", "答复时间", "回复时间", "处理时间", "解决时间",
    ),
    "acknowledged": ("acknowledged at", "first response", "确认时间", "首次响应"),
    "closed": ("closed at", "date closed", "closing date", "结案时间", "关闭时间"),
    "failure": (
        "category", "complaint category", "kind of failure", "issue", "product", "type",
        "投诉类型", "投诉类别", "故障类型", "类别",
    ),
    "loss": ("damage", "customer loss", "amount lost", "损失", "损失金额", "schaden"),
    "fee": ("monthly fee", "price", "plan fee", "月费", "资费"),
    "compensation": (
        "compensation paid", "refund", "credit", "amount paid", "赔偿", "补偿", "赔偿金额", "退款",
    ),
    "apology": ("apologised", "apologized", "道歉", "是否道歉"),
    "explanation": ("explained", "解释", "是否解释", "说明原因"),
    "temporary_fix": ("workaround", "interim fix", "临时方案", "临时解决"),
    "stayed": ("retained", "still customer", "是否留存", "留存", "在网"),
    "handling": (
        "satisfaction with handling", "handling satisfaction", "处理满意度", "投诉满意度",
    ),
    "regulator": ("escalated", "escalated to regulator", "升级", "申诉", "是否升级"),
    "repair_hours": ("hours to repair", "repair time", "修复时长", "修复小时"),
    "promised_hours": ("hours promised", "承诺时长", "承诺小时"),
    "month": ("period", "year month", "月份", "月", "monat"),
    "state": ("status", "stage", "rung", "segment", "lifecycle stage", "状态", "阶段"),
    "tenure": ("months as customer", "age of account", "在网时长", "在网月数"),
    "brought": ("referrals", "referred", "推荐新客", "带来客户"),
    "slip": ("failure", "incident", "是否出错", "小失误"),
    "session": ("session id", "visit", "application id", "application", "会话", "申请编号"),
    "step": ("page", "stage", "event", "funnel step", "步骤", "页面", "环节"),
    "reason": ("reason for leaving", "abandon reason", "放弃原因", "原因"),
    "case": ("case id", "ticket", "ticket id", "个案", "工单号"),
    "opened": ("opened at", "created", "first contact", "date opened", "开单时间", "首次联系"),
    "value": ("margin", "customer value", "margin at stake", "价值", "毛利"),
    "severity": ("priority", "seriousness", "严重程度", "优先级"),
    "called": ("called back", "callback", "是否回访", "是否回电"),
    "before": ("score before", "之前评分", "回访前评分"),
    "after": ("score after", "之后评分", "回访后评分"),
    "team": ("desk", "group", "团队", "班组"),
    "script": ("call script", "话术", "脚本"),
    "minutes": ("handling time", "duration", "minutes handled", "时长", "通话时长"),
    "enquiry": ("enquiry id", "inquiry", "inquiry id", "question id", "id", "咨询编号"),
    "topic": ("subject", "category", "theme", "主题", "咨询主题", "类别"),
    "answer": ("answer id", "回答编号"),
    "question": ("question id", "问题编号"),
    "agent": ("agent id", "advisor", "operator", "坐席", "客服", "工号"),
    "coder": ("rater", "judge", "reviewer", "评分员", "质检员"),
    "correct": ("is correct", "right", "是否正确", "正确"),
    "offer": ("offer id", "product", "product id", "套餐", "产品"),
    "share": ("share of callers", "percent", "percentage", "占比", "比例"),
    "seconds": ("time to explain", "duration", "秒", "时长"),
    "task": ("choice task", "question number", "choice set", "任务"),
    "alternative": ("option", "alt", "选项", "方案"),
    "price": ("fee", "cost", "价格", "preis"),
    "days": ("delivery days", "days until delivery", "天数"),
    "chosen": ("choice", "selected", "picked", "是否选择", "选择"),
    "participant": ("participant id", "id", "序号"),
    "satisfaction": ("satisfied", "满意度", "zufriedenheit"),
    "expectation": ("expected", "期望", "预期", "erwartung"),
    "period": ("quarter", "wave", "季度", "期"),
}  # fmt: skip

IMPORTANCE = ("important", "importance", "重要", "重要性", "wichtig", "wichtigkeit")


def _words(right: str, clear: str, hints: str) -> Words:
    """Return the words of a right; a question that is one of our statements is clear as well."""
    statements = [text.casefold() for text in STATEMENTS[right]]
    return Words([*clear.split("|"), *statements], hints.split("|"))


RIGHTS: Mapping[str, Words] = {
    "safety": _words(
        "safety",
        "safe|safety|secure|security|guaranteed|warranty|data protection|安全|保障|保修|放心",
        "guarantee|trust|privacy|protected|protect|who fixes|who mends|who repairs|whom to call|"
        "找谁|隐私|可靠",
    ),
    "information": _words(
        "information",
        "information|informed|transparent|transparency|what i pay|sees price|see my case|"
        "知情|透明|明白消费|清楚费用|查到进度",
        "clear|clearly|price|prices|bill|charges|status|progress|my case|sees case|费用|资费|账单|"
        "进度|了解|告知",
    ),
    "choice": _words(
        "choice",
        "choice|choices|choose|say no|alternatives|more than one solution|选择|可选|自主|拒绝",
        "options|option|flexible|decline|refuse|方案",
    ),
    "fairness": _words(
        "fairness",
        "fair|fairly|fairness|unfair|equally|公平|公正|一视同仁|合理",
        "pressed|pressure|same as others|value for money|强制|推销|同等",
    ),
    "compensation": _words(
        "compensation",
        "compensation|compensated|compensate|refund|refunded|redress|赔偿|补偿|索赔|退款",
        "made up for|credit|claim|paid back|弥补",
    ),
    "association": _words(
        "association",
        "community|other customers|members club|members' club|user group|社群|社区|会员俱乐部|结社",
        "club|members|forum|belong|会员|其他客户|归属",
    ),
    "knowledge": _words(
        "knowledge",
        "knowledge|education|taught|learned|learnt|explained to me|知识|教育|学会|讲解",
        "explained|explain|explains|understand|understood|advice|tips|解释|学习|懂得",
    ),
    "respect": _words(
        "respect",
        "respect|respected|respectful|dignity|polite|politely|courteous|尊重|尊严|礼貌|态度",
        "friendly|listened|listens|listen|patient|kind|耐心|倾听|友好|习惯",
    ),
    "supervision": _words(
        "supervision",
        "supervision|my voice|criticise|criticize|make suggestions|suggestions|my feedback|监督|"
        "建议|意见|批评|投诉渠道",
        "feedback|asked what i think|complain|heard|反馈|投诉",
    ),
}
