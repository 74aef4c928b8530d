'use strict';
// Everything shown here was typed by strangers: it is only ever set as text, and mails live in a sandboxed frame that runs no script.
const $ = id => document.getElementById(id);
const make = (tag, cls, text) => { const e = document.createElement(tag); if (cls) e.className = cls; if (text !== undefined) e.textContent = text; return e; };
const ask = async path => { const r = await fetch(path); if (!r.ok) throw new Error(r.status); return r.json(); };
const post = (path, body) => fetch(path, { method: 'POST', body: body === undefined ? undefined : JSON.stringify(body) });
const changed = (() => { const last = {}; return (name, value) => { const now = JSON.stringify(value); if (last[name] === now) return false; last[name] = now; return true; }; })();
let state = {};

// Control and direction-changing characters become visible, so that a name cannot look like another one.
const visible = text => String(text).replace(/[\u0000-\u001f\u007f\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
  c => c < ' ' ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : '\u27e8U+' + c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0') + '\u27e9');

// One clock: the zone in which the mails are written, whatever the visitor's own is.
const inZone = options => new Intl.DateTimeFormat('en-GB', { timeZone: state.zone, ...options });
const dayOf = at => inZone({ day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(at));
const timeOf = at => inZone({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at));
const when = at => dayOf(at) === dayOf(Date.now()) ? timeOf(at) : dayOf(at);

// What the visitor has done and read is kept for this run of the demo, also over a reload.
const kept = (name, of) => {
  const all = new Set(JSON.parse(sessionStorage.getItem(name + of) || '[]'));
  return { has: x => all.has(x), size: () => all.size, add: x => { if (all.has(x)) return false; all.add(x); sessionStorage.setItem(name + of, JSON.stringify([...all])); return true; } };
};

// Nothing that cannot be taken back happens by a slip.
const sure = (question, detail, yes) => new Promise(resolve => {
  $('ask-question').textContent = question;
  $('ask-detail').textContent = detail;
  $('ask-yes').textContent = yes;
  $('ask').returnValue = '';
  $('ask').onclose = () => resolve($('ask').returnValue === 'yes');
  $('ask').showModal();
});

const say = (text, kind) => { $('signup-note').className = 'note ' + (kind || ''); $('signup-note').replaceChildren(text); };

// Groups of buttons of which one is chosen: arrow keys go from tab to tab, as everywhere.
const tabs = [...$('tabs').children];
const openTab = name => {
  for (const tab of tabs) {
    const on = tab.id === 'tab-' + name;
    tab.setAttribute('aria-selected', on);
    tab.tabIndex = on ? 0 : -1;
    $(tab.getAttribute('aria-controls')).hidden = !on;
  }
  refresh();
};
const isOpen = name => !$('panel-' + name).hidden;
for (const tab of tabs) tab.onclick = () => openTab(tab.id.slice(4));
$('tabs').onkeydown = event => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], at = tabs.indexOf(document.activeElement);
  if (!step || at < 0) return;
  const next = tabs[(at + step + tabs.length) % tabs.length];
  next.focus();
  next.click();
};
const countNew = (name, count) => { $('tab-' + name).querySelector('b').textContent = count ? count + ' new' : ''; };
