/** The first moment schedules are computed for: 1 January 1970, in epoch milliseconds. */
export const firstMoment = 0

/** The last moment schedules are computed for: the end of the year 2199, in epoch milliseconds. */
export const lastMoment: number = Date.UTC(2200, 0, 1) - 1

/** The first and the last month that any time zone calls a month within the horizon (numbered as in `civil.ts`). */
export const horizonMonths: { readonly first: number; readonly last: number } = {
  first: -1,
  last: (2200 - 1970) * 12,
}
