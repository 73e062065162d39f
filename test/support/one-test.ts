/** A running server with users, rooms and state folders of one test, so that tests of a file can share the server. */
import path from 'node:path'
import type {TestServer} from './server.ts'
import {shareCode} from './shared-code.ts'

export interface OneTestServer extends TestServer {
  /** The JID of a room that no other test uses. */
  room(name: string): string
}

let serial = 0

/** @param names `romeo` becomes romeo-7@localhost, for example */
export async function forOneTest(server: TestServer, names: string[]): Promise<OneTestServer> {
  const suffix = `-${++serial}`
  const dir = path.join(server.dir, `test${suffix}`)
  shareCode(path.join(dir, 'xdg-state'))
  await server.addUsers(names.map((name) => name + suffix))
  return Object.assign(Object.create(server) as TestServer, {
    dir,
    account: (name: string) => server.account(name + suffix),
    room: (name: string) => `${name}${suffix}@conference.${server.domain}`,
  })
}
