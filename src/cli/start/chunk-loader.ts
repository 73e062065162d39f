/** The chunks of the program in one file: each is a CommonJS module, and those that a run needs are compiled as one script. */
import {fileURLToPath} from 'node:url'
import {Script} from 'node:vm'
import {type Cache, readCode, saveCodeAtExit} from './code-cache.ts'

/** Written by the build. */
export interface Index {
  /** Identifies the content of the chunks. */
  build: string
  /** The chunks of `main.ts` and of each command, by their numbers. */
  main: number
  commands: Record<string, number>
  /** What most runs need. */
  ahead: number[]
  chunks: Chunk[]
}

/** The name of a chunk, its place in the file, and the numbers of the chunks that it imports. */
export type Chunk = [name: string, start: number, length: number, ...imports: number[]]

type ModuleFunction = (
  exports: unknown,
  require: NodeJS.Require,
  module: {exports: unknown},
) => void

export interface LoaderOptions {
  /** Names the scripts in stack traces. */
  file: string
  /** The texts of chunks. */
  read(chunks: Chunk[]): string
  /** The file that oclif loads: the chunk of `main.ts`. */
  program: string
  /** For modules that are in no chunk. */
  require: NodeJS.Require
  /** Where compiled code is kept; undefined without a state folder. */
  cache: Cache | undefined
}

export class ChunkLoader {
  readonly #numbers: ReadonlyMap<string, number>
  readonly #index: Index
  readonly #options: LoaderOptions
  readonly #require: NodeJS.Require
  readonly #functions = new Map<string, ModuleFunction>()
  readonly #modules = new Map<string, {exports: unknown}>()
  /** The numbers of the chunks that were compiled after the first script. */
  readonly #late: number[] = []

  constructor(index: Index, options: LoaderOptions) {
    this.#index = index
    this.#numbers = new Map(index.chunks.map(([name], number) => [name, number]))
    this.#options = options
    this.#require = Object.assign((name: string) => this.#requireNamed(name), options.require)
  }

  /**
   * Compiles the chunks that the last run of this kind needed; without such a run `numbers`, with all that they import.
   * Returns them.
   */
  start(numbers: number[]): number[] {
    const {cache} = this.#options
    const cached = cache && readCode(cache)
    const first = cached?.chunks ?? this.#closure(numbers)
    const script = this.#compile(first, cached?.code)
    if (!cache) return first
    const isUsed = cached?.code !== undefined && !script.cachedDataRejected
    if (!isUsed) this.#setFlag('--no-flush-bytecode')
    // At the end of the run V8 has compiled the functions that a run needs.
    saveCodeAtExit(cache, () => {
      if (this.#late.length > 0) return {chunks: [...first, ...this.#late]}
      if (isUsed) return undefined
      this.#setFlag('--flush-bytecode') // V8 takes the code only with the flags with which it was made
      return {chunks: first, code: script.createCachedData()}
    })
    return first
  }

  /** By default, V8 discards the code of functions that have not run for a while: most of those that start a run. */
  #setFlag(flag: string): void {
    const {setFlagsFromString} = this.#options.require('node:v8') as typeof import('node:v8')
    setFlagsFromString(flag)
  }

  /** The exports of a chunk. */
  require(number: number): unknown {
    return this.#require(this.#nameOf(number))
  }

  #requireNamed(name: string): unknown {
    const known = this.#modules.get(name)
    if (known) return known.exports
    const {program, require: ofNode} = this.#options
    if (name === 'xmpp:commands') return {COMMANDS: this.#commands()}
    if (name === program) return this.require(this.#index.main)
    const number = this.#numbers.get(name)
    // A plugin that is an ES module; `require` accepts these since Node 20.19.
    if (name.startsWith('file:')) return ofNode(fileURLToPath(name))
    if (number === undefined) return ofNode(name)
    if (!this.#functions.has(name)) this.#loadLate(number)
    const module = {exports: {}}
    this.#modules.set(name, module)
    try {
      this.#functions.get(name)?.(module.exports, this.#require, module)
    } catch (error) {
      this.#modules.delete(name)
      throw error
    }
    return module.exports
  }

  /** A getter for each command, so that only one is evaluated. */
  #commands(): object {
    const getters = Object.entries(this.#index.commands).map(([id, chunk]) => [
      id,
      {enumerable: true, get: () => (this.require(chunk) as {default: unknown}).default},
    ])
    return Object.defineProperties({}, Object.fromEntries(getters))
  }

  #loadLate(number: number): void {
    const missing = this.#closure([number]).filter(
      (each) => !this.#functions.has(this.#nameOf(each)),
    )
    this.#compile(missing, undefined)
    this.#late.push(...missing)
  }

  #compile(numbers: number[], cachedData: Buffer | undefined): Script {
    const {file, read} = this.#options
    const source = `({${read(numbers.map((number) => this.#index.chunks[number] as Chunk))}})`
    const script = new Script(source, {filename: file, ...(cachedData && {cachedData})})
    const functions = script.runInThisContext() as Record<string, ModuleFunction>
    for (const [name, run] of Object.entries(functions)) this.#functions.set(name, run)
    return script
  }

  #nameOf(number: number): string {
    return this.#index.chunks[number]?.[0] ?? ''
  }

  /** Chunks and all that they import, in the order of the file. */
  #closure(numbers: number[]): number[] {
    const found = new Set<number>()
    const add = (number: number): void => {
      if (found.has(number)) return
      found.add(number)
      const [, , , ...imports] = this.#index.chunks[number] ?? []
      for (const each of imports as number[]) add(each)
    }
    for (const number of numbers) add(number)
    return [...found].toSorted((a, b) => a - b)
  }
}
