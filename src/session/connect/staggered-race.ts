/** RFC 8305 §5: starts attempts one after another, without waiting for a slow one; the first success wins. */

interface RaceOptions<Item, Value> {
  /** Milliseconds between the start of an attempt and the next one. */
  headStart: number
  signal: AbortSignal
  attempt: (item: Item, signal: AbortSignal) => Promise<Value>
  /** Disposes of a success after the first. */
  discard: (value: Value) => void
}

/** Resolves with the first success; otherwise rejects with an AggregateError with every attempt's error, in the order of the items. */
export function raceStaggered<Item, Value>(
  items: readonly Item[],
  {headStart, signal, attempt, discard}: RaceOptions<Item, Value>,
): Promise<Value> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const attempts = new AbortController()
    const errors: unknown[] = []
    let started = 0
    let failed = 0
    let timer: NodeJS.Timeout | undefined

    const settle = (finish: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      attempts.abort(signal.reason)
      finish()
    }
    const onAbort = (): void => settle(() => reject(signal.reason))

    const startNext = (): void => {
      clearTimeout(timer)
      const index = started
      const item = items[index]
      if (item === undefined) return
      started++
      timer = setTimeout(startNext, headStart)
      attempt(item, attempts.signal).then(
        (value) => {
          if (attempts.signal.aborted) discard(value)
          else settle(() => resolve(value))
        },
        (error) => {
          if (attempts.signal.aborted) return
          errors[index] = error
          failed++
          if (failed === items.length) settle(() => reject(new AggregateError(errors)))
          else startNext()
        },
      )
    }

    signal.addEventListener('abort', onAbort)
    startNext()
  })
}
