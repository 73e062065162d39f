/** Looks up by a word that a server chose: an object would also find `constructor`. */
export const tableOf = <T>(entries: Record<string, T>): ReadonlyMap<string, T> =>
  new Map(Object.entries(entries))
