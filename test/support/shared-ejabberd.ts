/** One ejabberd for all test files of a process: its start takes longer than many files. */
import {mkdtempSync, rmSync} from 'node:fs'
import path from 'node:path'
import {callEjabberd, startEjabberd} from './ejabberd.ts'
import type {ServerOptions, TestServer} from './server.ts'
import {shareCode} from './shared-code.ts'

/** With and without an archive. They end with this process. */
const running = new Map<boolean, Promise<TestServer>>()

/** As `startEjabberd`. `stop` removes all accounts and rooms; the server runs on for the next caller. */
export async function sharedEjabberd({
  archive = true,
  users = [],
}: Pick<ServerOptions, 'archive' | 'users'> = {}): Promise<TestServer> {
  const starting = running.get(archive) ?? startEjabberd({archive})
  running.set(archive, starting)
  const server = await starting
  const dir = mkdtempSync(path.join(server.dir, 'file-'))
  shareCode(path.join(dir, 'xdg-state'))
  await server.addUsers(users)
  const stop = async (): Promise<void> => {
    await removeAll(server)
    rmSync(dir, {force: true, recursive: true})
  }
  return Object.assign(Object.create(server) as TestServer, {dir, stop})
}

async function removeAll(server: TestServer): Promise<void> {
  const {domain: host} = server
  for (const jid of await callEjabberd(server, 'muc_online_rooms', {service: 'global'})) {
    const [name, service] = jid.split('@')
    await callEjabberd(server, 'destroy_room', {name, service})
  }
  for (const user of await callEjabberd(server, 'registered_users', {host}))
    await callEjabberd(server, 'unregister', {user, host})
}
