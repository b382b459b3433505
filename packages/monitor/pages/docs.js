// Shows an OpenAPI document: its resources, their operations, and what these take and answer; whatever only reads can be tried.

import { ask, element, operationsOf } from './api.js'

function showDocument({ info, components, ...described }) {
  document.querySelector('#version').textContent = info.version
  const resources = [...byTag(operationsOf(described))].map(([tag, operations]) =>
    element('section', [element('h2', tag), ...operations.map(showOperation)]),
  )
  const schemas = Object.entries(components.schemas).map(([name, schema]) =>
    element('details', [element('summary', element('code', name)), json(schema)], { id: `schema-${name}` }),
  )
  document
    .querySelector('#resources')
    .replaceChildren(...resources, element('section', [element('h2', 'Schemas'), ...schemas]))
}

function byTag(operations) {
  const groups = new Map()
  for (const operation of operations) {
    const [tag] = operation.tags
    groups.set(tag, [...(groups.get(tag) ?? []), operation])
  }
  return groups
}

function showOperation(operation) {
  const { method, path, summary, parameters = [], requestBody, responses, operationId } = operation
  return element(
    'details',
    [
      element('summary', [
        element('span', method, { class: 'method' }),
        element('code', path),
        ` ${summary}`,
      ]),
      ...(parameters.length > 0 ? [showParameters(parameters)] : []),
      ...(requestBody === undefined ? [] : [element('p', 'The body:'), json(schemaOf(requestBody))]),
      ...Object.entries(responses).flatMap(([status, response]) => showAnswer(status, response)),
      ...(method === 'GET' && schemaOf(responses['200']) !== undefined ? [tryIt(path, parameters)] : []),
    ],
    { id: operationId },
  )
}

function showParameters(parameters) {
  const rows = parameters.map((each) =>
    element('tr', [
      element('td', element('code', each.name)),
      element('td', each.in),
      element('td', each.description ?? (each.required ? 'has to be given' : '')),
    ]),
  )
  return element('table', element('tbody', rows))
}

function showAnswer(status, response) {
  const schema = schemaOf(response)
  if (schema === undefined) return [element('p', `${status}: ${response.description ?? 'what went wrong'}`)]
  return [element('p', `${status}:`), json(schema)]
}

function schemaOf(holder) {
  return holder?.content?.['application/json']?.schema
}

/** A JSON text in which each reference leads to what it means. */
function json(value) {
  const parts = JSON.stringify(value, null, 2).split(/"#\/components\/schemas\/(\w+)"/)
  return element(
    'pre',
    parts.map((part, i) => (i % 2 === 0 ? part : element('a', `"${part}"`, { href: `#schema-${part}` }))),
  )
}

/** A form that sends a GET and shows the answer. */
function tryIt(path, parameters) {
  const answer = element('pre', '', { hidden: '' })
  const fields = parameters.map((each) =>
    element('label', [
      `${each.name} `,
      element('input', [], { name: each.name, ...(each.required && { required: '' }) }),
    ]),
  )
  const form = element('form', [...fields, element('button', 'Try it')])
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const values = new FormData(form)
    answer.hidden = false
    try {
      answer.textContent = JSON.stringify(await ask(addressOf(path, parameters, values)), null, 2)
    } catch (error) {
      answer.textContent = error.message
    }
  })
  return element('div', [form, answer])
}

function addressOf(path, parameters, values) {
  const search = new URLSearchParams()
  let address = path
  for (const { name, in: place } of parameters) {
    const value = values.get(name)
    if (place === 'path') address = address.replace(`{${name}}`, encodeURIComponent(value))
    else if (value !== '') search.set(name, value)
  }
  return search.size > 0 ? `${address}?${search}` : address
}

/** A link may lead to something that is folded up. */
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (target instanceof HTMLDetailsElement) {
    target.open = true
    target.scrollIntoView()
  }
}

showDocument(await ask('/api/openapi.json'))
unfold()
addEventListener('hashchange', unfold)
