import {readdirSync} from 'node:fs'
import path from 'node:path'
import {startEjabberd} from '../support/ejabberd.ts'
import {assertPage} from '../support/page.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'

const here = import.meta.dirname
const pages = readdirSync(here).filter((name) => name.endsWith('.txt'))

/** Pages about the files of this program: the server only signs the account in. */
const ON_ONE_SERVER = ['accounts', 'completion', 'reference']

const seen = new Set<string>()

/** Whether the command occurs for the first time: then it has a process of its own. */
function isFirst(words: string): boolean {
  const [command = ''] = /^[a-z]*( [a-z]+\b)?/.exec(words) ?? []
  const {size} = seen
  return seen.add(command).size > size
}

/** In command.txt, alice is an administrator. */
for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: startEjabberd,
})) {
  describe(`transcripts on ${name}`, function () {
    this.timeout(120_000)
    const reusesProcess = (words: string): boolean => !isFirst(words)
    let server: TestServer
    before(async () => {
      server = await startServer({admins: ['command-alice']})
    })
    after(() => server.stop())

    for (const page of pages) {
      if (name === 'ejabberd' && ON_ONE_SERVER.includes(path.parse(page).name)) continue
      it(path.parse(page).name, () => assertPage(path.join(here, page), server, {reusesProcess}))
    }
  })
}
