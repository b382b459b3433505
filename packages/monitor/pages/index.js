// The built-in page: live counts, and the routes there are. A frame of the feed says that something has changed; while the
// socket is closed the counts are asked for every few seconds.

import { ask, element, hasToken, operationsOf } from './api.js'

const POLL_MS = 5_000
/** However fast frames come, the counts are asked for no more often than this. */
const CALM_MS = 250
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000

const freshness = document.querySelector('#freshness')
const active = ['active_runs', 'active_nodes', 'active_schedules', 'active_workflows', 'active_batches']

let live = false

function show(stats) {
  fill('active', Object.fromEntries(active.map((name) => [name.replace('active_', ''), stats[name]])))
  for (const name of ['job_counts', 'workflow_counts', 'batch_counts']) fill(name, stats[name])
}

function fill(id, counts) {
  const cards = Object.entries(counts).map(([name, count]) =>
    element('div', [element('dt', name), element('dd', count.toLocaleString('en'))], { 'data-count': name }),
  )
  document.querySelector(`#${id}`).replaceChildren(...(cards.length > 0 ? cards : [element('p', 'none')]))
}

let refreshing
let again = false

/** Asks for the counts; what is wanted meanwhile is one more time, after a while. */
async function refresh() {
  again = true
  refreshing ??= (async () => {
    while (again) {
      again = false
      try {
        show(await ask('/api/stats'))
        setLive(live)
      } catch (error) {
        freshness.textContent = error.message
      }
      await new Promise((resolve) => setTimeout(resolve, CALM_MS))
    }
    refreshing = undefined
  })()
  await refreshing
}

function setLive(value) {
  live = value
  freshness.dataset.live = String(value)
  freshness.textContent = value ? 'live' : `every ${POLL_MS / 1000} s`
}

/** Listens to the feed, and tries again ever more slowly when it is closed. */
async function listen(retryMs = FIRST_RETRY_MS) {
  let next = Math.min(2 * retryMs, LONGEST_RETRY_MS)
  try {
    const socket = new WebSocket(await feedAddress())
    socket.addEventListener('open', () => {
      next = FIRST_RETRY_MS
      setLive(true)
      void refresh()
    })
    socket.addEventListener('message', () => void refresh())
    await new Promise((resolve) => socket.addEventListener('close', resolve))
  } catch {
    // no ticket: the same as no socket
  }
  setLive(false)
  setTimeout(() => void listen(next), retryMs)
}

/** A browser cannot send a token with a socket: it asks for a ticket, which is good once. */
async function feedAddress() {
  const ticket = hasToken() ? `?ticket=${(await ask('/api/tickets', 'POST')).ticket}` : ''
  return `${location.origin.replace('http', 'ws')}/api/ws${ticket}`
}

async function showRoutes() {
  const rows = operationsOf(await ask('/api/openapi.json')).map(({ method, path, summary, operationId }) =>
    element('tr', [
      element('td', [
        element('a', element('code', `${method} ${path}`), { href: `/api/docs#${operationId}` }),
      ]),
      element('td', summary),
    ]),
  )
  document.querySelector('#routes').replaceChildren(...rows)
}

await refresh()
setInterval(() => {
  if (!live) void refresh()
}, POLL_MS)
void listen()
void showRoutes()
