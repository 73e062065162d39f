import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import path from 'node:path'
import {
  dropAccount,
  putAccount,
  renameAccount,
  setDefaultAccount,
} from '../../../src/account/config/changes.ts'
import {loadConfig, parseConfig} from '../../../src/account/config/config.ts'
import {type ConfigEdit, editConfig} from '../../../src/account/config/edit.ts'
import {EXIT, Failure} from '../../../src/errors.ts'
import {type Home, newHome} from '../home.ts'

/** It is in the messages about text that is not TOML. */
const TOML_POSITION = /c\.toml:\d+:\d+: /

const WRONG: [toml: string, message: RegExp][] = [
  ['[accounts.a', /c\.toml:1:\d+: /],
  ['[accounts.a]\njid = a@b', /c\.toml:2:7: invalid value/],
  ['aliases = "a@b"', /aliases must be a table/],
  ['[aliases]\n"a@b" = "a@b"', /The alias "a@b" looks like an address/],
  ['[aliases]\nops = ["a@b", "@"]', /The alias ops must be a JID, or a list of JIDs/],
  ['[aliases]\nops = []', /The alias ops must be a JID, or a list of JIDs/],
  ['jid = "a@b"', /jid is not a key of the top level/],
  ['[accounts.a]\npasword_file = "x"', /pasword_file in \[accounts\.a\] is not a known key/],
  ['[accounts.a]\npassword = "canary"', /\[accounts\.a\] has a password in clear/],
  ['[accounts.a]\npassword_command = "pass show x"', /must be a list of texts/],
  ['[accounts.a]\npassword_command = []', /must be a list of texts/],
  ['[accounts.a]\npassword_command = [""]', /must be a list of texts/],
  ['[accounts.a]\npassword_command = ["a", "b\\u0000"]', /must be a list of texts/],
  ['[accounts.a]\nretry = -1', /retry in \[accounts\.a\] must be a whole number/],
  ['[defaults]\nanonymous = "yes"', /anonymous in \[defaults\] must be true or false/],
  ['[accounts.a]\nserver = [1]', /must be text in quotes, or a list of texts/],
  ['accounts = 1', /accounts must be tables/],
  ['default_account = "b"\n[accounts.a]\njid="a@b"', /which does not exist/],
]

it('the config file: a default account that does not exist is refused with the names of those that do', async () => {
  const toml = 'default_account = "c"\n[accounts.a]\njid="a@b"\n[accounts.b]'
  const error = await parseConfig(toml, 'c.toml').catch((error) => error)
  assert.equal(error.hint, 'Its accounts are: a, b')
})

