/** The chunks of the program in one file: each is a CommonJS module, and those that a run needs are compiled as one script. */
import {closeSync, openSync, readSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {Script} from 'node:vm'
import {readCode, saveCodeAtExit} from './code-cache.ts'

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
  /** The `require` of Node. */
  require: NodeJS.Require
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
  /** The numbers of the chunks that were compiled after the first script. */
  readonly #late: number[] = []

  constructor(file: string, {chunks}: Index, options: LoaderOptions) {
    this.#file = file
    this.#chunks = chunks
    this.#numbers = new Map(chunks.map(([name], number) => [name, number]))
    this.#options = options
    this.#require = Object.assign((name: string) => this.#requireNamed(name), options.require)
  }

  /**
   * Compiles the chunks that the last run of this kind needed; without such a run `numbers`, with all that they import.
   * @param part names the kind
   */
  start(numbers: number[], part: string): void {
    const cache = this.#options.cache && {...this.#options.cache, part}
    const cached = cache && readCode(cache)
    const first = cached?.chunks ?? this.#closure(numbers)
    const script = this.#compile(first, cached?.code)
    if (!cache) return
    // At the end of the run V8 has compiled the functions that a run needs.
    saveCodeAtExit(cache, () => {
      if (this.#late.length > 0) return {chunks: [...first, ...this.#late]}
      const isUsed = cached?.code && !script.cachedDataRejected
      return isUsed ? undefined : {chunks: first, code: script.createCachedData()}
    })
  }

  /** The exports of a chunk. */
  require(number: number): unknown {
    return this.#require(this.#nameOf(number))
  }

  #requireNamed(name: string): unknown {
    const known = this.#modules.get(name)
    if (known) return known.exports
    const {builtin, require: ofNode} = this.#options
    if (name in builtin) return builtin[name]
    const number = this.#numbers.get(name)
    // A plugin that is an ES module; `require` accepts these since Node 20.19.
    if (name.startsWith('file:')) return ofNode(fileURLToPath(name))
    if (number === undefined) return ofNode(name)
    if (!this.#functions.has(name)) this.#loadLate(number)
    const module = {exports: {}}
    this.#modules.set(name, module)
    this.#functions.get(name)?.(module.exports, this.#require, module)
    return module.exports
  }

  #loadLate(number: number): void {
    const missing = this.#closure([number]).filter(
      (each) => !this.#functions.has(this.#nameOf(each)),
    )
    this.#compile(missing, undefined)
    this.#late.push(...missing)
  }

  #compile(numbers: number[], cachedData: Buffer | undefined): Script {
    const chunks = numbers.map((number) => this.#chunks[number] as Index['chunks'][number])
    const source = `({${this.#read(chunks)}})`
    const script = new Script(source, {filename: this.#file, ...(cachedData && {cachedData})})
    const functions = script.runInThisContext() as Record<string, ModuleFunction>
    for (const [name, run] of Object.entries(functions)) this.#functions.set(name, run)
    return script
  }

  #nameOf(number: number): string {
    return this.#chunks[number]?.[0] ?? ''
  }

  /** Chunks and all that they import, in the order of the file. */
  #closure(numbers: number[]): number[] {
    const found = new Set<number>()
    const add = (number: number): void => {
      if (found.has(number)) return
      found.add(number)
      const [, , , ...imports] = this.#chunks[number] ?? []
      for (const each of imports as number[]) add(each)
    }
    for (const number of numbers) add(number)
    return [...found].toSorted((a, b) => a - b)
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
