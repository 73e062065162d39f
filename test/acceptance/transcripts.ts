/** The pages of the manual as tests. */
import {readdirSync} from 'node:fs'
import path from 'node:path'
import {assertPage} from '../support/page.ts'
import type {ServerOptions, TestServer} from '../support/server.ts'

const here = import.meta.dirname

/** The names of all pages. */
export const PAGES = readdirSync(here)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => path.parse(name).name)

/** In command.txt, alice is an administrator. */
export function testPages(
  pages: string[],
  startServer: (options: ServerOptions) => Promise<TestServer>,
  sharesProcess: (step: string) => boolean,
): void {
  let server: TestServer
  before(async () => {
    server = await startServer({admins: ['command-alice']})
  })
  after(() => server.stop())

  for (const page of pages)
    it(page, () => assertPage(path.join(here, `${page}.txt`), server, {sharesProcess}))
}
