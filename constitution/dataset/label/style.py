"""How the label looks: by day, by night, in black and white, and on paper."""

CSS = """
:root { color-scheme: light dark; --ink: #1b1b1a; --dim: #56554f; --paper: #fff; --box: #f4f3ee; --line: #8d8b84; }
@media (prefers-color-scheme: dark) { :root { --ink: #ebe9e4; --dim: #b3b1aa; --paper: #161615; --box: #232321;
  --line: #8d8b84; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 3rem; max-width: 52rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 2px solid var(--ink); }
p, ul, dl { margin: .5rem 0; }
.lead { font-size: 1.25rem; font-weight: 600; }
.note { color: var(--dim); font-size: .9rem; }
.warning { padding: .6rem .8rem; border: 3px double var(--ink); background: var(--box); }
.bar { display: flex; height: 2.2rem; border: 2px solid var(--ink); print-color-adjust: exact;
  -webkit-print-color-adjust: exact; }
.bar span + span { border-left: 2px solid var(--ink); }
.full { background: var(--ink); }
.partial { background: repeating-linear-gradient(45deg, var(--ink) 0 3px, var(--paper) 3px 9px); }
.none { background: var(--paper); }
.unknown { background: radial-gradient(var(--ink) 25%, var(--paper) 30%) 0 0 / 9px 9px; }
.key { display: inline-block; width: 1.4em; height: 1em; margin-right: .5em; border: 1px solid var(--ink);
  vertical-align: -.1em; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .2rem 1rem; }
dt { color: var(--dim); }
dd { margin: 0; }
code, pre { font: .88em/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
pre { padding: .6rem .8rem; background: var(--box); border: 1px solid var(--line); white-space: pre-wrap; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; margin: .6rem 0 .3rem; }
caption { text-align: start; font-weight: 600; padding-bottom: .2rem; }
th, td { text-align: start; vertical-align: top; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: break-word; }
td code { overflow-wrap: anywhere; }
thead th { border-bottom: 2px solid var(--ink); }
.unseen { font: .75em ui-monospace, Consolas, monospace; border: 1px solid var(--ink); unicode-bidi: isolate; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .92rem; }
a { color: inherit; }
footer { margin-top: 2rem; }
@media print { :root { --ink: #000; --dim: #333; --paper: #fff; --box: #fff; --line: #777; }
  body { max-width: none; padding: 0; font-size: 10.5pt; } nav { display: none; } .wide { overflow: visible; }
  h2 { break-after: avoid; } tr, .bar, .warning { break-inside: avoid; } }
""".strip()
"""The style sheet; nothing foreign is ever put into it."""
