/** The peak memory of an upload of 1 GiB to the service of each server. */
import {truncateSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {startEjabberd} from '../support/ejabberd.ts'
import {startProsody} from '../support/prosody.ts'
import {xmppOn} from './environment.ts'
import {peak} from './memory.ts'
import {record, type Testbed} from './testbed.ts'

const GIB = 1024 ** 3

export async function upload(testbed: Testbed): Promise<void> {
  for (const [name, startServer] of Object.entries({
    Prosody: startProsody,
    ejabberd: startEjabberd,
  })) {
    const what = `peak memory, upload of 1 GiB to ${name}`
    await record(testbed, what, async () => {
      const server = await startServer({users: ['alice'], uploadLimit: GIB})
      try {
        const zeros = path.join(server.dir, 'zeros')
        writeFileSync(zeros, '')
        truncateSync(zeros, GIB)
        const value = await peak(server, xmppOn(server).warm('upload', zeros))
        return [{what, value, unit: 'MB', promise: {atMost: 150}}]
      } finally {
        await server.stop()
      }
    })
  }
}
