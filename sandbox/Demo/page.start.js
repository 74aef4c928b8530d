// Once a second everything is asked for; what has not changed is left as it is.
let lost = 0;

function light(id, isOn, off, part) {
  $(id).classList.toggle('off', !isOn);
  $(id).querySelector('span').textContent = part + (isOn ? '' : off);
  $(id).setAttribute('aria-label', part + (isOn ? ' runs: stop it' : off + ': start it'));
}

async function showState() {
  const before = state.run;
  state = await ask('/sandbox/state');
  if (before && before !== state.run) { location.reload(); return; }
  if (!before) {
    ticked = kept('ticked', state.run);
    readMails = kept('mails', state.run);
    readMessages = kept('messages', state.run);
  }
  light('light-grafana', state.listening, ' stopped', 'Grafana');
  light('light-mail', !state.mailStopped, ' stopped', 'Mail');
  light('light-telegram', state.telegram !== 'down', ' stopped', 'Telegram');
  $('light-born').hidden = state.bornLocked === null;
  $('light-born').classList.toggle('none', !state.bornLocked);
  $('light-born').setAttribute('aria-pressed', Boolean(state.bornLocked));
  if (document.activeElement !== $('telegram-mood')) $('telegram-mood').value = state.telegram;
  $('single-sign-on').hidden = !state.singleSignOn;
  if (state.singleSignOn) $('single-sign-on').href = state.singleSignOn;
  $('acting').textContent = 'you are ' + state.admin;
  $('clock').textContent = timeOf(Date.now()) + ' ' + state.zoneName;
  if (!state.listening) tickLater.grafana = true;
  else if (tickLater.grafana) { tickLater.grafana = false; tick('grafana'); }
}

async function refresh() {
  try {
    await showState();
    await showDaemons();
    await Promise.all([showPeople(), showMails(), showTelegram(), showLog(), showAudit(), showMetrics()]);
    lost = 0;
    if (!$('ended').hidden) location.reload();
  } catch { lost++; }
  if (lost > 1) end();
}

// The sandbox has gone: nothing here can do anything any more. It may come back at the same address, as another run.
function end() {
  $('ended').hidden = false;
  document.title = 'Ended \u00b7 Athena Workers';
  for (const one of document.querySelectorAll('button, input, select')) one.disabled = true;
  for (const one of document.querySelectorAll('.light')) one.classList.add('ended');
  for (const one of document.querySelectorAll('#daemons li')) one.className = 'off';
}

// On a telephone the next step is enough.
const narrow = matchMedia('(max-width: 1050px)');
narrow.onchange = () => { $('steps-all').open = !narrow.matches; };
narrow.onchange();

const press = (id, path) => { $(id).onclick = async () => { await post('/sandbox/' + path()); refresh(); }; };
press('light-mail', () => 'mail/' + (state.mailStopped ? 'start' : 'stop'));
press('light-born', () => 'born-locked/' + (state.bornLocked ? 'off' : 'on'));
press('light-telegram', () => 'telegram/' + (state.telegram === 'down' ? 'ok' : 'down'));
press('light-grafana', () => 'grafana/' + (state.listening ? 'stop' : 'start'));
$('telegram-mood').onchange = async event => { await post('/sandbox/telegram/' + event.target.value); event.target.blur(); refresh(); };
document.onvisibilitychange = () => { if (!document.hidden) refresh(); };
const loop = async () => { if (!document.hidden) await refresh(); setTimeout(loop, 1000); };
loop();
