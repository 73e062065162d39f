/** `send --batch` with a number of lines, and a check of its results. */
import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import type {TestServer} from '../support/server.ts'
import {BODY, xmppOn} from './environment.ts'
import type {Task} from './timing.ts'

export interface Batch {
  task: Task
  /** Throws unless the last run reported each message as accepted. */
  check(): void
}

export function batchOf(server: TestServer, count: number): Batch {
  const input = path.join(server.dir, `${count}.ndjson`)
  const output = path.join(server.dir, `${count}.results`)
  const line = `${JSON.stringify({to: server.account('bob').jid, body: BODY})}\n`
  writeFileSync(input, line.repeat(count))
  return {
    task: {...xmppOn(server).warm('send', '--batch', '--json'), input, output},
    check() {
      const accepted = readFileSync(output, 'utf8').match(/^.*"accepted".*$/gm)?.length ?? 0
      if (accepted !== count) throw new Error(`${accepted} of ${count} messages were accepted`)
    },
  }
}
