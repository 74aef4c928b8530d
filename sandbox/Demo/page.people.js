// Accounts: who is in Grafana, what may be decided about them, and what became of whoever signed up here.
const locked = new Set(), names = new Map();
let watched = null;

function person(user) {
  const row = make('li'), who = make('div', 'who'), decide = make('div', 'decide');
  const pill = make('span', 'pill' + (user.isDisabled ? ' disabled' : user.isAdmin ? ' admin' : ''), user.isDisabled ? 'Locked' : user.isAdmin ? 'Admin' : user.external ? 'External' : 'Enabled');
  pill.title = 'Roles: ' + (user.roles.join(', ') || 'none') + '. Sessions: ' + user.sessions + '.' + (user.external ? ' Signs in by ' + user.external + '.' : '');
  const first = make('div', 'first');
  first.append(make('strong', '', visible(user.name || user.login)), pill);
  const about = [visible(user.login === user.email ? user.email : user.login + ' \u00b7 ' + user.email)];
  if (user.answered !== null) about.push(timeOf(user.created), stay(user));
  who.append(first, make('small', '', about.join(' \u00b7 ')));
  who.title = visible(user.login) + '  id ' + user.id + '  uid ' + user.uid + '  since ' + when(user.created);
  const name = visible(user.name || user.login);
  const button = (label, cls, act, done, question) => {
    const b = make('button', 'act ' + cls, label); b.type = 'button'; b.disabled = !state.listening;
    b.setAttribute('aria-label', label + ' ' + name); b.dataset.of = user.id;
    b.onclick = async () => {
      if (question && !await sure(question, 'The account is deleted in Grafana, which cannot be undone. Whoever it was can sign up again, and is locked again.', label)) return;
      b.disabled = true;
      watched = null;
      const answer = await post('/sandbox/users/' + user.id + '/' + act), body = await answer.json().catch(() => ({}));
      if (answer.ok) say(done + ' ' + name + ', as ' + state.admin + '.', 'good');
      else say('Grafana refused: ' + visible(body.message || answer.status), 'bad');
      refresh();
    };
    decide.append(b);
  };
  if (!user.isAdmin) {
    if (user.isDisabled) { button('Approve', 'approve', 'enable', 'Approved'); button('Reject', 'reject', 'delete', 'Rejected', 'Reject ' + name + '?'); }
    else { button('Lock', '', 'disable', 'Locked'); button('Delete', 'reject', 'delete', 'Deleted', 'Delete ' + name + '?'); }
  }
  row.append(who, decide);
  return row;
}

const stay = user => user.answered ? 'inside ' + Math.round(user.inside) + ' ms, ' + user.answered + ' answered' : 'never inside, 0 answered';

async function showPeople() {
  const users = await ask('/sandbox/users');
  $('people-count').textContent = users.length;
  for (const user of users) names.set(user.uid, user.name || user.login);
  for (const user of users.filter(u => u.answered !== null)) {
    if (user.isDisabled) { locked.add(user.email); tick('locked'); if (!user.answered) tick('born'); }
    else if (locked.has(user.email)) { locked.delete(user.email); tick('approve'); }
  }
  for (const email of locked) if (!users.some(u => u.email === email)) { locked.delete(email); tick('reject'); }
  follow(users);
  if (!changed('people', [users, state.listening, dayOf(Date.now())])) return;
  const { of } = document.activeElement.dataset;
  $('people-rows').replaceChildren(...users.slice(0, 200).map(person));
  // Whoever is there with the keyboard stays at that account.
  if (of) document.querySelector('[data-of="' + of + '"]')?.focus();
}

// From the sign-up to the mail: what has come so far, and what comes next.
function follow(users) {
  const user = watched && users.find(u => u.email === watched.email);
  if (!user || !user.isDisabled || watched.told) return;
  watched.told = true;
  say('Locked: ' + stay(user) + '. The mail to the admins follows in about ten seconds: it tells what was done inside.', 'good');
}

function followMail(mail) {
  if (!watched || mail.number <= watched.since || !visible(mail.subject).includes(watched.name || watched.email)) return;
  watched = null;
  const open = make('button', 'act', 'Open it'); open.type = 'button';
  open.onclick = () => { openTab('mails'); openMail(mail.number); };
  say('Locked, and the mail to the admins is here. ', 'good');
  $('signup-note').append(open);
}

$('signup').onsubmit = async event => {
  event.preventDefault();
  watched = null;
  if (!state.listening) { say('Grafana is stopped, so nobody can sign up. Start it again: press \u201cGrafana\u201d at the top.', 'bad'); return; }
  const form = event.target, data = Object.fromEntries(new FormData(form));
  const answer = await post('/sandbox/signup', data);
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) { say('Grafana refused: ' + visible(body.message || answer.status), 'bad'); return; }
  const daemon = daemonNamed('grafana-auto-disable');
  say(daemon && !daemon.running ? 'Grafana let you in, and the daemon does not run: you are inside until it is back, a few seconds.'
    : 'Grafana let you in: ' + body.message + '. Now the daemon looks who you are.', 'good');
  watched = { email: data.email.toLowerCase(), name: data.name, since: seen.newest };
  tick('signup');
  if (/[<>"'&\u202e]/.test(data.name)) tick('hostile');
  if (state.mailStopped) tickLater.mail = true;
  form.reset();
  refresh();
};
