// What came of it: mails, the chat, the log, the audit and the metrics, of which one is open at a time.
let mailForm = 'html', openNumber = 0, readMails, readMessages;
const seen = { mails: null, newest: 0, daemon: false };

async function showMails() {
  const mails = await ask('/sandbox/mails');
  // What came before the page was opened is new too: the report to First2Lead is waiting to be read.
  countNew('mails', mails.filter(m => !readMails.has(m.number)).length);
  mails.forEach(followMail);
  if (seen.mails !== null && tickLater.mail && !state.mailStopped && mails.length > seen.mails) { tickLater.mail = false; tick('mail'); }
  seen.mails = mails.length;
  seen.newest = mails.length ? mails[0].number : 0;
  showWaiting();
  $('mail-none').hidden = mails.length > 0;
  if (changed('mails', [mails, openNumber, readMails.size()])) {
    const at = document.activeElement.dataset.mail;
    $('mail-list').replaceChildren(...mails.slice(0, 200).map(mailRow));
    if (at) document.querySelector('[data-mail="' + at + '"]')?.focus();
  }
  await showMail();
}

function mailRow(mail) {
  const item = make('li'), fresh = !readMails.has(mail.number);
  const b = make('button', (mail.number === openNumber ? 'on ' : '') + (fresh ? 'fresh' : '')); b.type = 'button';
  const about = make('small', '', timeOf(mail.at) + ' \u00b7 ' + visible(mail.to.join(', ')));
  if (fresh) about.prepend(make('span', 'new', 'new'), ' ');
  b.append(make('strong', '', visible(mail.subject)), about);
  b.dataset.mail = mail.number;
  b.onclick = () => openMail(mail.number);
  item.append(b);
  return item;
}

async function openMail(number) {
  openNumber = number;
  readMails.add(number);
  $('mailbox').classList.toggle('reading', number > 0);
  await showMails();
  if (number) $('mail-back').focus({ preventScroll: true });
}

async function showMail() {
  if (!openNumber || !changed('mail', [openNumber, mailForm])) return;
  const mail = await ask('/sandbox/mails/' + openNumber);
  const meta = make('div', 'meta');
  meta.append(make('b', '', visible(mail.subject)), 'From ' + visible(mail.from) + ' to ' + visible(mail.to.join(', ')) + ', ' + timeOf(mail.at)
    + (mail.attachments.length ? ' \u00b7 ' + mail.attachments.map(a => visible(a.name) + ' (' + a.size + ' bytes)').join(', ') : ''));
  let content;
  if (mailForm === 'html' && mail.html) {
    // As in a mail program: a link opens a window of its own, and the mail stays. What is opened runs outside of this frame's sandbox.
    content = make('iframe');
    content.title = 'The mail, as a mail program shows it';
    content.setAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox');
    content.srcdoc = mail.html.replace(/<head[^>]*>/i, '$&<base target="_blank">');
  } else {
    content = make('pre', '', mailForm === 'headers' ? mail.headers.map(h => h.key + ': ' + visible(h.value)).join('\n')
      : (mail.text || '').split('\n').map(l => visible(l.replace(/\r$/, ''))).join('\n'));
    content.tabIndex = 0;
  }
  $('mail-content').replaceChildren(meta, content);
  if ((mail.html || '').includes('/admin/users/edit/')) tick('read');
  if (mail.to.some(to => to.startsWith('reports@'))) tick('report');
}

// What waits for a server that is stopped, and until when.
function showWaiting() {
  const waiting = daemons.filter(d => d.waiting && d.name !== 'grafana-active-users');
  const next = waiting.map(d => d.nextAttempt).filter(Boolean).sort()[0];
  const count = waiting.reduce((sum, d) => sum + d.waiting, 0);
  $('mails-notice').hidden = !state.mailStopped && !waiting.some(d => d.trouble);
  $('mails-notice').textContent = (state.mailStopped ? 'The mail server is stopped. ' : 'The mail server is back. ')
    + (count ? count + (count === 1 ? ' mail waits' : ' mails wait') + ' in the outbox' + (next ? '; the next try is at ' + timeOf(next) : '') + '. ' : '')
    + (state.mailStopped ? 'Nothing is lost: start it again (\u201cMail\u201d at the top), and what waits is tried at once.' : '');
  const chat = daemonNamed('grafana-active-users');
  $('telegram-notice').textContent = chat && chat.trouble && chat.waiting
    ? chat.waiting + (chat.waiting === 1 ? ' message waits' : ' messages wait') + (chat.nextAttempt ? '; the next try is at ' + timeOf(chat.nextAttempt) : '') : '';
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
  const foot = make('small', '', about + timeOf(message.at));
  if (!readMessages.has(message.number)) foot.prepend(make('span', 'new', 'new'), ' ');
  div.append(said, foot);
  if (message.buttons.length) {
    const keys = make('div', 'keys');
    for (const row of message.buttons) {
      const line = make('div');
      for (const label of row) {
        const key = make('button', '', label);
        key.type = 'button';
        key.onclick = () => pressKey(message.number, label);
        line.append(key);
      }
      keys.append(line);
    }
    div.append(keys);
  }
  div.title = 'To ' + visible(message.chat) + ', ' + message.text.length + ' of 4096 characters';
  return div;
}

