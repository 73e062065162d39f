/** An available receiver, as the recipient of messages or to be measured. */
import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {TestServer} from '../support/server.ts'
import {script, settingsFile} from './rivals.ts'
import {launch, succeed, type Task} from './timing.ts'

const READY_MS = 10_000

/** Both `listen --json` and the raw reader first print that they are ready. */
export async function startReader(server: TestServer, task: Task): Promise<ChildProcess> {
  const output = path.join(server.dir, 'received')
  writeFileSync(output, '')
  const child = launch({...task, output})
  const deadline = performance.now() + READY_MS
  while (!readFileSync(output, 'utf8').includes('ready')) {
    if (child.exitCode !== null) await succeed(child)
    if (performance.now() > deadline) throw new Error('the reader did not start in time')
    await sleep(5)
  }
  return child
}

/** Keeps bob available, so that the server delivers each message and stores none. */
export async function whileBobReads<T>(server: TestServer, use: () => Promise<T>): Promise<T> {
  const settings = settingsFile(server, {user: 'bob', count: Number.MAX_SAFE_INTEGER})
  const reader = await startReader(server, script(new URL('reader.mjs', import.meta.url), settings))
  const gone = once(reader, 'exit')
  try {
    return await use()
  } finally {
    reader.kill()
    await gone
  }
}
