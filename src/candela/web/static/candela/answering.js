// What the pages of who answers gain where scripts run. Without them all works as well.

const every = 20000; // milliseconds between savings of a page that is being written
const kept = 'candela-answers ';

openBoxes();
autosave();
await offline();

// A box stands open unless its question was answered in another way.
function openBoxes() {
  for (const box of document.querySelectorAll('[data-opened-by]')) {
    const when = box.dataset.when.split(' ');
    const inputs = [...document.getElementsByName(box.dataset.openedBy)];
    if (!inputs.length) continue;
    const show = () => {
      const open = inputs.some((input) => input.checked && when.includes(input.value));
      const typed = [...box.querySelectorAll('textarea, input')].some((input) =>
        ['checkbox', 'radio'].includes(input.type) ? input.checked : input.value
      );
      box.toggleAttribute('data-closed', !open && !typed);
    };
    for (const input of inputs) input.addEventListener('change', show);
    show();
  }
}

// Saves what is being written; it is saved for good when somebody goes on.
function autosave() {
  const form = document.querySelector('form[data-autosave]');
  if (!form) return;
  let before = said(form);
  setInterval(async () => {
    const now = said(form);
    if (now === before) return;
    const body = new URLSearchParams(new FormData(form));
    body.set('go', 'saved');
    try {
      const answer = await fetch(location.href, { method: 'POST', body });
      if (answer.status === 204) before = now;
    } catch {
      // no signal: the words are still on the page
    }
  }, every);
}

function said(form) {
  return new URLSearchParams(new FormData(form)).toString();
}

// The page with all questions: kept by the browser, sent when there is a signal.
async function offline() {
  const form = document.querySelector('form[data-offline]');
  if (!form) return;
  const place = kept + location.pathname;
  const signal = document.getElementById('signal');
  if ('serviceWorker' in navigator) {
    await navigator.serviceWorker.register('/tell/worker.js', { scope: '/tell/' });
    const ready = await navigator.serviceWorker.ready;
    ready.active?.postMessage({ keep: location.href });
  }
  let sending = false;

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (sending) return;
    localStorage.setItem(place, said(form));
    await send();
  });
  addEventListener('online', () => send());
  if (localStorage.getItem(place)) {
    fill(form, new URLSearchParams(localStorage.getItem(place)));
    await send();
  }

  async function send() {
    const waiting = localStorage.getItem(place);
    if (!waiting || sending) return;
    sending = true;
    try {
      await deliver(new URLSearchParams(waiting));
    } catch {
      signal.textContent = signal.dataset.wordsKept;
      form.elements.later.value = '1';
    } finally {
      sending = false;
    }
  }

  async function deliver(body) {
    // A page from the browser's store may be old: what protects it is asked for anew.
    const fresh = await fetch(location.href, { cache: 'no-store', headers: { 'X-Fresh': '1' } });
    if (fresh.ok) {
      const page = new DOMParser().parseFromString(await fresh.text(), 'text/html');
      body.set('csrfmiddlewaretoken', page.querySelector('[name=csrfmiddlewaretoken]').value);
    }
    if (form.elements.later.value) body.set('later', '1');
    const answer = await fetch(location.href, { method: 'POST', body });
    if (answer.ok || answer.status === 409) {
      localStorage.removeItem(place);
      navigator.serviceWorker?.controller?.postMessage({ forget: location.href });
      if (answer.redirected) location.replace(answer.url);
      else done();
    } else if (answer.status === 404) {
      signal.textContent = signal.dataset.wordsOver; // kept: it may be let in again
    } else if (answer.status === 422) {
      localStorage.removeItem(place);
      form.submit(); // shows what needs a look, with everything still there
    } else {
      throw new Error(String(answer.status));
    }
  }

  function done() {
    form.remove();
    signal.textContent = signal.dataset.wordsSent;
  }
}

// Puts what was kept back into its places.
function fill(form, words) {
  for (const input of form.querySelectorAll('textarea, input')) {
    if (input.type === 'hidden') continue;
    const given = words.getAll(input.name);
    if (['checkbox', 'radio'].includes(input.type)) input.checked = given.includes(input.value);
    else input.value = given[0] ?? '';
  }
}