// What only whoever pressed is told.
async function pressKey(number, label) {
  $('telegram-told').textContent = '…';
  const answer = await post('/sandbox/telegram/' + number + '/press?label=' + encodeURIComponent(label));
  const told = answer.ok ? (await answer.json()).text : 'That did not work.';
  $('telegram-told').textContent = told;
  if (/^(Approved|Rejected):/.test(told)) tick('chat');
  await showTelegram();
}

async function showTelegram() {
  const messages = await ask('/sandbox/telegram');
  const fresh = messages.filter(m => !readMessages.has(m.number));
  if (isOpen('telegram')) {
    if (changed('telegram', messages)) {
      $('telegram-chat').replaceChildren(...(messages.length ? messages.slice(0, 100).reverse().map(bubble) : [make('p', 'empty', 'No message yet: one comes with each full minute.')]));
      $('telegram-chat').scrollTop = $('telegram-chat').scrollHeight;
    }
    fresh.forEach(m => readMessages.add(m.number));
    if (messages.some(m => m.text.includes('Athena, '))) tick('pulse');
  }
  countNew('telegram', isOpen('telegram') ? 0 : fresh.length);
}

function logLine(line) {
  const div = make('div');
  if (line.includes('msg="Successful Login"')) div.className = 'event';
  else if (/ status=(5\d\d|40[13]) /.test(line) || line.includes('Failed to authenticate')) div.className = 'fail';
  else if (/ level=(warn|error) /.test(line)) div.className = 'warn';
  const cut = line.indexOf(' method=');
  if (div.className || cut < 0) div.textContent = visible(line);
  else div.append(make('span', 'key', visible(line.slice(0, cut))), visible(line.slice(cut)));
  return div;
}

async function showLog() {
  $('log-notice').hidden = state.listening;
  if (!isOpen('log')) return;
  const lines = await ask('/sandbox/log?lines=80');
  $('log-path').textContent = state.logFile || '';
  if (!changed('log', lines)) return;
  $('log-lines').replaceChildren(...(lines.length ? lines.map(logLine) : [make('div', '', 'Nothing logged yet.')]));
  if ($('follow').checked) $('log-lines').scrollTop = $('log-lines').scrollHeight;
}

// Times that stand in the middle of a text go by the page's clock, too.
const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;

function auditRow(entry) {
  const row = make('tr'), outcome = make('td');
  outcome.append(make('strong', '', visible(entry.verdict)));
  const facts = Object.entries(entry.facts || {}).map(([name, value]) => visible(name) + ': ' + visible(value.replace(instant, timeOf)));
  outcome.append(make('small', 'fact', facts.join(' \u00b7 ')));
  row.append(make('td', '', timeOf(entry.at)), make('td', '', visible(entry.event)), make('td', '', visible(names.get(entry.case) || entry.case)), outcome);
  row.title = 'Entry ' + entry.seq + ', chained to the one before by its hash';
  return row;
}

async function showAudit() {
  if (!isOpen('audit')) return;
  const lines = await ask('/sandbox/audit?lines=80');
  $('audit-path').textContent = state.auditFile || '';
  if (!changed('audit', lines)) return;
  // The last line may be half written, and some are no entry but the anchor of a chain.
  const entries = lines.flatMap(line => { try { return [JSON.parse(line)]; } catch { return []; } }).filter(entry => entry.event);
  $('audit-rows').replaceChildren(...entries.reverse().map(auditRow));
  if (!entries.length) {
    const none = make('td', 'empty', 'No audit yet: the daemon has not written one.'); none.colSpan = 4;
    $('audit-rows').append(make('tr')); $('audit-rows').firstChild.append(none);
  } else tick('audit');
}

// A comment says what the numbers below it are; TYPE is for machines.
function metricLine(line) {
  if (line.startsWith('# HELP ')) return [make('span', 'what', line.slice(7).replace(/^\S+ /, ''))];
  const cut = line.lastIndexOf(' ');
  return line.startsWith('#') || cut < 0 ? [] : [visible(line.slice(0, cut)) + ' ', make('b', '', line.slice(cut + 1)), '\n'];
}

async function showMetrics() {
  if (!isOpen('metrics')) return;
  const all = await ask('/sandbox/metrics');
  $('metrics-alerts').hidden = !state.prometheus;
  $('metrics-none').hidden = Boolean(state.prometheus);
  if (state.prometheus) $('metrics-alerts').href = new URL('alerts', state.prometheus);
  if (changed('metrics-daemons', all.map(one => one.name))) {
    $('metrics-daemon').replaceChildren(...all.map(one => { const option = make('option', '', one.name); option.value = one.name; return option; }));
  }
  const chosen = all.find(one => one.name === $('metrics-daemon').value);
  if (chosen && chosen.text) tick('metrics');
  if (!changed('metrics', chosen)) return;
  const lines = chosen && chosen.text ? chosen.text.split('\n').flatMap(metricLine) : [];
  $('metrics-lines').replaceChildren(...(lines.length ? lines : [make('span', 'what', 'It has written none yet: the first come within 15 seconds.')]));
}
$('metrics-daemon').onchange = showMetrics;

$('mail-back').onclick = () => {
  const at = openNumber;
  openNumber = 0;
  $('mailbox').classList.remove('reading');
  changed('mail', null);
  showMails().then(() => document.querySelector('[data-mail="' + at + '"]')?.focus());
};
$('mail-forms').onclick = event => {
  if (!event.target.dataset.view) return;
  for (const b of $('mail-forms').children) b.setAttribute('aria-pressed', b === event.target);
  mailForm = event.target.dataset.view;
  showMail();
};
