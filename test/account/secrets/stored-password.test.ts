import assert from 'node:assert/strict'
import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {loadConfig} from '../../../src/account/config/config.ts'
import {replacePassword} from '../../../src/account/secrets/stored-password.ts'
import {newHome} from '../home.ts'

describe('a stored password', () => {
  it('that can no longer be replaced is reported with the change on the server', async () => {
    const home = newHome()
    try {
      const folder = path.dirname(home.config)
      mkdirSync(folder, {recursive: true})
      writeFileSync(path.join(folder, 'passwords'), 'a file is in the way')
      home.write('[accounts.a]\njid = "a@b.example"\npassword_file = "passwords/a"\n')
      const config = await loadConfig(undefined, home.env)
      await assert.rejects(replacePassword('a@b.example', 'fresh', config, home.env), {
        code: 'secret-not-stored',
        exitCode: 78,
        message:
          /^The password of a@b\.example was changed on its server, but the stored one was not/,
        hint: 'Store the new one: xmpp login a@b.example',
      })
    } finally {
      home.remove()
    }
  })
})
