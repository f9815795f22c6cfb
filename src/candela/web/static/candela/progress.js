// Asks every 5 seconds how far a long piece of work is, and shows the words that changed.
// They stand in a polite live region: screen readers say them and keep their place.

const every = 5000; // milliseconds

export function watchProgress(page) {
  const shown = page.getElementById('job-progress');
  if (!shown || shown.dataset.progress !== 'running') return;
  const timer = setInterval(async () => {
    const fresh = await ask(shown.dataset.address);
    if (!fresh) return; // the next try may succeed; the words shown are still true
    if (fresh.dataset.progress !== 'running') {
      clearInterval(timer);
      location.assign(shown.dataset.address);
    } else if (fresh.textContent !== shown.textContent) {
      shown.replaceChildren(...fresh.childNodes);
    }
  }, every);
}

async function ask(address) {
  try {
    const answer = await fetch(address, { credentials: 'same-origin' });
    if (!answer.ok) return null;
    const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
    return parsed.getElementById('job-progress');
  } catch {
    return null;
  }
}
