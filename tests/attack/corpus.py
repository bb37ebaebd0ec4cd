"""Strings that a hostile, or merely careless, file may hold. Each would do something somewhere."""

ACT = "window.top.hostile=1;alert(1)"
SCRIPTS = [
    f"<script>{ACT}</script>", f"</script><script>{ACT}</script>", f"<img src=x onerror={ACT}>",
    f"<svg onload={ACT}>", f"<svg><script>{ACT}</script></svg>", f"<body onload={ACT}>",
    f"<details open ontoggle={ACT}>", f"<input autofocus onfocus={ACT}>", f"<b onclick={ACT}>b</b>",
    f"<iframe srcdoc='<script>{ACT}</script>'>", f"<object data='javascript:{ACT}'>",
    f"<math><mtext><img src=x onerror={ACT}></mtext></math>", f"<style onload={ACT}></style>",
    "<style>@import 'http://127.0.0.1:9/x.css'</style>", "<link rel=stylesheet href=//127.0.0.1:9>",
    "<base href=http://127.0.0.1:9/>", "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9'>",
    "<form action=http://127.0.0.1:9><button>go</button></form>", "<!--", "--><b>", "<![CDATA[<b>",
    "<video poster=http://127.0.0.1:9/p.png>", f"\" onmouseover=\"{ACT}", f"' onfocus='{ACT}' x='",
    f"<table><tr><td onclick={ACT}>", f"</td></tr></table><img src=x onerror={ACT}>",
    f"<template><img src=x onerror={ACT}></template>", f"<a href='javascript:{ACT}'>a</a>",
]  # fmt: skip
MARKDOWN = [
    f"[a](javascript:{ACT})", "[a](http://127.0.0.1:9)", "![i](http://127.0.0.1:9/i.png)",
    "[a]: http://127.0.0.1:9", "http://127.0.0.1:9/bare", "www.example.org", "<http://127.0.0.1:9>",
    "me@example.org", "**bold**", "_under_ *star*", "# heading", "> quote", "- item", "1. item",
    "| a | b |", "```\ncode\n```", "`tick`", "~~gone~~", "---", "[^1]", "&lt;b&gt;", "&#60;b&#62;",
    f"```mermaid\ngraph TD; A-->B; click A \"javascript:{ACT}\"\n```",
]  # fmt: skip
FORMULAS = [
    "$x^2$", "$$\\frac{1}{0}$$", "\\(x\\)", "\\[x\\]", "5 $ and 6 $", "$\\href{javascript:a}{b}$",
    "\\text{<svg onload=x>}", "$", "{brace", "100% {x} %s {0}", "\\begin{align}x\\end{align}",
]  # fmt: skip
CELLS = [
    "=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "|x", "%0A=1+1", "\u00ad=1+1", "\u202e=1+1",
    "\u2066=1+1", "\u061c=1+1", "\ufeff=1+3", "\t=1+2", "＝1+1", "＋1", "－1", "＠A1", "'=1+1",
    "=HYPERLINK(\"http://127.0.0.1:9\")",
]  # fmt: skip
TERMINAL = ["\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "bell\x07", "a\u202egnp.exe"]
ODD = ["x" * 300, "名称（新）", "a/../../b", "NUL", "ﬁ\u200bnance", "e\u0301", "😀", "__proto__"]
CORPUS = [*SCRIPTS, *MARKDOWN, *FORMULAS, *CELLS, *TERMINAL, *ODD]
REFUSED = [text for text in CORPUS if any(code in text for code in "\x00\x07\x1b")]
READ = [text for text in CORPUS if text not in REFUSED]  # by the readers of files
