/** Assesses the features that a server offers to an account that is signed in. */
import type {Settings} from '../../account/settings.ts'
import {canAsk} from '../../cli/terminal/prompt.ts'
import {Failure} from '../../errors.ts'
import {NS_ARCHIVE} from '../../protocol/archive/archive.ts'
import {type ExtendedInfo, getExtendedInfo} from '../../protocol/core/disco-forms.ts'
import {getDiscoItems} from '../../protocol/core/disco-items.ts'
import {ping} from '../../protocol/core/ping.ts'
import {getTime} from '../../protocol/core/time.ts'
import {NS_UPLOAD, parseUploadLimit} from '../../protocol/file/http-upload.ts'
import {NS_CARBONS} from '../../protocol/message/carbons.ts'
import type {Iq} from '../../xml.ts'
import {type Area, type AssessedFinding, findingOf, newFinding} from './finding.ts'

const MAX_SKEW_MS = 5000

/** The properties of a session that are assessed. */
interface AssessedSession {
  iq: Iq
  bare: string
  domain: string
  /** Undefined if the server did not list its features. */
  streamManagement: boolean | undefined
}

export interface CheckContext {
  /** The areas that are shown. */
  areas: readonly Area[]
  settings: Pick<Settings, 'jid' | 'memory' | 'secret'>
  open<T>(use: (session: CheckedSession) => Promise<T>): Promise<T>
}

interface CheckedSession {
  bound: Promise<Pick<AssessedSession, 'streamManagement'>>
  iq: Iq
}

/** Opens a session and assesses it; a failure is a finding as well. Without a stored password it does not sign in. */
export async function checkSession({
  areas,
  open,
  settings,
}: CheckContext): Promise<AssessedFinding[]> {
  const {memory, secret} = settings
  const {bare, domain} = settings.jid
  const {token} = await memory.load()
  if (secret.kind === 'prompt' && !token && !canAsk())
    return [newFinding('session', 'info', ['no-password', `No password is stored for ${bare}`])]
  try {
    return await open(async ({bound, iq}) => {
      const {streamManagement} = await bound
      return assessSession({iq, bare, domain, streamManagement})
    })
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'interrupted') throw error
    const isRefused = error.stage === 'auth' || error.stage === 'bind'
    const area = isRefused && areas.includes('auth') ? 'auth' : 'session'
    return [findingOf(area, error, {subject: bare})]
  }
}

/** Sends all requests in one write, and then those to the services of the server. */
export async function assessSession({
  bare,
  domain,
  iq,
  streamManagement,
}: AssessedSession): Promise<AssessedFinding[]> {
  const [account, server, upload, clock, roundTrip] = await Promise.all([
    orNull(getExtendedInfo(iq, bare)),
    orNull(getExtendedInfo(iq, domain)),
    assessUpload(iq, domain),
    assessClock(iq, domain),
    assessRoundTrip(iq, domain),
  ])
  const has = (feature: string, ...infos: (ExtendedInfo | null)[]): boolean =>
    infos.some((info) => info?.features.includes(feature))
  return [
    newFinding('session', 'ok', ['signed-in', `Signed in as ${bare}`]),
    has(NS_ARCHIVE, account, server)
      ? newFinding('session', 'ok', ['archive', 'Message archive (XEP-0313)'])
      : newFinding('session', 'warn', ['no-archive', 'No message archive (XEP-0313)'], {
          hint: 'Enable it on the server; without it, clients miss messages',
        }),
    has(NS_CARBONS, server)
      ? newFinding('session', 'ok', ['carbons', 'Message carbons (XEP-0280)'])
      : newFinding('session', 'warn', ['no-carbons', 'No message carbons (XEP-0280)'], {
          hint: 'Enable them on the server; without them, other clients of an account miss messages',
        }),
    ...assessStreamManagement(streamManagement),
    upload,
    clock,
    roundTrip,
  ]
}

function assessStreamManagement(offered: boolean | undefined): AssessedFinding[] {
  if (offered === undefined) return []
  if (offered)
    return [newFinding('session', 'ok', ['stream-management', 'Stream management (XEP-0198)'])]
  const message = 'No stream management (XEP-0198)'
  return [
    newFinding('session', 'warn', ['no-stream-management', message], {
      hint: 'Enable it on the server; without it, messages are lost with the connection',
    }),
  ]
}

async function assessUpload(iq: Iq, domain: string): Promise<AssessedFinding> {
  const items = (await orNull(getDiscoItems(iq, domain))) ?? []
  const infos = await Promise.all(
    items.filter(({node}) => !node).map(async ({jid}) => orNull(getExtendedInfo(iq, jid))),
  )
  const service = infos.find((info) => info?.features.includes(NS_UPLOAD))
  if (!service) return newFinding('session', 'info', ['no-upload', 'No file upload (XEP-0363)'])
  const maxBytes = parseUploadLimit(service.forms)
  const shown = maxBytes === null ? 'no announced limit' : `at most ${maxBytes} bytes`
  return newFinding('session', 'ok', ['upload', `File upload (XEP-0363), ${shown}`], {
    data: {maxBytes},
  })
}

async function assessClock(iq: Iq, domain: string): Promise<AssessedFinding> {
  const time = await orNull(getTime(iq, domain))
  if (!time) return newFinding('session', 'info', ['no-time', 'The server does not show its time'])
  const {skew} = time
  const seconds = Math.abs(Math.round(skew / 1000))
  if (Math.abs(skew) <= MAX_SKEW_MS)
    return newFinding('session', 'ok', ['clock', 'The clocks agree'], {data: {skew}})
  const side = skew > 0 ? 'ahead of' : 'behind'
  return newFinding(
    'session',
    'warn',
    ['clock-skew', `The clock of the server is ${seconds} s ${side} this computer`],
    {data: {skew}, hint: 'Check the clocks of both; certificates and times of messages need them'},
  )
}

async function assessRoundTrip(iq: Iq, domain: string): Promise<AssessedFinding> {
  try {
    const time = Math.round((await ping(iq, domain)) * 10) / 10
    return newFinding('session', 'ok', ['round-trip', `Reply in ${time} ms`], {data: {time}})
  } catch (error) {
    if (!isReply(error)) throw error
    return findingOf('session', error, {level: 'warn', subject: domain})
  }
}

const isReply = (error: unknown): error is Failure =>
  error instanceof Failure && (error.condition !== undefined || error.code === 'malformed-answer')

/** Null if the server refuses the request. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    if (isReply(error)) return null
    throw error
  })
}
