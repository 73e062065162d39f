import assert from 'node:assert/strict'
import {mkdtempSync, readdirSync, readFileSync} from 'node:fs'
import {rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  completionFiles,
  saveContactNames,
  saveRoomNames,
} from '../../../src/account/state/completion-values.ts'

const JID = 'juliet@example.com'

describe('values for completion', () => {
  let dir: string
  let env: {XDG_STATE_HOME: string}
  const read = (kind: 'contacts' | 'rooms'): string => {
    const folder = path.join(dir, 'xmpp/completion', kind)
    return readdirSync(folder)
      .map((name) => readFileSync(path.join(folder, name), 'utf8'))
      .join()
  }
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'completion-'))
    env = {XDG_STATE_HOME: dir}
  })
  afterEach(() => rm(dir, {recursive: true, force: true}))

  it('has the contacts of the last list, one a line', async () => {
    await saveContactNames(env, JID, ['paris@example.net', 'romeo@example.net'])
    await saveContactNames(env, JID, ['romeo@example.net', 'two\nlines@example.net'])
    assert.equal(read('contacts'), 'romeo@example.net\n')
  })

  it('has each room once, the most recent first', async () => {
    for (const room of ['a@muc.example', 'b@muc.example', 'a@muc.example'])
      await saveRoomNames(env, JID, [room])
    assert.equal(read('rooms'), 'a@muc.example\nb@muc.example\n')
  })

  it('lists its files, for logout', async () => {
    await saveContactNames(env, JID, ['romeo@example.net'])
    await saveRoomNames(env, JID, ['a@muc.example'])
    const files = completionFiles(path.join(dir, 'xmpp'), JID)
    assert.equal(files.map((file) => readFileSync(file, 'utf8')).length, 2)
  })

  it('fails silently if the folder cannot be written', async () => {
    const file = path.join(dir, 'file')
    await writeFile(file, '')
    await saveRoomNames({XDG_STATE_HOME: file}, JID, ['a@muc.example'])
    await saveRoomNames({}, JID, ['a@muc.example'])
  })
})
