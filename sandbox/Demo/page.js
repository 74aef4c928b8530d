'use strict';
// Everything shown here was typed by strangers: it is only ever set as text, and mails live in a sandboxed frame that runs no script.
const $ = id => document.getElementById(id);
const make = (tag, cls, text) => { const e = document.createElement(tag); if (cls) e.className = cls; if (text !== undefined) e.textContent = text; return e; };
const ask = async path => { const r = await fetch(path); if (!r.ok) throw new Error(r.status); return r.json(); };
const post = (path, body) => fetch(path, { method: 'POST', body: body === undefined ? undefined : JSON.stringify(body) });

// Control and direction-changing characters become visible, so that a name cannot look like another one.
const visible = text => String(text).replace(/[\u0000-\u001f\u007f\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
  c => c < ' ' ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : '\u27e8U+' + c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0') + '\u27e9');

const ago = at => {
  const s = Math.max(0, (Date.now() - new Date(at)) / 1000);
  if (s < 60) return Math.floor(s) + ' s ago';
  if (s < 3600) return Math.floor(s / 60) + ' min ago';
  if (s < 86400) return Math.floor(s / 3600) + ' h ago';
  return Math.floor(s / 86400) + ' d ago';
};

const changed = (() => { const last = {}; return (name, value) => { const now = JSON.stringify(value); if (last[name] === now) return false; last[name] = now; return true; }; })();
let mailView = 'html', logView = 'log', openMail = 0, newestMail = 0, state = {};

function person(user) {
  const row = make('tr');
  const who = make('td', 'who');
  who.append(make('strong', '', visible(user.name || user.login)), make('small', '', visible(user.login === user.email ? user.email : user.login + ' \u00b7 ' + user.email)));
  who.title = visible(user.login) + '  id ' + user.id + '  uid ' + user.uid;
  const pill = make('span', 'pill' + (user.isDisabled ? ' disabled' : user.isAdmin ? ' admin' : ''), user.isDisabled ? 'Locked' : user.isAdmin ? 'Admin' : user.external ? 'External' : 'Enabled');
  pill.title = 'Roles: ' + (user.roles.join(', ') || 'none') + '. Sessions: ' + user.sessions + '.' + (user.external ? ' Signs in by ' + user.external + '.' : '');
  const status = make('td'); status.append(pill);
  if (user.answered !== null) status.append(make('small', 'stay', user.answered ? 'inside ' + Math.round(user.inside) + ' ms, ' + user.answered + ' answered' : 'never inside, 0 answered'));
  const since = make('td'); since.append(make('time', '', ago(user.created)));
  const decide = make('td', 'right');
  const button = (label, cls, act) => {
    const b = make('button', 'act ' + cls, label); b.type = 'button';
    b.onclick = async () => { b.disabled = true; await post('/sandbox/users/' + user.id + '/' + act); refresh(); };
    decide.append(b);
  };
  if (!user.isAdmin) {
    if (user.isDisabled) { button('Approve', 'approve', 'enable'); button('Reject', 'reject', 'delete'); }
    else { button('Lock', '', 'disable'); button('Delete', 'reject', 'delete'); }
  }
  row.append(who, status, since, decide);
  return row;
}

async function showPeople() {
  const users = await ask('/sandbox/users');
  $('people-count').textContent = users.length;
  if (changed('people', [users, Math.floor(Date.now() / 10000)])) $('people-rows').replaceChildren(...users.slice(0, 200).map(person));
}

async function showMails() {
  const mails = await ask('/sandbox/mails');
  $('mails-count').textContent = mails.length;
  if (mails.length && mails[0].number !== newestMail) { if (openMail === newestMail) openMail = mails[0].number; newestMail = mails[0].number; }
  if (!changed('mails', [mails, openMail, Math.floor(Date.now() / 10000)])) return;
  $('mail-list').replaceChildren(...mails.slice(0, 200).map(mail => {
    const item = make('li'), b = make('button', mail.number === openMail ? 'on' : ''); b.type = 'button';
    b.append(make('strong', '', visible(mail.subject)), make('small', '', ago(mail.at) + ' \u00b7 ' + visible(mail.to.join(', '))));
    b.onclick = () => { openMail = mail.number; refresh(); };
    item.append(b); return item;
  }));
  await showMail();
}

async function showMail() {
  if (!openMail || !changed('mail', [openMail, mailView])) return;
  const mail = await ask('/sandbox/mails/' + openMail);
  const meta = make('div', 'meta');
  meta.append(make('b', '', visible(mail.subject)), 'From ' + visible(mail.from) + ' to ' + visible(mail.to.join(', ')) + ', ' + new Date(mail.at).toLocaleTimeString()
    + (mail.attachments.length ? ' \u00b7 ' + mail.attachments.map(a => visible(a.name) + ' (' + a.size + ' bytes)').join(', ') : ''));
  let content;
  if (mailView === 'html' && mail.html) { content = make('iframe'); content.setAttribute('sandbox', ''); content.srcdoc = mail.html; }
  else if (mailView === 'headers') content = make('pre', '', mail.headers.map(h => h.key + ': ' + visible(h.value)).join('\n'));
  else content = make('pre', '', mail.text.split('\n').map(l => visible(l.replace(/\r$/, ''))).join('\n'));
  $('mail-view').replaceChildren(meta, content);
}

// A message as Telegram shows it. The catcher has read the markup: what comes is text and the name of a style, and only that is shown.
function bubble(message) {
  const said = make('div', 'said'), div = make('div', 'bubble');
  message.pieces.forEach((piece, i) => {
    const style = { b: 'b', code: 'code', pre: 'pre' }[piece.tag];
    const before = message.pieces[i - 1], after = message.pieces[i + 1];
    let text = piece.text;
    // A block has a line of its own already.
    if (before && before.tag === 'pre') text = text.replace(/^\n/, '');
    if (after && after.tag === 'pre') text = text.replace(/\n$/, '');
    said.append(style ? make(style === 'b' ? 'strong' : 'span', style, text) : text);
  });
  const about = (message.thread ? 'topic ' + message.thread + ' \u00b7 ' : '') + (message.silent ? 'silent \u00b7 ' : '') + (message.plain ? 'plain text \u00b7 ' : '');
  div.append(said, make('small', '', about + new Date(message.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })));
  div.title = 'To ' + visible(message.chat) + ', ' + message.text.length + ' of 4096 characters';
  return div;
}

async function showTelegram() {
  const messages = await ask('/sandbox/telegram');
  $('telegram-count').textContent = messages.length;
  if (!changed('telegram', messages)) return;
  $('telegram-chat').replaceChildren(...(messages.length ? messages.slice(0, 100).reverse().map(bubble) : [make('p', 'empty', 'No message yet.')]));
  $('telegram-chat').scrollTop = $('telegram-chat').scrollHeight;
}

function logLine(line) {
  const div = make('div');
  if (logView === 'audit') { div.textContent = visible(line); return div; }
  if (line.includes('msg="Successful Login"')) div.className = 'event';
  else if (/ status=(5\d\d|40[13]) /.test(line) || line.includes('Failed to authenticate')) div.className = 'fail';
  else if (/ level=(warn|error) /.test(line)) div.className = 'warn';
  if (div.className) { div.textContent = visible(line); return div; }
  const cut = line.indexOf(' method=');
  if (cut < 0) { div.textContent = visible(line); return div; }
  div.append(make('span', 'key', visible(line.slice(0, cut))), visible(line.slice(cut)));
  return div;
}

async function showLog() {
  const lines = await ask('/sandbox/' + logView + '?lines=80');
  $('log-path').textContent = (logView === 'log' ? state.logFile : state.auditFile) || '';
  if (!changed('log', [logView, lines])) return;
  $('log-lines').replaceChildren(...(lines.length ? lines.map(logLine) : [make('div', '', logView === 'audit' ? 'No audit file yet: the daemon has not written one.' : 'Nothing logged yet.')]));
  if ($('follow').checked) $('log-lines').scrollTop = $('log-lines').scrollHeight;
}

async function showState() {
  state = await ask('/sandbox/state');
  $('light-grafana').classList.toggle('off', !state.listening);
  $('light-mail').classList.toggle('off', state.mailStopped);
  $('light-born').hidden = state.bornLocked === null;
  $('light-born').classList.toggle('none', !state.bornLocked);
  $('light-telegram').classList.toggle('off', state.telegram === 'down');
  if (document.activeElement !== $('telegram-mood')) $('telegram-mood').value = state.telegram;
  $('single-sign-on').hidden = !state.singleSignOn;
  if (state.singleSignOn) $('single-sign-on').href = state.singleSignOn;
  $('acting').textContent = 'deciding as ' + state.admin;
}

async function refresh() {
  try { await showState(); await Promise.all([showPeople(), showMails(), showTelegram(), showLog()]); document.body.classList.remove('lost'); }
  catch { document.body.classList.add('lost'); $('acting').textContent = 'the sandbox has stopped'; }
}

$('signup').onsubmit = async event => {
  event.preventDefault();
  const form = event.target, data = Object.fromEntries(new FormData(form));
  const answer = await post('/sandbox/signup', data), note = $('signup-note');
  const body = await answer.json().catch(() => ({}));
  note.className = 'note ' + (answer.ok ? 'good' : 'bad');
  note.textContent = answer.ok ? 'Grafana answered: ' + body.message + '. Now watch the state and the mails.' : 'Grafana refused: ' + visible(body.message || answer.status);
  if (answer.ok) form.reset();
  refresh();
};
$('light-mail').onclick = async () => { await post('/sandbox/mail/' + (state.mailStopped ? 'start' : 'stop')); refresh(); };
$('light-born').onclick = async () => { await post('/sandbox/born-locked/' + (state.bornLocked ? 'off' : 'on')); refresh(); };
$('light-telegram').onclick = async () => { await post('/sandbox/telegram/' + (state.telegram === 'down' ? 'ok' : 'down')); refresh(); };
$('telegram-mood').onchange = async event => { await post('/sandbox/telegram/' + event.target.value); event.target.blur(); refresh(); };
$('light-grafana').onclick = async () => { await post('/sandbox/grafana/' + (state.listening ? 'stop' : 'start')); refresh(); };
const tabs = (id, choose) => $(id).addEventListener('click', e => {
  if (!e.target.dataset.view) return;
  for (const b of $(id).children) b.classList.toggle('on', b === e.target);
  choose(e.target.dataset.view); showMail(); showLog();
});
tabs('mail-tabs', v => { mailView = v; });
tabs('log-tabs', v => { logView = v; });
const loop = async () => { if (!document.hidden) await refresh(); setTimeout(loop, 1000); };
loop();
