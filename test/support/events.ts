/** The events of `xmpp listen --json`, read while it runs. */
import assert from 'node:assert/strict'
import type {ChildProcess} from 'node:child_process'
import {createInterface} from 'node:readline'
import {runXmpp} from './runner.ts'
import {assertMatchesSchema} from './schema.ts'

export interface ListenEvent {
  event: string
  jid: string
  id: string | null
  from: string
  until?: string
  type: string
  room: string | null
  nick: string | null
  carbon: string | null
  body: string
  inviter: string | null
  reason: string
  error: {code: string; text: string | null} | null
  stanzaId: string
  resumed: boolean
  exitCode: number
}

export async function bodiesOf(child: ChildProcess): Promise<string[]> {
  const bodies: string[] = []
  for await (const event of eventsOf(child)) if (event.event === 'message') bodies.push(event.body)
  return bodies
}

/** The messages of a run of `xmpp listen` that ends by itself, such as one with `--count`. */
export async function listenedBodies(words: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const listened = await runXmpp(`listen --json ${words}`, env)
  assert.deepEqual([listened.status, listened.stderr], [0, ''], listened.stdout)
  const events = listened.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ListenEvent)
  for (const event of events) assertMatchesSchema(event, 'events')
  return events.filter(({event}) => event === 'message').map(({body}) => body)
}

/** Each event when it is printed, after a check of its schema. The end of the loop kills the process. */
export async function* eventsOf(child: ChildProcess): AsyncGenerator<ListenEvent> {
  assert.ok(child.stdout && child.stderr)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  try {
    let event: ListenEvent | undefined
    for await (const line of createInterface(child.stdout)) {
      event = JSON.parse(line) as ListenEvent
      assertMatchesSchema(event, 'events')
      yield event
    }
    const failed = event?.event === 'end' && event.exitCode !== 0 && event.reason !== 'signal'
    assert.match(stderr, failed ? /^xmpp: / : /^$/)
  } finally {
    child.kill('SIGKILL')
  }
}
