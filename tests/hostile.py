"""Prompts of somebody who wants to break out of the text, or to break what is around it."""

import random
from collections.abc import Iterator
from itertools import cycle

from shared.messages.text import cleaned

LEAST, MOST = 3, 500  # of a prompt, in characters

_DOES = "window.owned=1"
ATTACKS = (
    f"<script>{_DOES}</script>",
    f"</title></head><body><script>{_DOES}</script>",
    f"</script><script>{_DOES}</script>",
    f"--></style></textarea></noscript><script>{_DOES}</script>",
    f"<img src=x class=owned onerror={_DOES}>",
    f"<svg class=owned onload={_DOES}><circle r=9/></svg>",
    f"<math><mtext><table><mglyph><style><img src=x class=owned onerror={_DOES}>",
    f'"><sb-owned onclick="{_DOES}" tabindex=0>',
    f"' autofocus onfocus='{_DOES}' x='",
    f"` onmouseover={_DOES} `",
    f"javascript:{_DOES}//",
    f"data:text/html,<script>{_DOES}</script>",
    '<iframe class=owned srcdoc="<script>parent.owned=1</script>"></iframe>',
    f"<a class=owned href=javascript:{_DOES}>press me</a>",
    f"<details class=owned open ontoggle={_DOES}>",
    "<style class=owned>*{display:none!important}</style>",
    "<base class=owned href=//elsewhere.example/>",
    '<meta class=owned http-equiv=refresh content="0;url=//elsewhere.example">',
    "<link class=owned rel=stylesheet href=//elsewhere.example/x.css>",
    "<form class=owned action=//elsewhere.example><button>Sign in</button></form>",
    f"<template><img src=x onerror={_DOES}></template>",
    f"${{{_DOES}}} {{{{constructor.constructor('{_DOES}')()}}}} #{{7*7}}",
    "{count} {prompt} {name} {q} {error} {0} %s %d %(x)s",
    "&lt;b class=owned&gt; &amp;amp; &#x3C;script&#x3E;",
    "<!-- --> ]]> <![CDATA[ <?xml ?> <!DOCTYPE html>",
    "#EXTM3U #EXTINF:-1,x\r\nhttp://elsewhere.example/x.mp3",
    "=HYPERLINK(\"//elsewhere.example\";\"x\") @SUM(A1) +1 -1",
    "..\\..\\../../etc/passwd CON.wav \x00.png",
    "__proto__ constructor toString hasOwnProperty",
    "null undefined NaN true false 0 -0",
    "\u202egpj.exe\u202c and \u2066 an isolate that is never closed \u2067 nor this",
    "موسيقى هادئة مع صوت المطر (120 نبضة) <b>",
    "מוזיקה שקטה עם גשם, 120 bpm / (A) [B]",
    "\u200b\u200c\u200d\ufeff\u2060 invisible \u00ad soft\u00adhyphens",
    "Z" + "\u0335\u0321\u0322\u0327\u0352\u0310\u0357" * 20 + "algo",
    "👩‍👩‍👧‍👦🏳️‍🌈👨🏿‍🚀🇩🇪🫨" * 8,
    "W" * MOST,
    "雨" * MOST,
    "﷽" * 200,
    "a.b/c-d_e:" * 50,
)  # fmt: skip


def prompts(count: int, seed: int = 1) -> Iterator[str]:
    """So many different hostile prompts, each as the intake cleans it; the same ones for the same seed.

    The first are the attacks as they stand; the later ones are two of them in one another.
    """
    dice = random.Random(seed)
    seen: set[str] = set()
    for attack in cycle(ATTACKS):
        if len(seen) == count:
            return
        text = attack
        if len(seen) >= len(ATTACKS):
            at, other = dice.randrange(len(attack) + 1), dice.choice(ATTACKS)
            text = attack[:at] + other + attack[at:] + str(len(seen))
        clean = cleaned(text[:MOST], LEAST, MOST)
        if clean not in seen:
            seen.add(clean)
            yield clean
