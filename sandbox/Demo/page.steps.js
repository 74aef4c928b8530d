// What there is to try; each step is ticked by the page when it sees it done.
const steps = [
  ['signup', 'Sign up as a stranger', 'In the form beside this. Grafana lets you in at once, as anybody.'],
  ['locked', 'See yourself locked out', 'In the table of accounts: the state turns to Locked, with how long Grafana went on answering you, and how often. The mail counts from the making of the account to the lock, which is a little longer.'],
  ['read', 'Read the admins\u2019 mail', 'It comes some seconds later, for it tells what was done inside. Open it under Mails.'],
  ['approve', 'Approve yourself', 'By the mail\u2019s button, which opens the account in Grafana (Enable user), or by Approve in the table. You stay in until somebody rejects you.'],
  ['reject', 'Sign up and be rejected', 'Sign up as somebody else. Reject in the table deletes the account, after a question.'],
  ['chat', 'Decide in the chat', 'Sign up once more. Under Telegram a message has buttons: Approve asks for a PIN, Reject asks once more.'],
  ['born', 'Be born locked', 'Press \u201cBorn locked\u201d at the top and sign up once more: now nobody is inside for even a moment.', s => s.bornLocked !== null],
  ['hostile', 'Try a hostile name', 'For example <script>alert(1)<\/script>. It stays text everywhere.'],
  ['report', 'Read First2Lead\u2019s report', 'It is a mail. In the last full hour only administrators worked. The hour before is silent; ask why: grafana-compliance explain.'],
  ['pulse', 'See who uses Grafana', 'Under Telegram, with each full minute; in a hospital every quarter of an hour.'],
  ['mail', 'Stop the mail server', 'Press \u201cMail\u201d at the top, sign up, look at what waits under Mails, and start it again: the mail comes at once.'],
  ['grafana', 'Stop Grafana', 'Press \u201cGrafana\u201d at the top: the log falls silent, within two minutes the chat has an alert. Start it again.'],
  ['kill', 'Kill the daemon', 'Press kill -9 beside grafana-auto-disable and sign up at once: it is back within seconds and locks you.', s => daemonNamed('grafana-auto-disable')],
  ['audit', 'Read the audit', 'Under Audit: each decision with its reason, chained so that no line can be changed unseen.'],
  ['metrics', 'See it counted', 'Under Metrics: what Prometheus reads of each daemon. Stop Grafana for three minutes and its alerts say so.'],
];
const tickLater = { mail: false, grafana: false, kill: false };
let ticked, daemons = [];
const daemonNamed = name => daemons.find(d => d.name === name);
const tick = step => { if (ticked.add(step)) showSteps(); };

function showSteps() {
  const here = steps.filter(([, , , fits]) => !fits || fits(state)), next = here.find(([name]) => !ticked.has(name));
  if (!changed('steps', [here.map(s => s[0]), ticked.size()])) return;
  $('steps-count').textContent = here.filter(([name]) => ticked.has(name)).length + ' of ' + here.length;
  $('steps-next').textContent = next ? 'Next: ' + next[1] : 'You have seen it all.';
  $('steps').replaceChildren(...here.map(([name, title, how]) => {
    const item = make('li', ticked.has(name) ? 'done' : ''), all = make('details'), head = make('summary', '', title);
    all.name = 'step';
    all.open = next && next[0] === name;
    if (ticked.has(name)) head.append(make('span', 'unseen', ', done'));
    all.append(head, make('p', '', how));
    item.append(all);
    return item;
  }));
}

function daemonRow(daemon) {
  const item = make('li', daemon.running ? '' : 'off'), kill = make('button', 'act', 'kill -9');
  kill.type = 'button';
  kill.setAttribute('aria-label', 'kill -9 ' + daemon.name);
  kill.disabled = !daemon.running;
  kill.dataset.daemon = daemon.name;
  kill.onclick = async () => { kill.disabled = true; await post('/sandbox/daemons/' + daemon.name + '/kill'); refresh(); };
  const about = make('span', '', daemon.name);
  if (!daemon.running) about.append(make('small', '', 'does not run; it is back within seconds'));
  item.title = daemon.state || '';
  item.append(make('i'), about, kill);
  return item;
}

async function showDaemons() {
  daemons = await ask('/sandbox/daemons');
  $('daemons-card').hidden = daemons.length === 0;
  const gate = daemonNamed('grafana-auto-disable');
  if (gate && !gate.running) tickLater.kill = true;
  else if (gate && tickLater.kill) { tickLater.kill = false; if (seen.daemon) tick('kill'); }
  if (gate && gate.running) seen.daemon = true;
  showSteps();
  if (!changed('daemons', daemons.map(d => [d.name, d.running, d.state]))) return;
  const at = document.activeElement.dataset.daemon;
  $('daemons').replaceChildren(...daemons.map(daemonRow));
  if (at) document.querySelector('[data-daemon="' + at + '"]')?.focus();
}
