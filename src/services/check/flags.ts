/** The arguments and flags of `check`. */
import {Args, Flags} from '@oclif/core'
import {timeLeft} from '../../cli/timeout.ts'
import {EXIT, Failure} from '../../errors.ts'
import {AREAS, type Area} from './finding.ts'

export const checkArgs = {
  jid: Args.string({
    description: 'account or domain to check; default: this account',
    ignoreStdin: true,
  }),
}

export const checkFlags = {
  only: Flags.string({
    summary: `check only these areas, separated by commas: ${AREAS.join(', ')}`,
    helpValue: 'AREAS',
  }),
  'min-days': Flags.integer({
    summary: 'warn if a certificate expires in fewer days; default: 14',
    default: 14,
    min: 0,
    helpValue: 'N',
  }),
  'warn-fails': Flags.boolean({summary: 'treat a warning as a failure'}),
}

/** The value of --only. */
export function readAreas(only: string | undefined): readonly Area[] {
  if (only === undefined) return AREAS
  return only.split(',').map((name) => {
    const area = AREAS.find((area) => area === name.trim())
    if (area) return area
    throw new Failure('usage', `--only has no area "${name}"`, EXIT.usage, {
      hint: `The areas are ${AREAS.join(', ')}`,
    })
  })
}

/** Milliseconds for each endpoint, unless --timeout is short. */
const PROBE_TIMEOUT_MS = 10_000

/** Leaves half of the time to the session. @param timeout of the whole run, which began with the process */
export function probeTimeout(timeout = Number.POSITIVE_INFINITY): number {
  return Math.min(PROBE_TIMEOUT_MS, timeLeft(timeout) / 2)
}
