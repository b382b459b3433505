// What both pages share: requests with the token of this tab, if the server asks for one.

const TOKEN = 'dureq.token'

const form = document.querySelector('#token-form')
const problem = document.querySelector('#token-problem')

/** What the API answers, parsed. Asks for a token as long as the server refuses the one there is. */
export async function ask(path, method = 'GET') {
  for (;;) {
    const token = sessionStorage.getItem(TOKEN)
    const response = await fetch(path, { method, headers: token ? { authorization: `Bearer ${token}` } : {} })
    if (response.status === 401) {
      await newToken(token === null ? '' : 'The server does not know this token.')
      continue
    }
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return await response.json()
  }
}

/** Whether requests carry a token. */
export function hasToken() {
  return sessionStorage.getItem(TOKEN) !== null
}

let asking

/** Resolves when somebody has given a token; whoever asks meanwhile waits for the same one. */
function newToken(complaint) {
  problem.textContent = complaint
  form.hidden = false
  asking ??= new Promise((resolve) => {
    form.addEventListener(
      'submit',
      (event) => {
        event.preventDefault()
        sessionStorage.setItem(TOKEN, form.elements.token.value)
        form.hidden = true
        asking = undefined
        resolve()
      },
      { once: true },
    )
  })
  return asking
}

/** An element with a text, or with other elements in it. */
export function element(name, content = [], attributes = {}) {
  const made = document.createElement(name)
  made.append(...(Array.isArray(content) ? content : [content]))
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

/** The operations of an OpenAPI document, in its order. */
export function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      ...operation,
    })),
  )
}
