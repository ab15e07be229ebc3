"""The style of the report: the ink and paper of a plain page, light and dark."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1b2430; --paper: #ffffff; --soft: #eef2f6; --rule: #8a97a5;
  --a: #0b5cad; --b: #a63a08; --c: #4f5b67; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --paper: #12181f; --soft: #1d2630; --rule: #6f7e8d;
  --a: #86bef5; --b: #f2a679; --c: #b4c0cc; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.2rem; } h3 { font-size: 1rem; }
.what { border-left: .3rem solid var(--b); background: var(--soft); padding: .8rem 1rem; font-weight: 600; }
.beside { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; margin: 1rem 0; }
.plot { flex: 0 1 27.5rem; } .plot svg { max-width: 100%; height: auto; }
.scroll { flex: 1 1 22rem; min-width: 0; overflow-x: auto; margin-bottom: 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .2rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--rule); }
th { font-weight: 600; } tbody th { font-weight: 400; }
.axis { fill: none; stroke: var(--ink); } .grid { stroke: var(--rule); stroke-opacity: .35; }
.text { fill: var(--ink); font: 12px system-ui, sans-serif; }
.middle { text-anchor: middle; } .end { text-anchor: end; }
.line { fill: none; stroke-width: 2.5; }
.line.s0 { stroke: var(--a); } .line.s1 { stroke: var(--b); stroke-dasharray: 6 4; }
.dot.s0, .bar.s0 { fill: var(--a); } .dot.s1 { fill: var(--b); }
.bar.s1 { fill: var(--paper); stroke: var(--b); stroke-width: 2; }
.legend { list-style: none; display: flex; gap: 1.2rem; padding: 0; margin: .3rem 0; font-size: .9rem; }
@media print { .scroll { overflow: visible; } }
"""
