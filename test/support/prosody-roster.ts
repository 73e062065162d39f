/** A long roster in Prosody's own file: adding its contacts one by one would take minutes. */
import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import type {TestServer} from './server.ts'

/** For a user who has not signed in yet. */
export function writeRoster(server: TestServer, user: string, contacts: number): void {
  const items = Array.from(
    {length: contacts},
    (_, index) => `["c${index}@example.com"] = {
      subscription = "both"; name = "Contact ${index}"; groups = { ["Group ${index % 20}"] = true }; };`,
  )
  const folder = path.join(server.dir, server.domain, 'roster')
  mkdirSync(folder, {recursive: true})
  const roster = `return { [false] = { version = 1; pending = {}; }; ${items.join('\n')} };`
  writeFileSync(path.join(folder, `${user}.dat`), roster)
}
