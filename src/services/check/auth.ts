/** Assesses the stream features of a server before the sign-in. */
import type {EndpointReport, FeaturesReport} from '../../server-report.ts'
import {type AssessedFinding, newFinding} from './finding.ts'

const SCRAM = /^SCRAM-SHA-(?:1|256|512)(?:-PLUS)?$/

/** Usually all endpoints offer the same; a different offer is assessed as well. */
export function assessAuth(endpoints: readonly EndpointReport[]): AssessedFinding[] {
  const offers = endpoints.flatMap(({features}) => features ?? [])
  const distinct = new Map(offers.map((features) => [features.mechanisms.join(), features]))
  const [first] = offers
  return [...[...distinct.values()].map(assessMechanisms), ...(first ? assessFeatures(first) : [])]
}

function assessMechanisms({mechanisms}: FeaturesReport): AssessedFinding {
  const data = {mechanisms}
  if (mechanisms.some((name) => SCRAM.test(name)))
    return newFinding('auth', 'ok', ['mechanisms', mechanisms.join(', ')], {data})
  if (mechanisms.includes('PLAIN'))
    return newFinding(
      'auth',
      'warn',
      ['only-plain', 'The server offers only PLAIN: it receives the password itself'],
      {data, hint: 'Enable SCRAM-SHA-256 on the server; stored passwords may have to be reset'},
    )
  const offered = mechanisms.join(', ') || 'nothing'
  return newFinding(
    'auth',
    'fail',
    ['no-mechanism', `The server offers no sign-in with a password that this client supports`],
    {data, hint: `It offers ${offered}. Enable SCRAM-SHA-256 on the server`},
  )
}

function assessFeatures(features: FeaturesReport): AssessedFinding[] {
  const {bind2, channelBindings, fast, mechanisms, registration, sasl2, streamManagement} = features
  const bound = mechanisms.some((name) => name.endsWith('-PLUS'))
  const feature = (code: string, name: string, present: boolean): AssessedFinding =>
    present
      ? newFinding('auth', 'ok', [code, name])
      : newFinding('auth', 'info', [`no-${code}`, `No ${name}`])
  return [
    {
      ...feature('channel-binding', 'Channel binding', bound),
      data: {types: channelBindings ?? null},
    },
    feature('sasl2', 'SASL2 (XEP-0388)', sasl2),
    feature('bind2', 'Bind 2 (XEP-0386)', bind2),
    feature('fast', 'FAST (XEP-0484)', fast),
    ...(sasl2 ? [feature('sm', 'Stream management in SASL2 (XEP-0198)', streamManagement)] : []),
    registration
      ? newFinding('auth', 'info', ['registration', 'Users can create accounts (XEP-0077)'])
      : newFinding('auth', 'info', ['no-registration', 'Users cannot create accounts (XEP-0077)']),
  ]
}
