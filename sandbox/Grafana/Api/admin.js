'use strict';
// What was said of the last press is shown after the page has come anew.
const said = document.getElementById('said');
if (said) {
  said.textContent = sessionStorage.getItem('said') || '';
  sessionStorage.removeItem('said');
}

for (const button of document.querySelectorAll('button[data-method]')) button.onclick = async () => {
  if (button.dataset.ask && !confirm(button.dataset.ask)) return;
  button.disabled = true;
  let text = 'Grafana does not answer: start it again on the page of the demo.';
  let done = false;
  try {
    const answer = await fetch(button.dataset.path, { method: button.dataset.method });
    done = answer.ok;
    // A session that is old is renewed with the page.
    text = answer.status === 401 ? 'You were signed in again: press once more.' : (await answer.json()).message;
    sessionStorage.setItem('said', text);
    location.href = done && button.dataset.then || location.href;
  } catch {
    said.textContent = text;
    button.disabled = false;
  }
};
