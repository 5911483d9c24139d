/** The page's own style: dark and light by the reader's setting, one column on a phone, no colours that paper lacks. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#59636e;--line:#d1d9e0;--soft:#f6f8fa;--critical:#a40e26;--high:#cf222e;--medium:#9a6700;--low:#0969da;--info:#59636e;--good:#1a7f37;--link:#0969da}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;--line:#3d444d;--soft:#151b23;--critical:#ff7b72;--high:#f85149;--medium:#d29922;--low:#4493f8;--info:#9198a1;--good:#3fb950;--link:#4493f8}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.25rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}h3{font-size:1.05rem;margin:0 0 .3rem}h4{font-size:.95rem;margin:1rem 0 .3rem;color:var(--dim)}
a{color:var(--link)}
code,pre{font:.85em/1.45 ui-monospace,monospace}
code{background:var(--soft);padding:.1em .3em;border-radius:4px;overflow-wrap:anywhere}
pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.7rem;overflow-x:auto}pre code{background:none;padding:0;overflow-wrap:normal}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.5rem 0}
th,td{border:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:break-word}th{background:var(--soft);white-space:nowrap}td:first-child{min-width:6rem}td code{overflow-wrap:anywhere}td:has(code){min-width:8rem}
section.finding{border:1px solid var(--line);border-left:5px solid var(--tone);border-radius:6px;padding:1rem;margin:1rem 0}
section.finding h3{color:var(--tone)}
.critical{--tone:var(--critical)}.high{--tone:var(--high)}.medium{--tone:var(--medium)}.low{--tone:var(--low)}.info{--tone:var(--info)}
fieldset.filter{border:1px solid var(--line);border-radius:6px;margin:1rem 0;padding:.5rem .8rem;display:flex;flex-wrap:wrap;gap:.3rem 1rem}
fieldset.filter legend{color:var(--dim);font-size:.85rem;padding:0 .3rem}
.filter label{white-space:nowrap}
figure{margin:.6rem 0;overflow-x:auto}
figure svg{max-width:none;height:auto}
svg.defs{position:absolute}
svg .b{fill:var(--soft);stroke:var(--line)}svg .b.good{stroke:var(--good);stroke-width:2}svg .b.bad{stroke:var(--high);stroke-width:2}svg .b.open{stroke:var(--medium);stroke-width:2}
svg .t{fill:var(--fg);font:12px ui-monospace,monospace}svg .s{fill:var(--dim);font:11px ui-monospace,monospace}svg .l{stroke:var(--dim);fill:none}svg .tip{fill:var(--dim)}
@media(max-width:40rem){main{padding:.6rem}section.finding{padding:.6rem}table{font-size:.82rem}}
@media print{.filter{display:none!important}figure,.scroll{overflow:visible}figure svg{max-width:100%}body{font-size:11pt}section.finding{break-inside:avoid-page;border-width:1px 1px 1px 3px}pre{white-space:pre-wrap}a{color:inherit}}
`;
