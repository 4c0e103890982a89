"""The page of a worksheet: the picture, how to fill it in, the table of questions. Knows texts only, and no trace."""

from collections.abc import Sequence
from html import escape

# Paper is white: in a dark browser too, and where it is printed without backgrounds.
STYLE = """
:root{color-scheme:light}
body{margin:0 auto;max-width:60rem;padding:1.5rem;background:#fff;color:#000;font:15px/1.45 system-ui,sans-serif}
h1{font-size:1.4rem;margin:0 0 .5rem}
.who{display:flex;gap:2rem;margin:0 0 1rem}
.who span{flex:1;border-bottom:1px solid #000}
figure{margin:1rem 0;overflow-x:auto}
figure svg{display:block;max-width:max(100%,45rem);height:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;font-weight:bold;padding:.4rem 0}
th,td{border:1px solid #555;padding:.35rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th[scope=row]{width:3rem;text-align:right}
td.answer{width:30%}
.math{font-family:"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.9em}
@media print{@page{margin:14mm}body{max-width:none;padding:0}figure{overflow:visible}
figure svg{max-width:100%;max-height:60vh}tr{break-inside:avoid}thead{display:table-header-group}}
"""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{who}<p>{how}</p>
<figure tabindex="0">
{svg}</figure>
{table}
</main>
</body>
</html>
"""
WHO = '<p class="who"><span>Name</span><span>Date</span></p>\n'


def page(title: str, how: str, svg: str, table: str, *, named: bool) -> str:
    """Return a whole page; `named` gives it a line for name and date."""
    return PAGE.format(title=escape(title), style=STYLE, who=WHO if named else "", how=escape(how), svg=svg,
                       table=table)


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first column has the headers of its rows, and whose last is for the answers."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f'<td class="math">{escape(cell)}</td>' for cell in between)
        + f'<td class="math answer">{escape(last)}</td></tr>\n' for first, *between, last in rows)
    return (f'<table><caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>'
            "</table>")
