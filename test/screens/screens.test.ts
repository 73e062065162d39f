/**
 * What commands show on terminals of 60, 80 and 200 columns, compared with test/fixtures/screens.
 * UPDATE=1 writes these files: look at the difference before you commit it.
 */
import assert from 'node:assert/strict'
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {openSandbox, type Sandbox} from '../../scripts/sandbox/sandbox.ts'
import {type CaptureOptions, captureScreen} from '../support/capture.ts'
import {environment} from '../support/cli.ts'

const FOLDER = path.join(import.meta.dirname, '../fixtures/screens')
const ESC = '\u{1b}'

interface Screen extends Pick<CaptureOptions, 'keys' | 'shows' | 'rows'> {
  /** Runs before, and is not shown. */
  first?: string
  command: string
}

const SCREENS: Record<string, Screen> = {
  'first-page': {command: 'xmpp'},
  help: {command: 'xmpp roster add --help'},
  table: {command: 'xmpp roster list'},
  'empty-table': {command: 'xmpp block list'},
  error: {command: 'xmpp send nobody@localhost Hello'},
  'usage-error': {command: 'xmpp snd bob@localhost Hello'},
  check: {command: 'xmpp check --only session'},
  listen: {
    // Sent at the key that is pressed when `listen` is ready.
    first: `stty -echo
(read -r _ </dev/tty; xmpp send --quiet --account bob --jid bob@localhost/desk alice@localhost 'Two lines:
bob@localhost: forged') &`,
    command: 'xmpp listen --count 1 --include message',
    keys: [[/Ready/, 'Enter']],
  },
  progress: {
    command: `(echo '{"to":"bob@localhost","body":"one"}'; sleep 60) | xmpp send --batch >/dev/null`,
    shows: /1 done/,
  },
  prompt: {
    command: 'env -u XMPP_JID xmpp login --store none',
    keys: [
      [/JID .*:/, 'x'],
      [/JID .*: x/, '@'],
      [/JID .*: x@/, 'Enter'],
    ],
    shows: /> .*JID/,
  },
}

const CONTACTS = `
xmpp roster add romeo@example.net --name Romeo --group Friends --no-subscribe
xmpp roster add juliet.capulet@a-rather-long-domain-name.example.com --name 'Juliet Capulet of Verona' --group 'House of Capulet' --group Friends --no-subscribe
xmpp roster add nurse@example.com --no-subscribe
`

/** Digits differ from run to run, in times and sizes; the resource is random. */
const stable = (screen: string): string =>
  screen
    .replaceAll(ESC, '␛')
    .replace(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/g, (time) => time.replace(/\d/g, '0'))
    .replace(/\b[\d.]+ ms\b/g, 'N ms')
    .replace(/alice@localhost\/[\w-]+/g, 'alice@localhost/RESOURCE')

describe('the screen of', function () {
  this.timeout(120_000)
  let sandbox: Sandbox
  before(async () => {
    sandbox = await openSandbox()
    await captureScreen(CONTACTS, {columns: 80, env: sandbox.env(environment())})
  })
  after(() => sandbox.stop())

  const capture = (screen: Screen, columns: number, colour: boolean): Promise<string> => {
    const {command, first, ...options} = screen
    const env = {...sandbox.env(environment()), TZ: 'UTC', ...(colour ? {} : {NO_COLOR: '1'})}
    const script = `${first ? `${first} >/dev/null; clear\n` : ''}${command}`
    return captureScreen(script, {...options, columns, colour, env})
  }

  for (const [name, screen] of Object.entries(SCREENS))
    it(name, async () => {
      const coloured = await capture(screen, 80, true)
      const parts = [
        `== 60 columns ==\n${await capture(screen, 60, false)}\n`,
        `== 80 columns ==\n${stripVTControlCharacters(coloured)}\n`,
        `== 200 columns ==\n${await capture(screen, 200, false)}\n`,
        `== 80 columns, with colour ==\n${coloured}\n`,
      ]
      const text = stable(parts.join('\n'))
      const file = path.join(FOLDER, `${name}.txt`)
      if (process.env.UPDATE || !existsSync(file)) {
        mkdirSync(FOLDER, {recursive: true})
        writeFileSync(file, text)
      }
      assert.equal(text, readFileSync(file, 'utf8'))
    })
})
