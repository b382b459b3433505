/** Arguments of a script. */
export type Args = readonly (string | number)[]

/** A list behind its length. */
export function list<Item>(items: readonly Item[], argsOf: (item: Item) => Args): Args {
  const args: (string | number)[] = [items.length]
  for (const item of items) {
    for (const arg of argsOf(item)) args.push(arg)
  }
  return args
}

/** Texts behind their number. */
export function texts(items: readonly string[] = []): Args {
  return [items.length, ...items]
}
