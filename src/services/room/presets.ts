/** XEP-0045 §15.5.3: the configuration of a new room, from a preset and the values of the user. */
import {EXIT, Failure} from '../../errors.ts'
import type {Answers, FormField} from '../../protocol/core/data-form.ts'
import {CONFIG_PREFIX, PERSISTENT} from '../../protocol/muc/owner.ts'
import type {RoomInfo} from '../../protocol/muc/room-info.ts'
import {type GivenAnswers, nameIn, parseGivenAnswers} from '../form/answers.ts'

export const PRESETS = ['private', 'team', 'public'] as const
export type Preset = (typeof PRESETS)[number]

interface PresetConfig {
  /** Without these the room would be open to more users than the preset promises. */
  required: Record<string, string>
  /** Set if the service has the field. */
  optional: Record<string, string>
}

const PROSODY_MEMBER_INVITES = '{http://prosody.im/protocol/muc}roomconfig_allowmemberinvites'

const config = (name: string): string => `${CONFIG_PREFIX}${name}`

const CONFIGS: Record<Preset, PresetConfig> = {
  private: {
    required: {[config('membersonly')]: '1', [config('publicroom')]: '0'},
    optional: {
      [config('whois')]: 'anyone',
      [config('allowinvites')]: '0',
      [PROSODY_MEMBER_INVITES]: '0',
      [config('changesubject')]: '0',
    },
  },
  team: {
    required: {[config('membersonly')]: '1', [config('publicroom')]: '0'},
    optional: {
      [config('whois')]: 'anyone',
      [config('allowinvites')]: '1',
      [PROSODY_MEMBER_INVITES]: '1',
      [config('changesubject')]: '1',
    },
  },
  public: {
    required: {[config('membersonly')]: '0', [config('publicroom')]: '1'},
    optional: {[config('whois')]: 'moderators', [config('changesubject')]: '0'},
  },
}

/** The answers to the form of a new room. A value of the user replaces that of the preset. */
export function answersForNewRoom(
  fields: FormField[],
  given: GivenAnswers,
  preset: Preset | undefined,
): Answers {
  const {optional = {}, required = {}} = preset ? CONFIGS[preset] : {}
  const names = fields.map(({name}) => name)
  const wanted = {...required, [PERSISTENT]: '1'}
  const missing = Object.keys(wanted).find((name) => !names.includes(name))
  if (missing !== undefined)
    throw new Failure(
      'preset-unsupported',
      `The room service has no field ${missing}`,
      EXIT.unavailable,
      {stage: 'request', hint: 'Ask the administrator of the service, or use another service'},
    )
  const available = Object.entries(optional).filter(([name]) => names.includes(name))
  const values = {...Object.fromEntries(available), ...wanted}
  const answers = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]))
  const ofUser = configurationAnswers(fields, given)
  if (ofUser[PERSISTENT]?.[0] === '0') throw temporaryRoom()
  return {...answers, ...ofUser}
}

/** Standard fields also have a short name: `roomname` is `muc#roomconfig_roomname`. */
export function configurationAnswers(fields: FormField[], given: GivenAnswers): Answers {
  const isKnown = (name: string): boolean => fields.some((field) => field.name === name)
  const expand = (pair: string): string => {
    const name = nameIn(pair)
    return !isKnown(name) && isKnown(config(name)) ? config(pair) : pair
  }
  const pairs = given.pairs.map(expand)
  // A form that an earlier run printed has the long names: an argument with the short name replaces the value.
  const replaced = pairs.filter((pair) => !given.pairs.includes(pair)).map(nameIn)
  const secrets = given.secrets.filter((pair) => !replaced.includes(nameIn(pair))).map(expand)
  return parseGivenAnswers(fields, {...given, pairs, secrets})
}

/** Some services ignore values that they do not allow. Throws `config-ignored` (69). */
export function checkApplied(
  {membersOnly, persistent, public: isPublic}: RoomInfo,
  answers: Answers,
): void {
  const states: [name: string, applied: boolean | null][] = [
    [PERSISTENT, persistent],
    [config('membersonly'), membersOnly],
    [config('publicroom'), isPublic],
  ]
  const ignored = states.find(([name, applied]) => {
    const wanted = answers[name]?.[0]
    return wanted !== undefined && applied !== null && applied !== (wanted === '1')
  })
  if (!ignored) return
  const [name] = ignored
  throw new Failure('config-ignored', `The room service did not apply ${name}`, EXIT.unavailable, {
    stage: 'request',
    hint: 'The service may not allow this value: ask its administrator',
  })
}

const temporaryRoom = (): Failure =>
  new Failure('usage', 'A room that is not persistent would end with this command', EXIT.usage, {
    hint: `Leave out the field ${PERSISTENT}`,
  })
