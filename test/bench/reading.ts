/** Somebody who is there: to be sent to, or to be measured. */
import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {TestServer} from '../support/server.ts'
import {script, settingsFile} from './rivals.ts'
import {launch, succeed, type Task} from './timing.ts'

const READY_MS = 10_000

/** Our `listen --json` and the raw reader both say first of all that they are ready. */
export async function startReader(server: TestServer, task: Task): Promise<ChildProcess> {
  const output = path.join(server.dir, 'received')
  writeFileSync(output, '')
  const child = launch({...task, output})
  const deadline = performance.now() + READY_MS
  while (!readFileSync(output, 'utf8').includes('ready')) {
    if (child.exitCode !== null) await succeed(child)
    if (performance.now() > deadline) throw new Error('the reader never got ready')
    await sleep(5)
  }
  return child
}

/** Keeps bob online: the server then has the whole work of delivering, and need not store anything. */
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
