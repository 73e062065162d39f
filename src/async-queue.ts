/** A queue whose reader waits for the next item. */
export class AsyncQueue<T> {
  #items: T[] = []
  #end: {reason: unknown} | undefined
  #wake = (): void => {}

  get size(): number {
    return this.#items.length
  }

  push(item: T): void {
    this.#items.push(item)
    this.#wake()
  }

  /** The next item, if there is one. */
  shift(): T | undefined {
    return this.#items.shift()
  }

  /** Takes out the items for which `isUnwanted` is true. */
  remove(isUnwanted: (item: T) => boolean): void {
    this.#items = this.#items.filter((item) => !isUnwanted(item))
  }

  /** No more items will come. @param reason what `next` rejects with when the queue is empty */
  end(reason: unknown): void {
    this.#end ??= {reason}
    this.#wake()
  }

  /** Resolves when the queue has an item or has ended. Only the newest call is answered: the queue has one reader. */
  ready(): Promise<void> {
    if (this.#items.length > 0 || this.#end) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  async next(): Promise<T> {
    for (;;) {
      const item = this.#items.shift()
      if (item !== undefined) return item
      if (this.#end) throw this.#end.reason
      await this.ready()
    }
  }
}