describe('config file', () => {
  for (const [toml, message] of WRONG) {
    it(`refuses ${JSON.stringify(toml)}`, async () => {
      const error = await parseConfig(toml, 'c.toml').catch((error) => error)
      assert.ok(error instanceof Failure)
      assert.equal(error.exitCode, EXIT.config)
      assert.match(error.message, message)
      assert.ok(!TOML_POSITION.test(error.message) || error.hint?.includes('key = "text"'))
      assert.doesNotMatch(JSON.stringify(error), /canary/)
    })
  }

  describe('on disk', () => {
    let home: Home
    beforeEach(() => {
      home = newHome()
    })
    afterEach(() => home.remove())

    it('may be missing, unless it was named', async () => {
      assert.equal((await loadConfig(undefined, home.env)).exists, false)
      const missing = path.join(home.env.HOME, 'no.toml')
      await assert.rejects(loadConfig(missing, home.env), {exitCode: EXIT.config})
      await assert.rejects(loadConfig(undefined, {XMPP_CONFIG: missing}), {exitCode: EXIT.config})
    })

    it('is refused if all users can write it', async () => {
      home.write('')
      chmodSync(home.config, 0o666)
      await assert.rejects(loadConfig(undefined, home.env), {code: 'unsafe-file-mode'})
    })

    it('is refused if it has commands and a group can write it', async () => {
      home.write('[accounts.a]\njid = "a@x.example"\n')
      chmodSync(home.config, 0o664)
      await loadConfig(undefined, home.env)
      home.write('[accounts.a]\npassword_command = ["pass"]\n')
      await assert.rejects(loadConfig(undefined, home.env), {code: 'unsafe-file-mode'})
    })

    it('may be /dev/null, which is empty and never written', async () => {
      const config = await loadConfig('/dev/null', home.env)
      assert.equal(config.accounts.size, 0)
      await assert.rejects(
        editConfig(config, () => [putAccount('a', {jid: 'a@x.example'})]),
        {code: 'config-not-written'},
      )
      assert.ok(statSync('/dev/null').isCharacterDevice())
    })

    it('keeps its line breaks and its byte order mark', async () => {
      const before = '\ufeff# mine\r\n[accounts.a]\r\njid = "a@x.example"\r\n'
      assert.equal(
        await edited(before, putAccount('b', {jid: 'b@x.example'})),
        `${before}\r\n[accounts.b]\r\njid = "b@x.example"\r\n`,
      )
    })

    const edited = async (before: string, ...edits: ConfigEdit[]): Promise<string> => {
      home.write(before)
      await editConfig(await loadConfig(undefined, home.env), () => edits)
      return readFileSync(home.config, 'utf8')
    }

    it('keeps comments and order through every edit', async () => {
      const before = `# mine
[accounts.a] # first
jid = "a@x.example" # me
retry = 1

# about b
[accounts."b.c"] # second
jid = "b@x.example"
`
      const after = await edited(
        before,
        putAccount('a', {retry: undefined, server: 'xmpp://h'}),
        renameAccount('b.c', 'd e'),
        putAccount('new', {jid: 'n@x.example', password_command: ['pass', 'show "it"']}),
        setDefaultAccount('new'),
      )
      assert.equal(
        after,
        `default_account = "new"

# mine
[accounts.a] # first
jid = "a@x.example" # me
server = "xmpp://h"

# about b
[accounts."d e"] # second
jid = "b@x.example"

[accounts.new]
jid = "n@x.example"
password_command = ["pass","show \\"it\\""]
`,
      )
    })

    it('keeps the position of a changed value, and the comment after it', async () => {
      const before = `#:schema config.json

default_account = "a"   # for now

[accounts.a]
  # from the registrar
  jid = 'a@x.example' # "me" # too
  password_command = [
    "pass", # first
    "show",
  ] # both
  retry = 1
`
      const after = await edited(
        before,
        putAccount('a', {
          jid: 'a@x.example',
          password_command: ['pass'],
          retry: 2,
        }),
        renameAccount('a', 'b'),
        setDefaultAccount('b'),
      )
      const [head = ''] = before.split('  password_command')
      assert.equal(
        after,
        `${head
          .replace('"a" ', '"b" ')
          .replace('accounts.a', 'accounts.b')}  password_command = ["pass"] # both\n  retry = 2\n`,
      )
    })

    it('puts the default account below the heading of the file', async () => {
      const before = '# mine\n\n# about a\n[accounts.a]\njid = "a@x.example"\n'
      assert.equal(
        await edited(before, setDefaultAccount('a')),
        before.replace('\n\n', '\n\ndefault_account = "a"\n\n'),
      )
      assert.equal(
        await edited(await edited(before, setDefaultAccount('a')), setDefaultAccount(undefined)),
        before,
      )
    })

    it('keeps the comments of the next account when an account is removed', async () => {
      const before =
        '[accounts.a]\njid = "a@x.example"\n\n# about b\n[accounts.b]\njid = "b@x.example"\n'
      const after = await edited(before, dropAccount('a'))
      assert.equal(after, '# about b\n[accounts.b]\njid = "b@x.example"\n')
    })

    it('is not edited if other values would change', async () => {
      for (const [before, line] of [
        ['# mine\naccounts = {a = {jid = "a@x.example"}}\n', 2],
        ['accounts.a.jid = "a@x.example"\n', 1],
        ['[accounts]\n\na = {jid = "a@x.example"}\n', 3],
      ] as const) {
        await assert.rejects(edited(before, dropAccount('a')), {
          code: 'config-not-edited',
          message: `Cannot edit ${home.config}, line ${line}, without changing other values`,
        })
        assert.equal(readFileSync(home.config, 'utf8'), before)
      }
    })

    it('is edited at the target of a symbolic link', async () => {
      const target = home.file('dotfiles.toml', '')
      symlinkSync(target, home.config)
      await editConfig(await loadConfig(undefined, home.env), () => [
        putAccount('a', {jid: 'a@x.example'}),
      ])
      assert.match(readFileSync(target, 'utf8'), /accounts\.a/)
      assert.ok(lstatSync(home.config).isSymbolicLink())
    })

    it('is created at the target of a symbolic link', async () => {
      symlinkSync('../dotfiles.toml', home.config)
      await editConfig(await loadConfig(undefined, home.env), () => [
        putAccount('a', {jid: 'a@x.example'}),
      ])
      const target = path.join(home.config, '../../dotfiles.toml')
      assert.match(readFileSync(target, 'utf8'), /accounts\.a/)
      assert.equal(statSync(target).mode & 0o777, 0o600)
      assert.ok(lstatSync(home.config).isSymbolicLink())
    })

    it('keeps mode, owner and group', async () => {
      home.write('')
      chmodSync(home.config, 0o640)
      // Only root can change the owner of a file; for other users it does not change.
      if (process.getuid?.() === 0) chownSync(home.config, 1234, 5678)
      const before = statSync(home.config)
      await editConfig(await loadConfig(undefined, home.env), () => [
        putAccount('a', {jid: 'a@x.example'}),
      ])
      const after = statSync(home.config)
      assert.notEqual(after.ino, before.ino)
      assert.deepEqual([after.mode, after.uid, after.gid], [before.mode, before.uid, before.gid])
    })

    it('stays the same file for its hard links', async () => {
      home.write('# a heading that is longer than what comes instead\n'.repeat(9))
      const other = path.join(home.env.HOME, 'other.toml')
      linkSync(home.config, other)
      await editConfig(await loadConfig(undefined, home.env), () => [
        putAccount('a', {jid: 'a@x.example'}),
      ])
      assert.equal(readFileSync(other, 'utf8'), readFileSync(home.config, 'utf8'))
      assert.match(readFileSync(other, 'utf8'), /accounts\.a/)
    })
  })
})
