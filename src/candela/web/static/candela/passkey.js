// Signs in with a passkey, or adds one. The browser and the device do the work.
//
// A form with data-passkey ("get" or "create") is shown only where passkeys can be used.
// Sending it asks the device first and puts the answer into the field "credential".
// What to ask for stands in data-options, or comes from the address in data-ask.

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!window.PublicKeyCredential) continue
  form.hidden = false
  for (const words of document.querySelectorAll('[data-passkey-without]')) words.hidden = true
  form.addEventListener('submit', (sent) => {
    sent.preventDefault()
    use(form)
  })
}

async function use(form) {
  const trouble = form.querySelector('[data-passkey-trouble]')
  trouble.hidden = true
  try {
    const options = await optionsOf(form)
    const answer =
      form.dataset.passkey === 'create'
        ? await navigator.credentials.create({ publicKey: toCreate(options) })
        : await navigator.credentials.get({ publicKey: toGet(options) })
    form.elements.credential.value = JSON.stringify(told(answer))
  } catch {
    trouble.hidden = false
    return
  }
  form.submit()
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options).publicKey
  const answer = await fetch(form.dataset.ask, {
    credentials: 'same-origin',
    headers: { Accept: 'application/json' }
  })
  if (!answer.ok) throw new Error('no options')
  return (await answer.json()).request_options.publicKey
}

// Only a passkey that is kept on the device and asks who holds it is enough by itself.
function toCreate(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(withBytes),
    authenticatorSelection: {
      ...options.authenticatorSelection,
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required'
    }
  }
}

function toGet(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map(withBytes)
  }
}

function withBytes(credential) {
  return { ...credential, id: bytes(credential.id) }
}

function told(answer) {
  const response = {}
  const names = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
  for (const name of names) {
    if (answer.response[name]) response[name] = text(answer.response[name])
  }
  if (answer.response.getTransports) response.transports = answer.response.getTransports()
  return {
    id: answer.id,
    rawId: text(answer.rawId),
    type: answer.type,
    authenticatorAttachment: answer.authenticatorAttachment,
    clientExtensionResults: answer.getClientExtensionResults(),
    response
  }
}

// Bytes are written in base64 with - and _ and without =, so that they fit in addresses.
function bytes(written) {
  const plain = atob(written.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte))
  return btoa(letters.join('')).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
