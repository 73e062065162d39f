import assert from 'node:assert/strict'
import {runPasswordCommand} from '../../../src/account/secrets/password-command.ts'
import {readSecret, type Secret} from '../../../src/account/secrets/password-source.ts'
import {EXIT, Failure} from '../../../src/errors.ts'

const late = AbortSignal.abort(new Failure('timeout', 'No input arrived', EXIT.deadline))

const secretOf = (kind: Secret['kind']): Secret => ({
  kind,
  origin: 'the account',
  detail: 'x',
  read: async () => 'secret',
})

describe('the password after the deadline', () => {
  it('is read from a file: the session reports the deadline, and the file is not the reason', async () => {
    assert.equal(await readSecret(secretOf('password-file'), late), 'secret')
  })

  it('is not waited for from another program', async () => {
    await assert.rejects(
      readSecret(secretOf('password-command'), late),
      ({exitCode}: Failure) => exitCode === 78,
    )
  })
})

describe('a password command that the system refuses to start', () => {
  it('is a failed source of the password', async () => {
    await assert.rejects(
      runPasswordCommand([`${import.meta.filename}/x`], process.env),
      ({exitCode, message}: Failure) => exitCode === 78 && /not a directory$/.test(message),
    )
  })
})
