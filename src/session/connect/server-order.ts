/** The servers that the user named, in the order to try them. */

/** The items of `--server`: URIs, separated by commas. No URI may have a user part: with one, the text is refused as a whole. */
export function splitServers(servers = ''): string[] {
  if (servers.includes('@')) return [servers]
  return servers
    .split(',')
    .map((uri) => uri.trim())
    .filter((uri) => uri !== '')
}

/** One for each run: a server that failed becomes the last. */
export class ServerOrder {
  #uris: string[]
  #current: string | undefined
  readonly #failed = new Set<string>()

  constructor(servers: string | undefined) {
    this.#uris = splitServers(servers)
  }

  /** In the format of `--server`; undefined to find the server by DNS. */
  get inOrder(): string | undefined {
    return this.#uris.length === 0 ? undefined : this.#uris.join(',')
  }

  get size(): number {
    return this.#uris.length
  }

  /** @param uri the item that led to the connection */
  connected(uri: string | undefined): void {
    this.#current = uri
  }

  /** All servers may be tried again. */
  retryAll(): void {
    this.#failed.clear()
  }

  /** The connection was lost, or none was possible. Returns whether another server has not failed yet. */
  failed(): boolean {
    const current = this.#current
    for (const uri of current === undefined ? this.#uris : [current]) this.#failed.add(uri)
    if (current !== undefined)
      this.#uris = [...this.#uris.filter((uri) => uri !== current), current]
    this.#current = undefined
    return this.#uris.some((uri) => !this.#failed.has(uri))
  }
}
