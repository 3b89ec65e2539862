"""How a page looks: by day, by night, and on paper."""

CSS = """
:root { color-scheme: light dark; --ink: #1b1b1a; --dim: #5c5b57; --paper: #fff; --box: #f6f5f1; --line: #d9d7cf;
  --mark: #ffe58a; --gone: #a3161f; --gone-back: #fde8e8; --new: #135e2c; --new-back: #e3f4e6; --warn: #7a4b00;
  --warn-back: #fff4dc; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --dim: #a9a7a0; --paper: #161615; --box: #20201e;
  --line: #3a3935; --mark: #6b5600; --gone: #ff9c9c; --gone-back: #3b1d1e; --new: #8fdca4; --new-back: #16301d;
  --warn: #ffd48a; --warn-back: #33270f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 54rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
p, ul, ol, dl { margin: .5rem 0; }
li { margin: .25rem 0; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .2rem 1rem; }
dt { color: var(--dim); }
dd { margin: 0; }
code { font: .88em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
pre { margin: .5rem 0; padding: .6rem .8rem; background: var(--box); border: 1px solid var(--line); border-radius: 4px;
  white-space: pre-wrap; font: .85rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.words { white-space: pre-wrap; margin: .4rem 0; padding: .7rem .9rem; background: var(--box);
  border-inline-start: 3px solid var(--line); border-radius: 2px; }
.rule { border-inline-start-color: var(--ink); font-weight: 600; }
.by { color: var(--dim); font-size: .9rem; margin: .6rem 0 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; margin: .5rem 0; }
caption { text-align: start; color: var(--dim); padding-bottom: .3rem; }
th, td { text-align: start; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 600; }
mark { background: var(--mark); color: inherit; border-bottom: 2px solid currentColor; }
del { color: var(--gone); background: var(--gone-back); text-decoration: line-through; }
ins { color: var(--new); background: var(--new-back); text-decoration: underline; }
.unseen { font: .75em ui-monospace, Consolas, monospace; border: 1px solid var(--gone); border-radius: 3px;
  padding: 0 .2em; color: var(--gone); unicode-bidi: isolate; }
.fate { font-weight: 600; }
.note { color: var(--dim); font-size: .9rem; }
.warning { padding: .7rem .9rem; border: 2px solid var(--warn); background: var(--warn-back); border-radius: 4px; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem .9rem; font-size: .9rem; }
a { color: inherit; }
.rehearsal::before { content: "REHEARSAL"; position: fixed; inset: 40% 0 auto; text-align: center; font-size: 6rem;
  font-weight: 800; letter-spacing: .2em; opacity: .07; transform: rotate(-24deg); pointer-events: none; }
@media print { :root { --ink: #000; --dim: #333; --paper: #fff; --box: #fff; --mark: #eee; --gone: #000; --new: #000;
  --gone-back: #fff; --new-back: #fff; --warn: #000; --warn-back: #fff; --line: #999; }
  body { max-width: none; padding: 0; font-size: 10.5pt; } nav { display: none; }
  h2, h3 { break-after: avoid; } tr, .warning { break-inside: avoid; } .wide { overflow: visible; } }
""".strip()
"""The style sheet; nothing foreign is ever put into it."""
