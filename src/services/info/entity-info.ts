/** Collects the information that an XMPP address publishes about itself. */
import {setTimeout as sleep} from 'node:timers/promises'
import {EXIT, Failure} from '../../errors.ts'
import {isBareUser} from '../../jid.ts'
import {type ExtendedInfo, getExtendedInfo} from '../../protocol/core/disco-forms.ts'
import {type DiscoItem, getDiscoItems} from '../../protocol/core/disco-items.ts'
import {getLastActivity, type LastActivity} from '../../protocol/core/last-activity.ts'
import {type ComparedTime, getTime} from '../../protocol/core/time.ts'
import {getVersion, type SoftwareVersion} from '../../protocol/core/version.ts'
import type {Iq} from '../../xml.ts'

const REQUESTS = ['info', 'items', 'version', 'time', 'last'] as const

type Request = (typeof REQUESTS)[number]

/** Values that the entity did not give are null, and `errors` has the reasons, in the order of the requests. */
export interface EntityInfo extends ExtendedInfo {
  jid: string
  items: DiscoItem[] | null
  version: SoftwareVersion | null
  time: ComparedTime | null
  last: LastActivity | null
  errors: {request: Request; error: Failure}[]
}

/** After the answer to the first request, the others have this time: some clients never answer a request that they do not know. */
const REMAINING_MS = 5000

/** Sends all requests in one write. Rejects if service discovery fails. */
export async function getEntityInfo(iq: Iq, jid: string): Promise<EntityInfo> {
  const failures = new Map<Request, Failure>()
  const info = getExtendedInfo(iq, jid)
  const late = info.then(timeoutAfterAnswer)
  const optional = async <T>(request: Request, answer: Promise<T>): Promise<T | null> => {
    try {
      return await Promise.race([answer, late])
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      failures.set(request, error)
      return null
    }
  }
  // A bare JID of a user is an account, without a software and a clock of its own.
  const hasSoftware = !isBareUser(jid)
  const [items, version, time, last] = await Promise.all([
    optional('items', getDiscoItems(iq, jid)),
    hasSoftware ? optional('version', getVersion(iq, jid)) : null,
    hasSoftware ? optional('time', getTime(iq, jid)) : null,
    optional('last', getLastActivity(iq, jid)),
  ])
  const errors = REQUESTS.flatMap((request) => {
    const error = failures.get(request)
    return error ? [{request, error}] : []
  })
  return {jid, ...(await info), items, version, time, last, errors}
}

async function timeoutAfterAnswer(): Promise<never> {
  await sleep(REMAINING_MS, undefined, {ref: false})
  const message = `No answer came within ${REMAINING_MS / 1000} s`
  throw new Failure('timeout', message, EXIT.deadline, {stage: 'request'})
}

/** For several entities: an entity that refuses service discovery has only `errors`. */
export async function getEntityInfos(iq: Iq, jids: string[]): Promise<EntityInfo[]> {
  return Promise.all(
    jids.map((jid) =>
      getEntityInfo(iq, jid).catch((error: unknown) => {
        if (error instanceof Failure && error.condition) return withoutInfo(jid, error)
        throw error
      }),
    ),
  )
}

const withoutInfo = (jid: string, error: Failure): EntityInfo => ({
  ...{jid, identities: [], features: [], forms: []},
  ...{items: null, version: null, time: null, last: null},
  errors: [{request: 'info', error}],
})
