/** The chunks of the program in one file: each is a CommonJS module, and those that a run needs are compiled as one script. */
import {closeSync, openSync, readSync} from 'node:fs'
import {createRequire} from 'node:module'
import {fileURLToPath} from 'node:url'
import {runWithCodeCache} from './code-cache.ts'

export interface Index {
  /** The name of each chunk, its place in the file, and the numbers of the chunks that it imports. */
  chunks: [name: string, start: number, length: number, ...imports: number[]][]
}

type ModuleFunction = (
  exports: unknown,
  require: NodeJS.Require,
  module: {exports: unknown},
) => void

export interface LoaderOptions {
  /** Where compiled code is kept; undefined without a state folder. */
  cache: {folder: string; build: string} | undefined
  /** Modules that are not in a chunk. */
  builtin: Record<string, unknown>
}

export class ChunkLoader {
  readonly #file: string
  readonly #chunks: Index['chunks']
  readonly #numbers: ReadonlyMap<string, number>
  readonly #options: LoaderOptions
  readonly #require: NodeJS.Require
  readonly #functions = new Map<string, ModuleFunction>()
  readonly #modules = new Map<string, {exports: unknown}>()

  constructor(file: string, {chunks}: Index, options: LoaderOptions) {
    this.#file = file
    this.#chunks = chunks
    this.#numbers = new Map(chunks.map(([name], number) => [name, number]))
    this.#options = options
    const ofNode = createRequire(file)
    this.#require = Object.assign((name: string) => this.#requireNamed(name, ofNode), ofNode)
  }

  /** Compiles chunks, with all that they import. @param part names the compiled code in the cache */
  load(numbers: number[], part: string): void {
    const needed = [...this.#closure(numbers)]
      .toSorted((a, b) => a - b)
      .map((number) => this.#chunks[number] as Index['chunks'][number])
      .filter(([name]) => !this.#functions.has(name))
    const source = `({${this.#read(needed)}})`
    const {cache} = this.#options
    const functions = runWithCodeCache(this.#file, source, cache && {...cache, part})
    for (const [name, run] of Object.entries(functions as Record<string, ModuleFunction>))
      this.#functions.set(name, run)
  }

  /** The exports of a chunk. */
  require(number: number): unknown {
    return this.#require(this.#chunks[number]?.[0] ?? '')
  }

  #requireNamed(name: string, ofNode: NodeJS.Require): unknown {
    const known = this.#modules.get(name)
    if (known) return known.exports
    if (name in this.#options.builtin) return this.#options.builtin[name]
    const number = this.#numbers.get(name)
    // A plugin that is an ES module; `require` accepts these since Node 20.19.
    if (name.startsWith('file:')) return ofNode(fileURLToPath(name))
    if (number === undefined) return ofNode(name)
    if (!this.#functions.has(name)) this.load([number], name.slice('./'.length))
    const module = {exports: {}}
    this.#modules.set(name, module)
    this.#functions.get(name)?.(module.exports, this.#require, module)
    return module.exports
  }

  #closure(numbers: number[], found = new Set<number>()): Set<number> {
    for (const number of numbers) {
      if (found.has(number)) continue
      found.add(number)
      const [, , , ...imports] = this.#chunks[number] ?? []
      this.#closure(imports as number[], found)
    }
    return found
  }

  #read(chunks: Index['chunks']): string {
    const size = chunks.reduce((sum, [, , length]) => sum + length, 0)
    const text = Buffer.allocUnsafe(size)
    const descriptor = openSync(this.#file, 'r')
    let offset = 0
    for (const [, start, length] of chunks)
      offset += readSync(descriptor, text, offset, length, start)
    closeSync(descriptor)
    return text.toString('latin1')
  }
}
