/**
 * A process that runs the built command again and again: each run loads the program anew, with its own arguments,
 * environment and streams, and ends when nothing keeps the event loop busy, as a process of its own does.
 */
const {closeSync, createReadStream, openSync} = require('node:fs')
const path = require('node:path')
const {Readable} = require('node:stream')
const {setTimeout: sleep} = require('node:timers/promises')
const vm = require('node:vm')

const ROOT = path.join(__dirname, '../..')
const PROGRAM = path.join(ROOT, 'dist/xmpp.cjs')
const EMITTERS = [process, process.stdout, process.stderr]
const STUCK_MS = 500
const uptime = process.uptime.bind(process)

/** The scripts of all runs by their source: each run evaluates them anew, but V8 compiles them once. */
const scripts = new Map()
const {Script} = vm
vm.Script = function CompiledScript(source, options) {
  const script = scripts.get(source) ?? new Script(source, options)
  scripts.set(source, script)
  return script
}

process.on('message', async (job) => process.send(await run(job)))
process.on('disconnect', process.exit.bind(process, 0)) // even in a run that does not end

async function run({argv, cwd, env, input}) {
  const output = {stdout: [], stderr: []}
  for (const name of ['stdout', 'stderr']) process[name].write = writeTo(output[name])
  Object.defineProperty(process, 'stdin', {
    configurable: true,
    value: typeof input === 'string' ? openFile(input) : Readable.from(input.length ? [input] : []),
  })
  process.argv = [process.execPath, path.join(ROOT, 'bin/run.js'), ...argv]
  setEnvironment(env)
  process.exitCode = undefined
  const started = uptime()
  process.uptime = () => uptime() - started
  process.chdir(cwd)
  delete require.cache[PROGRAM]
  module.children.length = 0 // or the programs of all runs would stay in memory

  const listenersBefore = EMITTERS.map(listenersOf)
  const busyBefore = process.getActiveResourcesInfo().length
  const isIdle = () => process.getActiveResourcesInfo().length <= busyBefore
  const exited = new Promise((resolve) => {
    process.exit = (code = process.exitCode) => {
      process.exitCode = code
      resolve()
    }
  })
  const ended = require(PROGRAM)
    .main(argv, ROOT)
    .then(() => drained(isIdle))
  await Promise.race([ended, exited, stuck(isIdle)])
  for (const listener of newListeners(process, listenersBefore[0]).get('exit') ?? [])
    listener(process.exitCode ?? 0)
  for (const [i, emitter] of EMITTERS.entries())
    removeAll(emitter, newListeners(emitter, listenersBefore[i]))
  process.stdin.destroy()
  setStdin('/dev/null')
  const [stdout, stderr] = [output.stdout, output.stderr].map((chunks) => Buffer.concat(chunks))
  return {status: process.exitCode ?? 0, stdout, stderr}
}

function openFile(file) {
  setStdin(file)
  return createReadStream('', {fd: openSync('/dev/stdin', 'r')})
}

/** The lowest free descriptor is that of standard input: programs ask what it is, and open `/dev/stdin`. */
function setStdin(file) {
  closeSync(0)
  openSync(file, 'r')
}

/** The environment of the process itself, which Node's own code reads. */
function setEnvironment(env) {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
}

/** As a pipe: the callback comes later. */
const writeTo = (chunks) => (chunk, encoding, callback) => {
  chunks.push(Buffer.from(chunk))
  const done = typeof encoding === 'function' ? encoding : callback
  if (done) process.nextTick(done)
  return true
}

async function drained(isIdle) {
  await new Promise(setImmediate)
  while (!isIdle()) await sleep(2)
}

/** The event loop is empty, but the program has not ended: a promise that is never settled. */
async function stuck(isIdle) {
  for (let times = 0; times < 2; ) {
    await sleep(STUCK_MS, undefined, {ref: false})
    times = isIdle() ? times + 1 : 0
  }
}

const listenersOf = (emitter) =>
  new Map(emitter.eventNames().map((name) => [name, emitter.listeners(name)]))

/** The listeners of a run: for signals, errors and its end. */
const newListeners = (emitter, before) =>
  new Map(
    [...listenersOf(emitter)].map(([name, now]) => [
      name,
      now.filter((listener) => !before.get(name)?.includes(listener)),
    ]),
  )

function removeAll(emitter, listeners) {
  for (const [name, ofName] of listeners) for (const listener of ofName) emitter.off(name, listener)
}
