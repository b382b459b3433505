/** Tasks by number, and the numbers of the tasks each depends on. */
export type Dependencies = readonly (readonly number[])[]

/** Tasks in an order in which each comes after those it depends on. Those in circles, or behind one, have no place in it. */
export function orderOf(dependencies: Dependencies): readonly number[] {
  const open = dependencies.map((upstream) => upstream.length)
  const dependants: number[][] = dependencies.map(() => [])
  dependencies.forEach((upstream, task) => {
    for (const each of upstream) dependants[each]?.push(task)
  })
  const order: number[] = []
  open.forEach((count, task) => {
    if (count === 0) order.push(task)
  })
  // Grows while it is read: a task joins when the last it waits for has been read.
  for (const task of order) {
    for (const dependant of dependants[task] ?? []) {
      const left = (open[dependant] ?? 0) - 1
      open[dependant] = left
      if (left === 0) order.push(dependant)
    }
  }
  return order
}

/**
 * Circles among the tasks that have no place in the order, no two of which share a task; one at least when there are
 * such tasks. Each task of a circle depends on the next, the last on the first.
 */
export function circlesOf(
  dependencies: Dependencies,
  order: readonly number[],
): readonly (readonly number[])[] {
  const walks = new Map<number, number>(order.map((task) => [task, -1]))
  const circles: number[][] = []
  dependencies.forEach((_upstream, start) => {
    const path: number[] = []
    // Whoever has no place waits for one who has none either, so the walk only ends where it, or another, has been.
    let at: number | undefined = start
    while (at !== undefined && !walks.has(at)) {
      walks.set(at, start)
      path.push(at)
      at = dependencies[at]?.find((upstream) => walks.get(upstream) !== -1)
    }
    if (at !== undefined && path.length > 0 && walks.get(at) === start)
      circles.push(path.slice(path.indexOf(at)))
  })
  return circles
}

/**
 * Which tasks stand above which: answers whether `ancestor` must be done before `task`, for the ancestors given.
 *
 * It keeps one bit for each task and ancestor, and looks at each dependency once.
 */
export function createAncestry(
  dependencies: Dependencies,
  order: readonly number[],
  ancestors: readonly number[],
): (task: number, ancestor: number) => boolean {
  const bits = new Map([...new Set(ancestors)].map((ancestor, bit) => [ancestor, bit]))
  const words = Math.ceil(bits.size / 32)
  const rows = new Uint32Array(dependencies.length * words)
  for (const task of order) {
    for (const upstream of dependencies[task] ?? []) {
      for (let w = 0; w < words; w++) rows[task * words + w]! |= rows[upstream * words + w]!
      const bit = bits.get(upstream)
      if (bit !== undefined) rows[task * words + (bit >> 5)]! |= 1 << (bit & 31)
    }
  }
  return (task, ancestor) => {
    const bit = bits.get(ancestor) ?? 0
    return bits.has(ancestor) && ((rows[task * words + (bit >> 5)] ?? 0) & (1 << (bit & 31))) !== 0
  }
}
