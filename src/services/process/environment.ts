/** The environment of a command of the user: that of this process without its secrets, and the values of a record. */

/** A string of the environment has 128 KiB at most on Linux; stdin has every value. */
const MOST_BYTES = 100_000

// A command acts on the text of other people: it does not receive the secrets of the account.
const SECRETS = ['XMPP_PASSWORD', 'XMPP_ROOM_PASSWORD']

/** The recipients of an `xmpp send` in the command are the user's choice, not that of a server or a sender. */
const SETTINGS = ['XMPP_TO']

/** `stanzaId` becomes XMPP_STANZA_ID. An absent, nested or huge value has no variable, even if this process has it. */
export function commandEnvironment(record: object, around: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const env = {...around}
  for (const name of SECRETS) delete env[name]
  for (const [key, value] of Object.entries(record)) {
    const name = `XMPP_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
    if (SETTINGS.includes(name)) continue
    const isPlain = ['string', 'number', 'boolean'].includes(typeof value)
    if (isPlain && fitsVariable(String(value))) env[name] = String(value)
    else delete env[name]
  }
  return env
}

export const fitsVariable = (value: string): boolean =>
  Buffer.byteLength(value) < MOST_BYTES && !value.includes('\0')
