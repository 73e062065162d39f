/** XEP-0050 §3.3: the commands whose form was sent and is not submitted yet. */
import {randomUUID} from 'node:crypto'
import {uptime} from '../../clock.ts'

export interface CommandSession {
  id: string
  /** The full JID that started the command. */
  from: string
  node: string
  /** Milliseconds, by the clock of the process. */
  expires: number
}

const LIFETIME_MS = 10 * 60_000
/** Each session waits for a user; beyond this number, the oldest ends. */
const MOST_SESSIONS = 100

export class CommandSessions {
  readonly #now: () => number
  /** By id, the oldest first. */
  readonly #sessions = new Map<string, CommandSession>()

  constructor(now: () => number = () => uptime()) {
    this.#now = now
  }

  start(from: string, node: string): CommandSession {
    const id = randomUUID() // never begins with a hyphen, as the value of a flag
    const session = {id, from, node, expires: this.#now() + LIFETIME_MS}
    this.#sessions.set(id, session)
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size > MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest)
    return session
  }

  /** Undefined for an id that is not of this JID and this command; `expired` once its time is over. */
  find(id: string, from: string, node: string): CommandSession | 'expired' | undefined {
    const session = this.#sessions.get(id)
    if (session?.from !== from || session.node !== node) return undefined
    if (session.expires > this.#now()) return session
    this.end(session)
    return 'expired'
  }

  end({id}: CommandSession): void {
    this.#sessions.delete(id)
  }
}
