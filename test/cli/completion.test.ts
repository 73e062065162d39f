/** The completion scripts in the real shells, with keys typed on a terminal. */
import assert from 'node:assert/strict'
import {execFileSync, spawnSync} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {environment} from '../support/cli.ts'
import {runXmpp} from '../support/runner.ts'
import {openScreen, type Screen} from '../support/screen.ts'

const TAB = '\t'
const HOSTILE = 'evil$(id>ran)`id>ran`;id@example.net'

const QUOTED = `quote!!';id>ran;'";id>ran;"\\@example.net`

/** What is typed before Enter, and the words that the command then receives. */
const TYPED: [typed: string, words: string[]][] = [
  [`xmpp who${TAB}`, ['whoami']],
  [`xmpp ros${TAB}rem${TAB}rom${TAB}`, ['roster', 'remove', 'romeo@example.net']],
  [`xmpp history pr${TAB}g${TAB}--js${TAB}`, ['history', 'prefs', 'get', '--json']],
  [`xmpp help roster ad${TAB}`, ['help', 'roster', 'add']],
  [`xmpp send romeo@${TAB}hi`, ['send', 'romeo@example.net', 'hi']],
  [`xmpp send --room ops@con${TAB}hi`, ['send', '--room', 'ops@conference.example.net', 'hi']],
  [`xmpp listen --room o${TAB}`, ['listen', '--room', 'ops@conference.example.net']],
  [`xmpp presence set --show aw${TAB}`, ['presence', 'set', '--show', 'away']],
  [`xmpp presence set --show=aw${TAB}`, ['presence', 'set', '--show=away']],
  [`xmpp listen --from=romeo@ex${TAB}`, ['listen', '--from=romeo@example.net']],
  [`xmpp ping --account wo${TAB}`, ['ping', '--account', 'work']],
  [`xmpp ping --account team:o${TAB}`, ['ping', '--account', 'team:ops']],
  [`xmpp accounts default jul${TAB}`, ['accounts', 'default', 'juliet@example.com']],
  [`xmpp roster import cont${TAB}`, ['roster', 'import', 'contacts.json']],
  [`xmpp completion fi${TAB}`, ['completion', 'fish']],
  [
    `xmpp send romeo@example.net --subject ro${TAB}x`,
    ['send', 'romeo@example.net', '--subject', 'rox'],
  ],
  [`xmpp send ev${TAB}`, ['send', HOSTILE]],
  [`xmpp send "ev${TAB}`, ['send', HOSTILE]],
  [`xmpp send 'qu${TAB}`, ['send', QUOTED]],
  [`xmpp send "qu${TAB}`, ['send', QUOTED]],
]

const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0

describe('completion scripts', () => {
  let dir: string
  let env: NodeJS.ProcessEnv
  before(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'completion-'))
    const put = (file: string, text: string): void => {
      mkdirSync(path.join(dir, path.dirname(file)), {recursive: true})
      writeFileSync(path.join(dir, file), text)
    }
    const state = 'state/xmpp/completion'
    put(`${state}/contacts/1.txt`, 'romeo@example.net\nparis@example.net\n')
    put(`${state}/contacts/2.txt`, `${HOSTILE}\n${QUOTED}\nmercutio@example.net\n`)
    put(`${state}/rooms/1.txt`, 'ops@conference.example.net\n')
    put(
      'config/xmpp/config.toml',
      '[accounts.work]\n[accounts."juliet@example.com"]\n[accounts."team:ops"]\n',
    )
    put('contacts.json', '')
    // Both print their words; a script that starts one of them adds a line.
    for (const name of ['node', 'xmpp']) {
      put(
        `bin/${name}`,
        `#!/bin/sh\nprintf '%s,' ${name} "$@" >> ${dir}/started\necho >> ${dir}/started\n`,
      )
      chmodSync(path.join(dir, 'bin', name), 0o755)
    }
    for (const shell of ['bash', 'zsh', 'fish']) {
      const {stdout} = await runXmpp(`completion ${shell}`, environment())
      put(`${shell}.script`, stdout)
    }
    env = {
      HOME: dir,
      LANG: 'C.UTF-8',
      PATH: `${dir}/bin:/usr/local/bin:/usr/bin:/bin`,
      TERM: 'xterm',
      XDG_CONFIG_HOME: path.join(dir, 'config'),
      XDG_STATE_HOME: path.join(dir, 'state'),
    }
  })
  after(() => rm(dir, {recursive: true, force: true}))

  /** The words that each line passes to the command. Fails if a key started a program. */
  async function typeLines(command: string, setUp: string): Promise<string[][]> {
    writeFileSync(path.join(dir, 'started'), '')
    const screen: Screen = await openScreen(command, dir, env)
    try {
      await screen.type(`cd ${dir}; ${setUp}; echo rea''dy`)
      await screen.sees(/^ready$/m)
      for (const [typed] of TYPED) await screen.type(typed)
      await screen.type("echo do''ne")
      await screen.sees(/^done$/m)
    } finally {
      await screen.close()
    }
    const started = readFileSync(path.join(dir, 'started'), 'utf8').trimEnd().split('\n')
    return started.map((line) => line.split(',').slice(0, -1))
  }

  const expected = TYPED.map(([, words]) => ['xmpp', ...words])

  it('bash completes words without starting a program', async () => {
    assert.deepEqual(await typeLines('bash --norc --noprofile -i', 'source bash.script'), expected)
    assert.ok(!existsSync(path.join(dir, 'ran')))
  })

  it('zsh completes words without starting a program', async function () {
    if (!isInstalled('zsh')) return this.skip()
    const setUp = 'autoload -U compinit && compinit -u -D && source zsh.script'
    assert.deepEqual(await typeLines('zsh -f -i', setUp), expected)
    assert.ok(!existsSync(path.join(dir, 'ran')))
  })

  it('fish completes words without starting a program', async function () {
    if (!isInstalled('fish')) return this.skip()
    assert.deepEqual(await typeLines('fish --no-config -i', 'source fish.script'), expected)
    assert.ok(!existsSync(path.join(dir, 'ran')))
  })

  it('fish lists flags with their summary', function () {
    if (!isInstalled('fish')) return this.skip()
    const script = `source ${dir}/fish.script; complete -C 'xmpp roster add --gr'`
    const listed = execFileSync('fish', ['--no-config', '-c', script], {env, encoding: 'utf8'})
    assert.equal(listed, '--group\tgroup of the contact; repeatable\n')
  })
})
