"""The frame of the sandbox's few pages: plain HTML with one small style sheet, no script needed."""

from html import escape

STYLE = """
:root{color-scheme:light dark;--line:#d9dee5;--ink:#1d2733;--soft:#5d6b7a;--back:#f5f7f9;--card:#fff;--go:#0f766e}
@media(prefers-color-scheme:dark){:root{--line:#344150;--ink:#e6ebf0;--soft:#9fb0c0;--back:#161d25;--card:#1f2832;--go:#2aa79b}}
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
main{max-width:1080px;margin:0 auto;padding:28px 20px 60px}h1{font-size:22px;margin:0 0 4px}h2{font-size:15px;margin:0 0 10px}
.lead{color:var(--soft);margin:0 0 20px}.grid{display:grid;gap:14px;grid-template-columns:repeat(auto-fill,minmax(310px,1fr))}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:4px 6px;text-align:left;border-bottom:1px solid var(--line)}
td.n,th.n{text-align:right}form{display:flex;flex-wrap:wrap;gap:8px;align-items:end;margin:0 0 8px}label{display:grid;font-size:12px;color:var(--soft);flex:1 1 90px}
input,select{font:inherit;padding:6px 8px;border:1px solid var(--line);border-radius:7px;background:transparent;color:inherit;min-width:0;width:100%}
button{font:inherit;padding:7px 14px;border:0;border-radius:7px;background:var(--go);color:#fff;cursor:pointer}
button.quiet{background:transparent;color:var(--soft);border:1px solid var(--line)}small{color:var(--soft);display:block}
.choices{list-style:none;padding:0;margin:0 0 14px;width:100%;display:grid;gap:12px}.choices button{width:100%;text-align:left;font-size:16px;padding:12px 16px}
.said{border-left:4px solid var(--go);padding:8px 12px;background:var(--card);margin:0 0 18px;overflow-wrap:anywhere}
"""


def page(*, title: str, body: str, lead: str = "") -> str:
    intro = f"<p class='lead'>{escape(lead)}</p>" if lead else ""
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{intro}{body}</main></body></html>"
    )
