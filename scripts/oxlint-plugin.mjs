// Rules of our own for oxlint, where its built-in ones cannot say what we mean.

const noAmbientDate = {
  meta: {
    messages: { ambient: '`{{ name }}` reads the system clock: take the time from an injected Clock.' },
  },
  create(context) {
    const check = (node) => {
      const isDate = node.callee.type === 'Identifier' && node.callee.name === 'Date'
      const readsClock = node.type === 'CallExpression' || node.arguments.length === 0
      if (isDate && readsClock)
        context.report({ node, messageId: 'ambient', data: { name: context.sourceCode.getText(node) } })
    }
    return { NewExpression: check, CallExpression: check }
  },
}

export default { meta: { name: 'dureq' }, rules: { 'no-ambient-date': noAmbientDate } }
