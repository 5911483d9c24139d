import { MAP_STYLE } from '../../topology/svg.js';

/** The style of pages of audits: dark and light by the reader's setting, one column on a phone, few pages on paper. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#57606a;--rule:#d1d9e0;--soft:#f6f8fa;--critical:#82071e;--high:#cf222e;--medium:#8a5d00;--low:#0969da;--info:#57606a;--good:#1a7f37;--link:#0969da;--red:#ffebe9;--amber:#fff4d6;--green:#e6f6ea}
@media screen and (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9da7b1;--rule:#3d444d;--soft:#151b23;--critical:#ffa198;--high:#ff7b72;--medium:#d29922;--low:#4493f8;--info:#9da7b1;--good:#3fb950;--link:#4493f8;--red:#3c1618;--amber:#332600;--green:#12261a}}
*{box-sizing:border-box}[hidden]{display:none!important}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
header,main{max-width:76rem;margin:0 auto;padding:.3rem 1rem}
h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.25rem;margin:1.6rem 0 .5rem;border-bottom:1px solid var(--rule);padding-bottom:.3rem}h3{font-size:1rem;margin:0;display:inline}h4{font-size:.9rem;margin:.9rem 0 .2rem;color:var(--dim)}
#summary h2{margin-top:.4rem}p,ul,ol{margin:.4rem 0}ul,ol{padding-left:1.2rem}a{color:var(--link)}
.facts{color:var(--dim);list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.1rem 1.4rem;font-size:.9rem}
.facts .lacking{color:var(--medium);font-weight:600}.facts .lacking a{color:inherit}
code,pre{font:.85em/1.45 ui-monospace,monospace;overflow-wrap:anywhere}
code{background:var(--soft);padding:.1em .3em;border-radius:4px}
pre{background:var(--soft);border:1px solid var(--rule);border-radius:6px;padding:.5rem .7rem;margin:.3rem 0;white-space:pre-wrap}pre code{background:none;padding:0}
.verdict{border-left:6px solid;border-radius:6px;padding:.6rem .9rem;font-size:1.1rem;font-weight:600}
.verdict.red{background:var(--red);border-color:var(--high)}.verdict.amber{background:var(--amber);border-color:var(--medium)}.verdict.green{background:var(--green);border-color:var(--good)}
.doors{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));gap:.8rem}
.doors>section{border-radius:6px;padding:.5rem .9rem;border:1px solid var(--rule)}
.doors .red{background:var(--red)}.doors .amber{background:var(--amber)}.doors .green{background:var(--green)}.doors code{background:none;padding:0}
.tiles{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem;padding:0}.tiles li{border:1px solid var(--rule);border-top:4px solid var(--tone);border-radius:6px;padding:.2rem .8rem}.tiles b{font-size:1.3rem;color:var(--tone)}
.critical{--tone:var(--critical)}.high{--tone:var(--high)}.medium{--tone:var(--medium)}.low{--tone:var(--low)}.info{--tone:var(--info)}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.5rem 0}th,td{border-bottom:1px solid var(--rule);padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{color:var(--dim);font-weight:600;overflow-wrap:normal}
td.sev,.badge{color:var(--tone);font-weight:700;white-space:nowrap}
.find{position:sticky;top:0;background:var(--bg);border-bottom:1px solid var(--rule);padding:.5rem 0;z-index:1;display:flex;flex-wrap:wrap;gap:.3rem 1rem;align-items:center}
.find input[type=search]{font:inherit;padding:.2rem .5rem;min-width:min(20rem,100%);color:inherit;background:var(--soft);border:1px solid var(--dim);border-radius:6px}
.find fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.1rem .9rem}.find legend{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}.find label{white-space:nowrap}
.finding{border:1px solid var(--rule);border-left:5px solid var(--tone);border-radius:6px;margin:.6rem 0}
.finding>details>summary{padding:.5rem .8rem;cursor:pointer}.finding .body{padding:0 .8rem .7rem;scroll-margin-top:6rem}
.finding .n,.finding .mark{color:var(--dim);font-size:.9rem;margin-left:.4rem}.finding .mark{border:1px solid var(--rule);border-radius:9px;padding:0 .5rem}.finding .mark.new{color:var(--high);border-color:var(--high);font-weight:600}
summary{cursor:pointer}details details>summary,.doors summary,.rest summary{color:var(--link)}
.objects{list-style:none;padding:0}.objects li{padding:.1rem 0;border-bottom:1px dotted var(--rule)}small{color:var(--dim)}
.way{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem 1.6rem;padding:0;font-size:.88rem}
.way li{border:1px solid var(--rule);border-radius:6px;background:var(--soft);padding:.2rem .6rem;position:relative}.way li+li::before{content:"→";position:absolute;left:-1.25rem;color:var(--dim)}
.way small{display:block}.way .bad{border:2px solid var(--high)}.way .good{border:2px solid var(--good)}.way .open{border:2px solid var(--medium)}
figure{margin:.6rem 0;border:1px solid var(--rule);border-radius:6px}.map-frame{overflow-x:auto}figcaption{padding:.2rem .8rem;font-size:.85rem;color:var(--dim)}figure svg{display:block;height:auto;max-width:100%;min-width:min(60rem,100%)}
@media(max-width:60rem){figure svg{min-width:44rem}}
@media(max-width:40rem){header,main{padding:.3rem .6rem}.hide{display:none}h1{font-size:1.3rem}}
@media print{body{font-size:9.5pt;line-height:1.35}header,main{max-width:none;padding:0}.find{display:none!important}h1{font-size:15pt}h2{font-size:12pt;margin:.8rem 0 .3rem}h2,h3,h4,summary{break-after:avoid}.map-frame{overflow:visible}figure{border:0}figure svg{min-width:0;max-width:100%;max-height:170mm}pre{padding:.2rem .4rem}.finding{margin:.3rem 0}a{color:inherit;text-decoration:none}.verdict,.doors>section,.way li,.finding{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;

/** The same, for a page that holds a drawing. */
export const STYLE = `${PAGE_STYLE}${MAP_STYLE}
`;
